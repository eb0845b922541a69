"""`tipline backup` and `tipline restore` as an administrator and holders meet them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tipline import clock, db, tables
from tipline.backup import make, telling
from tipline.drill.stack import small_plan
from tipline.keys import epoch_key
from tipline.settings import ConsoleSettings, load
from tipline.setup import agency as agencies
from tipline.setup.agency import Created
from tipline.setup.plan import Plan


@pytest.fixture
def made(tmp_path: Path) -> Created:
    (tmp_path / "backups").mkdir()
    plan: Plan = small_plan()
    return agencies.create(
        Plan(tmp_path / "data", plan.name, plan.officers, plan.units, profile=plan.profile)
    )


@pytest.fixture
def backups(made: Created) -> Path:
    return made.data.parent / "backups"


@pytest.fixture
def back_up(tipline, made: Created, backups: Path):
    return lambda *more: tipline("backup", "--config", made.console, "--to", backups, *more)


@pytest.fixture
def file(made: Created, backups: Path) -> Path:
    """A backup that was made before."""
    return make.make(made.console, backups).path


@pytest.fixture
def restore(tipline, made: Created, file: Path):
    def run(typed: str = "", to: str = "again", root: str = made.fingerprint.hex()):
        return tipline("restore", file, "--to", made.data.parent / to, "--root", root, text=typed.encode())

    return run


def typed(made: Created, count: int, desk: str = "Triage") -> str:
    return "".join(f"{share}\n" for share in made.shares[made.desks[desk]][:count])


def test_it_says_what_it_made(made: Created, backups: Path, back_up):
    """Where, how large, that it was read back, and which epochs are in it; one file, for its owner only."""
    done = back_up()
    (file,) = backups.iterdir()
    said = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b"")
    assert str(file) in said
    assert f"read back and whole, with epochs {made.epoch}" in said
    assert file.stat().st_mode & 0o077 == 0
    assert file.name.startswith(f"tipline-{clock.today().isoformat()}-")


def test_what_it_refuses_it_says_in_one_line(made: Created, tipline, back_up):
    """With the exit code of backups, or of options."""
    inside = tipline("backup", "--config", made.console, "--to", made.console.parent)
    assert (inside.returncode, inside.stderr.count(b"\n")) == (12, 1)
    assert back_up("--keep-days", 30).returncode == 2


def test_old_ones_go_also_when_no_new_one_can_be_made(made: Created, backups: Path, file: Path, back_up):
    """A backup that fails for weeks must not keep what was promised to be gone."""
    old = file.with_name("tipline-1970-01-01-00000000.backup")
    old.write_bytes(file.read_bytes()[:100])
    os.utime(old, (0, 0))
    (made.console.parent / "recovery.pub").unlink()
    done = back_up()
    assert done.returncode != 0
    assert b"recovery.pub" in done.stderr
    assert list(backups.iterdir()) == [file]
    assert str(old).encode() in done.stdout


def test_the_last_one_is_not_removed_quietly(made: Created, backups: Path, back_up):
    """It holds the key of an epoch that was destroyed 29 days ago: it goes, and standard error says so."""
    over = made.epoch - 7
    epoch_key.make(made.console.parent / "keys", over)
    engine = db.open_engine(made.console.parent / "console.db")
    with db.writing(engine) as connection:
        row = connection.execute(select(tables.epoch)).one()._asdict()
        row |= {"epoch": over, "destroyed": clock.day_number() - 29}
        connection.execute(tables.epoch.insert().values(row))
    engine.dispose()
    done = back_up()
    assert list(backups.iterdir()) == []
    assert b"THERE IS NO BACKUP ANY MORE" in done.stderr
    assert str(over).encode() in done.stderr


def test_holders_of_one_desk_restore_it(made: Created, restore):
    """After those of another agency, who are asked again. It says what is lost, and repeats no share."""
    plan: Plan = small_plan()
    other = Plan(made.data.parent / "other", "Other", plan.officers, plan.units, profile=plan.profile)
    done = restore(typed(agencies.create(other), 3) + typed(made, 3, "Narcotics"))
    assert done.returncode == 0, done.stderr
    assert b"not those of" in done.stderr
    again = made.data.parent / "again"
    assert (again / "keys" / "signer.key").is_file()
    settings = load(ConsoleSettings, again / "console.toml")
    said = done.stdout.decode()
    assert said.strip() == telling.lost(settings, clock.today(), clock.today()).strip()
    for share in made.shares[made.desks["Narcotics"]]:
        assert share not in said + done.stderr.decode()


def test_fewer_holders_restore_nothing(made: Created, restore):
    """Their shares end before it is a key."""
    assert restore(typed(made, 2)).returncode == 1
    assert not list(made.data.parent.glob("*again*"))


def test_no_share_is_asked_for_what_is_not_ours(made: Created, file: Path, restore):
    """Another root, an altered byte, a folder with something in it: refused before a holder types a word."""
    (made.data.parent / "full").mkdir()
    (made.data.parent / "full" / "x").touch()
    answers = [restore(root="00" * 32), restore(to="full")]
    with file.open("r+b") as damaged:
        damaged.seek(-5000, os.SEEK_END)
        damaged.write(b"x")
    answers.append(restore())
    assert [answer.returncode for answer in answers] == [3, 12, 3]
    assert not any(b"Share" in answer.stderr for answer in answers)


def test_who_writes_to_the_database_has_no_backup_of_a_living_epoch_removed(
    made: Created, file: Path, back_up
):
    """The week is said to be destroyed long ago: backups are what is left when somebody deletes rows."""
    engine = db.open_engine(made.data / "agency" / "console.db")
    with db.writing(engine) as connection:
        connection.execute(update(tables.epoch).values(destroyed=clock.day_number() - 29))
    engine.dispose()
    done = back_up()
    assert done.returncode == 0, done.stderr
    assert b"removed" not in done.stdout
    assert len(list(file.parent.glob("*.backup"))) == 2
