"""Killed at any step, or with no room on the disk: no half backup, and no folder with half an agency."""

from __future__ import annotations

import random
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backup.conftest import Office
from tipline import db, tables
from tipline.backup import note
from tipline.backup.snapshot import check
from tipline.errors import BackupError

DRIVER = Path(__file__).with_name("driver.py")
STEPS_MAX = 200


class Killing:
    """An agency, and the driver that kills whoever backs it up or restores it."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.to = office, folder / "again"
        command = [
            sys.executable,
            DRIVER,
            office.agency.made.console,
            office.backups,
            office.holders().seed.hex(),
            self.to,
        ]
        self._driver = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def kill(self, what: str, step: int, when: str) -> str:
        """Make or restore until it is killed at this step; tell how it ended."""
        assert self._driver.stdin is not None
        assert self._driver.stdout is not None
        self._driver.stdin.write(f"{what} {step} {when}\n")
        self._driver.stdin.flush()
        return self._driver.stdout.readline().strip()

    def close(self) -> None:
        self._driver.kill()
        self._driver.wait()
        for pipe in (self._driver.stdin, self._driver.stdout):
            if pipe is not None:
                pipe.close()

    def steps(self, what: str) -> int:
        """How many steps it takes: the first that it is not killed at is one too many."""
        low, high = 0, STEPS_MAX
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.kill(what, middle, "before") == "killed" else (low, middle)
            self.sweep()
        return low

    def sweep(self) -> None:
        """Remove what a killed run left, which the next one would need steps for."""
        for folder in (self.to, self.to.with_name(".again.restoring")):
            shutil.rmtree(folder, ignore_errors=True)
        for path in (*self.office.backups.glob(".*"), *self.office.folder.glob(".console.db*")):
            path.unlink()

    def check_backups(self) -> None:
        """Whatever has a backup's name is whole, and the database knows of none that is not there."""
        named = list(self.office.backups.glob("*.backup"))
        assert all(self.office.is_good(path) for path in named)
        with self.office.agency.engine.connect() as connection:
            assert named or note.read_made(connection) is None

    def check_folder(self) -> None:
        """There is no folder, or a whole one."""
        if self.to.exists() and any(self.to.iterdir()):
            check(self.to / "console.db")
            kept = {path.relative_to(self.office.folder) for path in self.office.folder.rglob("*.*")}
            there = {path.relative_to(self.to) for path in self.to.rglob("*.*")}
            assert there == {path for path in kept if not path.name.startswith("console.db-")}

    def tidy(self) -> None:
        """As if there never was a backup."""
        for path in self.office.backups.iterdir():
            path.unlink()
        with db.writing(self.office.agency.engine) as connection:
            connection.execute(tables.state.delete().where(tables.state.c.name == "backup"))


@pytest.fixture
def killing(office: Office, tmp_path: Path) -> Iterator[Killing]:
    office.agency.tip()
    test = Killing(office, tmp_path)
    yield test
    test.close()


def make_until(killing: Killing, steps: list[int], when: str) -> None:
    for step in steps:
        assert killing.kill("make", step, when) == "killed"
        killing.check_backups()
        killing.office.back_up()
        killing.check_backups()
        left = {path.suffix for path in killing.office.backups.iterdir()}
        assert left == {".backup"}
        assert not list(killing.office.folder.glob(".console.db*"))
        killing.tidy()


def restore_until(killing: Killing, steps: list[int], when: str) -> None:
    file = killing.office.back_up().path
    for step in steps:
        assert killing.kill("restore", step, when) == "killed"
        killing.check_folder()
        if killing.to.exists():
            with pytest.raises(BackupError, match="not an empty folder"):
                killing.office.restore(file, killing.to)
        else:
            killing.office.restore(file, killing.to)
        killing.check_folder()
        assert not list(killing.to.parent.glob(".again*"))
        shutil.rmtree(killing.to)


def test_killed_at_some_steps_of_a_backup_it_is_made_by_the_next_run(killing: Killing):
    """The first and the last, and some in between; `make assurance` takes all."""
    steps = killing.steps("make")
    killing.tidy()
    assert steps > 20
    make_until(killing, [1, random.randrange(2, steps), steps], "before")
    make_until(killing, [random.randrange(1, steps), steps - 1], "after")


def test_killed_at_some_steps_of_a_restore_it_is_whole_or_not_there(killing: Killing):
    """The same for the folder of an agency."""
    killing.office.back_up()
    steps = killing.steps("restore")
    killing.tidy()
    assert steps > 20
    restore_until(killing, [1, random.randrange(2, steps), steps - 1, steps], "after")


@pytest.mark.assurance
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_every_step(killing: Killing, when: str):
    """Of a backup and of a restore."""
    steps = killing.steps("make")
    killing.tidy()
    make_until(killing, list(range(1, steps + 1)), when)
    killing.office.back_up()
    steps = killing.steps("restore")
    killing.tidy()
    restore_until(killing, list(range(1, steps + 1)), when)


def limited(size: int) -> None:
    """Let no file of this process grow over so many bytes: its writes fail then, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def run_limited(size: int, code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60,
        preexec_fn=lambda: limited(size),
    )  # fmt: skip


@pytest.mark.parametrize("size", [8192, 3_000_000])
def test_with_no_room_for_a_backup_there_is_none_and_nothing_is_left(office: Office, size: int):
    """Where the copy of the database does not fit, and where the backup itself does not."""
    code = (
        "from pathlib import Path; from tipline.backup import make\n"
        "from tipline.errors import BackupError\n"
        f"try: make.make(Path({str(office.agency.made.console)!r}), Path({str(office.backups)!r}))\n"
        "except BackupError as error: print(error)"
    )
    done = run_limited(size, code)
    assert done.stdout.strip(), done.stderr
    assert list(office.backups.iterdir()) == []
    assert not list(office.folder.glob(".console.db*"))
    office.back_up()


@pytest.mark.parametrize("size", [10_000])
def test_with_no_room_for_an_agency_nothing_is_restored(office: Office, tmp_path: Path, size: int):
    """The keys fit, and the database does not."""
    file = office.back_up().path
    code = (
        "from pathlib import Path; from tipline.backup import reading, restore\n"
        "from tipline.errors import BackupError; from tipline.seal.suite import HYBRID\n"
        f"key = HYBRID.private(bytes.fromhex({office.holders().seed.hex()!r}))\n"
        f"with reading.opened(Path({str(file)!r})) as backup:\n"
        f"  try: restore.restore(backup, restore.open_key(backup, key), Path({str(tmp_path / 'again')!r}))\n"
        "  except BackupError as error: print(error)"
    )
    done = run_limited(size, code)
    assert done.stdout.strip(), done.stderr
    assert not list(tmp_path.glob("*again*"))
    office.restore(file, tmp_path / "again")
