"""The systemd units, checked by systemd itself.

The one change made for the check: ExecStart names this checkout's `tipline`, since /opt/tipline is not here.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from tipline.web import process

UNITS = ("tipline-intake", "tipline-collector", "tipline-console", "tipline-backup", "tipline-preview")
#: Where a unit writes besides the folder of its settings.
ELSEWHERE = {"tipline-backup": "/var/backups/tipline"}
INSTALLED = "/opt/tipline/.venv/bin/tipline"


def settings(unit: Path) -> dict[str, list[str]]:
    """Return what [Service] says, each name with all its values."""
    found: dict[str, list[str]] = {}
    service = unit.read_text().partition("[Service]")[2].partition("[Install]")[0]
    for name, value in re.findall(r"^(\w+)=(.*)$", service, re.MULTILINE):
        found.setdefault(name, []).append(value)
    return found


def verify(run, unit: Path, tmp_path: Path, text: str | None = None) -> tuple[int, str]:
    copy = tmp_path / unit.name
    here = Path(sys.executable).with_name("tipline")
    copy.write_text((text or unit.read_text()).replace(INSTALLED, str(here)))
    code, out, err = run("systemd-analyze", "verify", copy)
    return code, out + err


@pytest.mark.parametrize("name", UNITS)
def test_it_is_accepted_by_systemd(run, deploy: Path, tmp_path: Path, name: str):
    """No unknown setting, no bad value, nothing said at all."""
    assert verify(run, deploy / "systemd" / f"{name}.service", tmp_path) == (0, "")


def test_systemd_finds_a_wrong_line(run, deploy: Path, tmp_path: Path):
    """The check can fail: a misspelt protection is no protection."""
    unit = deploy / "systemd" / "tipline-intake.service"
    wrong = unit.read_text().replace("ProtectSystem=strict", "ProtectSystm=strict")
    assert "ProtectSystm" in verify(run, unit, tmp_path, wrong)[1]


@pytest.mark.parametrize("name", UNITS)
def test_it_starts_a_command_that_there_is(deploy: Path, name: str):
    """The program takes the options that the unit gives it."""
    (start,) = settings(deploy / "systemd" / f"{name}.service")["ExecStart"]
    program, command, *options = shlex.split(start)
    assert program == INSTALLED
    shown = subprocess.run(
        [sys.executable, "-m", "tipline", command, "--help"], capture_output=True, text=True, check=True
    )
    assert all(option in shown.stdout for option in options[::2])


@pytest.mark.parametrize("name", UNITS)
def test_it_lets_nothing_of_the_memory_reach_a_disk(deploy: Path, name: str):
    """No swap, no core dump, no temp folder on disk; only errors are logged."""
    said = settings(deploy / "systemd" / f"{name}.service")
    assert said["MemorySwapMax"] == ["0"]
    assert said["LimitCORE"] == ["0"]
    assert "PrivateTmp" not in said, "it would put the temp folder on disk"
    assert {part.split(":")[0] for line in said["TemporaryFileSystem"] for part in line.split()} >= {
        "/tmp",
        "/var/tmp",
        "/var/lib",
        "/var/log",
    }
    assert said["StandardOutput"] == ["null"]
    assert said["LogLevelMax"] == said["SyslogLevel"] == ["err"]


@pytest.mark.parametrize("name", UNITS)
def test_it_writes_in_its_own_folder_only(deploy: Path, name: str):
    """The folder of its settings, and no other; the backups' as well, where they are made."""
    said = settings(deploy / "systemd" / f"{name}.service")
    folders = [str(Path(shlex.split(said["ExecStart"][0])[3]).parent)]
    if name in ELSEWHERE:
        folders.append(ELSEWHERE[name])
        assert folders[1:] == shlex.split(said["ExecStart"][0])[5:]
    assert said["ReadWritePaths"] == said["BindPaths"] == [" ".join(folders)]
    assert said["ProtectSystem"] == ["strict"]
    assert said["NoNewPrivileges"] == ["yes"]


@pytest.mark.parametrize("name", UNITS)
def test_freed_memory_is_overwritten_from_the_start(deploy: Path, name: str):
    """The environment is the one that the programs would otherwise start themselves again with."""
    said = dict(
        line.split("=", 1) for line in settings(deploy / "systemd" / f"{name}.service")["Environment"]
    )
    assert said.items() >= process._ENVIRONMENT.items()


@pytest.mark.parametrize("name", UNITS)
def test_systemd_finds_little_exposed(run, deploy: Path, name: str):
    """The measure of systemd itself, from 0 to 10, where a unit without protection has 9.6."""
    code, out, err = run(
        "systemd-analyze",
        "security",
        "--offline=true",
        "--threshold=15",
        deploy / "systemd" / f"{name}.service",
    )
    assert (code, err) == (0, ""), out[-300:]


def test_the_users_of_the_units_are_made(run, deploy: Path):
    """sysusers.conf is accepted, and names the users that the units run as."""
    code, _, err = run("systemd-sysusers", "--dry-run", deploy / "sysusers.conf")
    assert (code, "ignoring" in err, "Failed" in err) == (0, False, False)
    made = re.findall(r"^u (\S+)", (deploy / "sysusers.conf").read_text(), re.MULTILINE)
    assert {settings(deploy / "systemd" / f"{name}.service")["User"][0] for name in UNITS} == set(made)


def test_backups_are_made_every_day(run, deploy: Path, tmp_path: Path):
    """The timer is accepted, starts the unit of its name once a day, and makes up for one that was missed."""
    timer = deploy / "systemd" / "tipline-backup.timer"
    unit = (deploy / "systemd" / "tipline-backup.service").read_text()
    here = Path(sys.executable).with_name("tipline")
    (tmp_path / "tipline-backup.service").write_text(unit.replace(INSTALLED, str(here)))
    assert verify(run, timer, tmp_path) == (0, "")
    said = timer.read_text()
    assert "Persistent=true" in said
    (when,) = re.findall(r"^OnCalendar=(.*)$", said, re.MULTILINE)
    _, out, _ = run("systemd-analyze", "calendar", "--iterations=2", when, TZ="UTC")
    first, second = (date.fromisoformat(day) for day in re.findall(r"\w{3} (\d{4}-\d\d-\d\d) ", out))
    assert second - first == timedelta(days=1)


def test_caddys_drop_in_is_accepted(run, deploy: Path, tmp_path: Path):
    """Over Debian's own unit for Caddy."""
    (tmp_path / "caddy.service").write_text(Path("/lib/systemd/system/caddy.service").read_text())
    folder = tmp_path / "caddy.service.d"
    folder.mkdir()
    drop_in = (deploy / "systemd" / "caddy.service.d" / "tipline.conf").read_text()
    (folder / "tipline.conf").write_text(drop_in)
    code, out, err = run(
        "systemd-analyze",
        "verify",
        tmp_path / "caddy.service",
        SYSTEMD_UNIT_PATH=f"{tmp_path}:",
        PATH="/usr/bin",
    )
    assert (code, out + err) == (0, "")
    (folder / "tipline.conf").write_text(drop_in + "ProtectSystm=strict\n")
    _, _, err = run(
        "systemd-analyze",
        "verify",
        tmp_path / "caddy.service",
        SYSTEMD_UNIT_PATH=f"{tmp_path}:",
        PATH="/usr/bin",
    )
    assert "ProtectSystm" in err
