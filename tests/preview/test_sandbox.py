"""The sandbox, with workers that do what a decoder would that somebody took over."""

from __future__ import annotations

import json
import os
import re
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.preview.corpus import still
from tipline.errors import FormatError, PreviewError
from tipline.preview import answer, sandbox
from tipline.preview.service import Previews

#: What such a decoder tries, by name; each is to fail, before the worker has locked itself in and after.
TRIES = """
import ctypes, json, os, socket, sys
from tipline.preview.inside import locks, main
def dial(): socket.create_connection(('127.0.0.1', %d), 1)
def look_up(): socket.getaddrinfo('example.org', 80)
def read(path): return lambda: open(path).read()
def write(path): return lambda: open(path, 'w').write('x')
def listed(path): return lambda: os.listdir(path)
def run(): os.execv('/bin/sh', ['sh'])
TRIES = {
    'dial': dial, 'look up': look_up, 'read passwd': read('/etc/passwd'),
    'read our code': listed(%r), 'see processes': listed('/proc/1'), 'write tmp': write('/tmp/x'),
    'write root': write('/x'), 'write code': write('/app/x'), 'run': run,
    'see devices': listed('/dev/shm'),
}
LATER = {
    'open': lambda: os.open('/', os.O_RDONLY), 'socket': socket.socket, 'fork': os.fork,
    'kill': lambda: os.kill(1, 9), 'pipe': os.pipe, 'memory file': lambda: os.memfd_create('x'),
    'debug': lambda: ctypes.CDLL(None, use_errno=True).ptrace(0, 0, 0, 0) == -1 and 1 / 0,
}
def tried(tries):
    found = []
    for name, attempt in tries.items():
        try:
            attempt()
        except BaseException:
            continue
        found.append(name)
    return found
locks.limit()
main.read()
report = {'user': os.getuid(), 'environment': dict(os.environ), 'before': tried(TRIES)}
report['seen'] = sorted(os.listdir('/'))
locks.lock()
report['after'] = tried(TRIES | LATER)
main.write(json.dumps(report).encode())
"""


@pytest.fixture
def listening() -> Iterator[int]:
    import socket  # noqa: PLC0415 -- beside its only use

    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def run(worker: str, seconds: float = 20.0) -> bytes:
    return sandbox.run([b"data"], 4, worker=f"exec({worker!r})", seconds=seconds)


def test_nothing_works_that_a_taken_decoder_would_try(listening: int):
    """No network, no file of ours, no word of the environment, no other process, nothing written."""
    here = str(Path(__file__).parents[2])
    report = json.loads(run(TRIES % (listening, f"{here}/tipline")))
    assert report.pop("seen") == sorted({"app", "packages", *_tops()})
    assert report == {
        "user": 65534,
        "environment": {"PWD": "/", "LC_CTYPE": "C.UTF-8"},
        "before": [],
        "after": [],
    }


def _tops() -> set[str]:
    """The first folders of what Python needs."""
    import sys  # noqa: PLC0415
    import sysconfig  # noqa: PLC0415

    needed = [str(Path(sys.executable).resolve()), sysconfig.get_path("stdlib"), *sandbox._SYSTEM]
    return {Path(one).parts[1] for one in needed if Path(one).exists()}


def test_a_decoder_that_hangs_is_stopped():
    """After its time, whatever it does."""
    began = time.monotonic()
    with pytest.raises(PreviewError):
        run("while True: pass", 0.5)
    assert time.monotonic() - began < 5


def test_a_fork_bomb_ends_with_its_sandbox():
    """All of it: nobody is left who bears its name."""
    name = f"bomb-{secrets.token_hex(8)}"
    bomb = f"""
import os, time
while True:
    if os.fork() == 0:
        {name!r}
        time.sleep(60)
"""
    limited = "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\n"
    with pytest.raises(PreviewError):
        run(limited + bomb, 0.5)
    # The kernel ends a whole sandbox at once, and takes a moment about it.
    until = time.monotonic() + 10
    while (left := [one for one in _command_lines() if name in one]) and time.monotonic() < until:
        pass
    assert left == []


def _command_lines() -> list[str]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                found.append((folder / "cmdline").read_bytes().decode(errors="replace"))
            except OSError:
                continue
    return found


def test_memory_is_bounded():
    """Two gigabytes are not had."""
    taken = "from tipline.preview.inside import locks; locks.limit(); b = bytearray(2 << 30); print(1)"
    with pytest.raises(PreviewError):
        run(taken)


def test_what_it_says_is_bounded():
    """It is stopped while it still talks."""
    with pytest.raises(PreviewError, match="too much"):
        run("import os\nwhile True: os.write(1, bytes(1 << 20))")


def test_a_worker_that_cannot_lock_itself_in_decodes_nothing():
    """Libseccomp lacks, or will not."""
    worker = """
import ctypes
def none(*a, **k): raise OSError
ctypes.CDLL = none
from tipline.preview.inside import main; main.main()
"""
    data = still("JPEG")
    with pytest.raises(PreviewError):
        sandbox.run([data], len(data), worker=f"exec({worker!r})")


def test_a_file_goes_in_piece_by_piece():
    """And what its pieces raise comes out."""
    data = still("BMP")
    pieces = (data[at : at + 1000] for at in range(0, len(data), 1000))
    assert answer.read(sandbox.run(pieces, len(data))).outcome == "shown"

    def broken() -> Iterator[bytes]:
        yield data[:1000]
        raise FormatError("parcel")

    with pytest.raises(FormatError):
        sandbox.run(broken(), len(data))


def test_a_file_that_is_too_large_is_not_begun():
    with pytest.raises(PreviewError, match="large"):
        sandbox.run([], sandbox.SIZE_MAX + 1)


def test_where_there_is_no_bubblewrap_nothing_is_run(monkeypatch: pytest.MonkeyPatch):
    """It is said, and no file is given to anybody; here, where there is one, it works."""
    assert Previews().trouble() == ""
    monkeypatch.setattr(sandbox.shutil, "which", lambda _: None)
    assert Previews().trouble() == "bubblewrap is not installed"
    with pytest.raises(PreviewError):
        run("print(1)")


def test_nothing_outside_the_sandbox_decodes_a_file():
    """No other module of ours imports a library that does."""
    decoders = re.compile(r"^\s*(?:import|from) (?:PIL|av|pypdfium2|pillow_heif)\b", re.MULTILINE)
    package = Path(sandbox.__file__).parents[1]
    found = {
        str(path.relative_to(package)) for path in package.rglob("*.py") if decoders.search(path.read_text())
    }
    # The demo draws pictures of its own, and opens none.
    assert found == {"preview/inside/pictures.py", "demo/attachments.py"}
    assert "Image.open" not in (package / "demo" / "attachments.py").read_text()


def test_what_is_inside_imports_nothing_of_the_rest():
    """So that nothing of the rest has to be where a decoder could read it."""
    for path in (Path(sandbox.__file__).parent / "inside").glob("*.py"):
        names = re.findall(r"^\s*(?:from|import) (tipline[\w.]*)", path.read_text(), re.MULTILINE)
        assert all(name.startswith("tipline.preview.inside") for name in names), path.name
