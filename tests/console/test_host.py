"""A machine that would let memory reach its disk is refused, except for the demo."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.console.conftest import settings_of
from tipline.console import host
from tipline.errors import HostError

MOUNTS = """\
22 1 0:20 / / rw - ext4 /dev/sda1 rw
23 22 0:21 / /tmp rw - tmpfs tmpfs rw
24 22 0:22 / /run/with\\040space rw - ramfs none rw
25 23 0:23 / /tmp/disk rw - xfs /dev/sdb1 rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/", "ext4"),
        ("/tmpfoo", "ext4"),
        ("/tmp", "tmpfs"),
        ("/tmp/a/b", "tmpfs"),
        ("/tmp/disk/a", "xfs"),
        ("/run/with space/x", "ramfs"),
    ],
)
def test_it_knows_where_a_folder_lies(folder: str, kind: str):
    """The longest mount point above it."""
    assert host.file_system(Path(folder), MOUNTS) == kind


def test_it_reads_swap_areas():
    """Compressed memory is no disk."""
    header = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
    assert host.swap_areas(header) == []
    assert host.swap_areas(header + "/dev/zram0 partition 1 0 100\n/swapfile file 2 0 -2\n") == ["/swapfile"]


def test_it_refuses_swap_and_a_temp_folder_on_disk(agency_, monkeypatch):
    """With what to change; the demo goes on."""
    monkeypatch.setattr(host.process, "keep_memory_private", lambda: None)
    real = settings_of(agency_, demo=False)
    with monkeypatch.context() as planted:
        planted.setattr(host, "swap_areas", lambda _: ["/swapfile"])
        with pytest.raises(HostError, match="swapoff"):
            host.prepare(real)
        host.prepare(settings_of(agency_))
    monkeypatch.setattr(host, "swap_areas", lambda _: [])
    with monkeypatch.context() as planted:
        planted.setattr(host, "file_system", lambda *_: "ext4")
        with pytest.raises(HostError, match="TMPDIR"):
            host.prepare(real)
    monkeypatch.setattr(host, "file_system", lambda *_: "tmpfs")
    host.prepare(real)


_PREPARED = """
import resource, sys
from pathlib import Path
from tipline.console import host
from tipline.settings import ConsoleSettings, load
host.prepare(load(ConsoleSettings, Path(sys.argv[1])).model_copy(update={"demo": True}))
print(resource.getrlimit(resource.RLIMIT_CORE))
print(Path("/proc/self/status").read_text().count("CoreDumping:\\t0"))
"""


def test_it_switches_core_dumps_off(agency_):
    """In the demo as well."""
    done = subprocess.run(
        [sys.executable, "-c", _PREPARED, str(agency_.made.console)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[0] == "(0, 0)"
