"""The rows of the epochs: what is noted stays noted, and what is deleted is that epoch's alone."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from tests.conftest import Agency, agency_
from tipline import clock, db, tables
from tipline.keys import epoch_rows, roll

__all__ = ["agency_"]


def row(agency: Agency, number: int | None = None):
    with agency.engine.connect() as connection:
        own = tables.epoch
        return connection.execute(select(own).where(own.c.epoch == (number or agency.made.epoch))).one()


def do(agency: Agency, what, *given: object) -> None:
    with db.writing(agency.engine) as connection:
        what(connection, *given)


def test_a_naming_never_ends_sooner_than_one_before_it(agency_):
    """A clock that was ahead: what it promised until then, it promised."""
    do(agency_, epoch_rows.name, agency_.made.epoch, 500)
    do(agency_, epoch_rows.name, agency_.made.epoch, 400)
    assert (row(agency_).named_until, row(agency_).at_relay) == (500, True)


def test_a_full_collection_is_noted_once(agency_):
    """Every desk is to try what had come in by the first one, and not what comes in for ever."""
    do(agency_, epoch_rows.collected, [agency_.made.epoch])
    agency_.tip()
    do(agency_, epoch_rows.collected, [agency_.made.epoch])
    assert row(agency_).collected == 0


def test_the_keys_of_one_epoch_go_and_no_others(agency_):
    """Those at rest and those of other weeks stay; the fact that it was stays too."""
    number = agency_.made.epoch
    with db.writing(agency_.engine) as connection:
        roll.make(connection, agency_.keys, number + 1, agency_.recovery)
    do(agency_, epoch_rows.delete_keys, number, 20_000)
    with agency_.engine.connect() as connection:
        for table in (tables.desk_key, tables.member_key, tables.recovery_key):
            left = set(connection.scalars(select(table.c.epoch)))
            assert left == {0, number + 1}
    assert (row(agency_).destroyed, row(agency_, number + 1).destroyed) == (20_000, None)


@pytest.mark.parametrize(
    ("start", "seconds", "counted"), [("now", 5, 60), ("now", 900, 0), ("another", 5, 0)]
)
def test_it_counts_what_went_by_since_the_same_start(agency_, start: str, seconds: int, counted: int):
    """Not backwards, and not across a start of the machine."""
    with db.writing(agency_.engine) as connection:
        connection.execute(update(tables.epoch).values(start=start, seconds=seconds, lived=7))
    do(agency_, epoch_rows.count_time, clock.Uptime("now", 65))
    assert row(agency_).lived == 7 + counted
    assert (row(agency_).start, row(agency_).seconds) == ("now", 65)


def test_a_desk_waits_for_its_own_and_for_what_names_nobody(agency_):
    """Counted apart from what is for other desks, which it has to try as well."""
    agency_.tip()
    with db.writing(agency_.engine) as connection:
        connection.execute(update(tables.envelope).values(desk=bytes(16)))
    agency_.tip()
    with agency_.engine.connect() as connection:
        (known,) = epoch_rows.read(connection, agency_.keys)
        (desk,) = epoch_rows.desks_of(connection, known)
    assert (desk.untried, desk.own, desk.signed_in) == (2, 1, None)
