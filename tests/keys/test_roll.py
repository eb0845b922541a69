"""Making an epoch's keys: whole, once, and for every desk that receives."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sqlalchemy import update

from tests.conftest import Agency, agency_
from tipline import db, tables
from tipline.errors import EpochError
from tipline.keys import epoch_key, roll

__all__ = ["agency_"]


def make(agency: Agency, number: int) -> None:
    with db.writing(agency.engine) as connection:
        roll.make(connection, agency.keys, number, agency.recovery)


def rows(agency: Agency, table: str, number: int) -> list[object]:
    with agency.engine.connect() as connection:
        found = tables.metadata.tables[table]
        return list(connection.execute(found.select().where(found.c.epoch == number)))


def test_it_makes_the_file_and_every_row(agency_):
    """The triage desk's key for its two officers and for the holders; a unit has none of an epoch."""
    number = agency_.made.epoch + 9
    make(agency_, number)
    assert number in epoch_key.there(agency_.keys)
    assert [row.desk for row in rows(agency_, "desk_key", number)] == [agency_.desk()]
    people = {row.officer for row in rows(agency_, "member_key", number)}
    assert people == {agency_.made.officers[name] for name in ("Alice", "Alan")}
    assert len(rows(agency_, "recovery_key", number)) == len(rows(agency_, "epoch", number)) == 1


def test_made_again_nothing_changes(agency_):
    number = agency_.made.epoch
    before = epoch_key.path_of(agency_.keys, number).read_bytes(), rows(agency_, "member_key", number)
    make(agency_, number)
    assert before == (
        epoch_key.path_of(agency_.keys, number).read_bytes(),
        rows(agency_, "member_key", number),
    )


def test_what_was_destroyed_is_never_made_again(agency_):
    """A number stands for one set of keys, and for those alone."""
    number = agency_.made.epoch
    with db.writing(agency_.engine) as connection:
        connection.execute(update(tables.epoch).values(destroyed=1))
    with pytest.raises(EpochError, match="never made again"):
        make(agency_, number)


def test_no_key_is_added_under_a_lock_that_is_away(agency_):
    """A second lock for one epoch would close what the first one locked."""
    number = agency_.made.epoch
    with db.writing(agency_.engine) as connection:
        for name in ("member_key", "recovery_key", "desk_key"):
            table = tables.metadata.tables[name]
            connection.execute(table.delete().where(table.c.epoch == number))
    epoch_key.path_of(agency_.keys, number).unlink()
    with pytest.raises(EpochError, match="missing or damaged"):
        make(agency_, number)
    assert number not in epoch_key.there(agency_.keys)


def test_two_makers_at_once_make_one(agency_):
    """The file's lock is that of the rows: an officer opens the key that is published."""
    number = agency_.made.epoch + 1
    command = [sys.executable, "-m", "tipline.keys.roll", agency_.made.console, str(number)]
    makers = [subprocess.Popen(command) for _ in range(3)]
    assert [maker.wait(60) for maker in makers] == [0, 0, 0]
    assert len(rows(agency_, "desk_key", number)) == 1
    desk = agency_.work("Alice").member.desks[agency_.desk()]
    assert desk.keys[number].public == agency_.public(epoch=number)


def test_it_says_in_one_line_why_it_made_nothing(agency_):
    """What the collector logs of it: the kind of the error and its words, and no more."""
    with db.writing(agency_.engine) as connection:
        connection.execute(update(tables.epoch).values(destroyed=1))
    command = [sys.executable, "-m", "tipline.keys.roll", agency_.made.console, str(agency_.made.epoch)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == (f"EpochError: epoch {agency_.made.epoch} was destroyed, and is never made again\n")
