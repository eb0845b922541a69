"""Factors in the database, and somebody who writes there."""

from __future__ import annotations

import secrets

import pytest
from sqlalchemy import insert, select, update

from tests.factors.authenticator import Key
from tests.factors.conftest import ORIGIN, Holder, holder
from tipline import db, tables
from tipline.errors import AccessError
from tipline.factors import rows

COLUMN = tables.factor.c


def rows_of(holder_: Holder) -> list[dict[str, object]]:
    with holder_.engine.connect() as connection:
        query = select(tables.factor).where(COLUMN.officer == holder_.member.id)
        return [dict(row._mapping) for row in connection.execute(query)]


def write(holder_: Holder, *statements: object) -> None:
    with db.writing(holder_.engine) as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_row_says_nothing_in_the_clear(alice: Holder):
    """Neither the key's name for itself, nor the officer's name for it."""
    (row,) = rows_of(alice)
    assert alice.key.id not in row["sealed"]
    assert alice.key.id.hex().encode() not in row["sealed"]
    assert b"Key" not in row["sealed"]


def test_a_factor_moved_to_another_officer_is_strange(alice: Holder, bob: Holder):
    """Bob's key does not let Bob in as Alice, whatever the database says of whose it is."""
    (theirs,) = rows_of(bob)
    write(alice, update(tables.factor).where(COLUMN.id == theirs["id"]).values(officer=alice.member.id))
    found = alice.factors()
    assert ([one.credential for one in found.own], found.strange) == ([alice.key.id], 1)
    asked, options = alice.ask()
    with pytest.raises(AccessError):
        alice.check(asked, bob.key.get(options, ORIGIN))


def test_a_factor_of_a_writers_own_is_strange(alice: Holder):
    """Sealed with keys that are not Alice's: it is not used, and she is told."""
    mallory = holder(alice.engine, "Carol")
    mallory.enrol(Key())
    (row,) = rows_of(mallory)
    write(
        alice,
        insert(tables.factor).values({**row, "id": secrets.token_bytes(16), "officer": alice.member.id}),
    )
    assert alice.factors().strange == 1


def test_two_rows_of_one_officer_cannot_be_exchanged(alice: Holder):
    """A removed key does not come back under the name of a present one."""
    alice.enrol(Key(), "Spare")
    one, other = rows_of(alice)
    write(alice, update(tables.factor).where(COLUMN.id == one["id"]).values(sealed=other["sealed"]))
    assert alice.factors().strange == 1


def test_a_kind_that_was_changed_is_strange(alice: Holder):
    """A security key's public part is no secret to make codes of."""
    write(alice, update(tables.factor).where(COLUMN.officer == alice.member.id).values(kind="totp"))
    assert (alice.factors().own, alice.factors().strange) == ((), 1)


def test_who_has_only_strange_factors_is_not_asked_to_enrol(alice: Holder):
    """Or spoiling a row would open the way to a new one."""
    write(alice, update(tables.factor).where(COLUMN.officer == alice.member.id).values(sealed=bytes(80)))
    assert not alice.factors().none


def test_the_last_factor_stays(alice: Holder):
    """Nobody shuts themselves out by a click; a spare one goes."""
    (first,) = alice.factors().own
    with db.writing(alice.engine) as connection, pytest.raises(AccessError, match="last"):
        rows.remove(connection, alice.member, first.id)
    alice.enrol(Key(), "Spare")
    with db.writing(alice.engine) as connection:
        rows.remove(connection, alice.member, first.id)
    assert [one.name for one in alice.factors().own] == ["Spare"]


def test_another_officers_factor_is_not_removed(alice: Holder, bob: Holder):
    """Even by its id."""
    alice.enrol(Key(), "Spare")
    with db.writing(alice.engine) as connection, pytest.raises(AccessError):
        rows.remove(connection, alice.member, bob.factors().own[0].id)
    assert len(bob.factors().own) == 1


def test_a_removed_key_is_refused(alice: Holder):
    """From then on."""
    alice.enrol(Key(), "Spare")
    asked, options = alice.ask()
    (removed,) = (one for one in alice.factors().own if one.credential == alice.key.id)
    with db.writing(alice.engine) as connection:
        rows.remove(connection, alice.member, removed.id)
    with pytest.raises(AccessError):
        alice.check(asked, alice.key.get(options, ORIGIN))


@pytest.mark.parametrize("name", ["", "   ", "x" * 41])
def test_a_factor_has_a_name(alice: Holder, name: str):
    """One that fits on the page."""
    with pytest.raises(AccessError, match="name"):
        alice.enrol(Key(), name)


def test_there_is_an_end_to_how_many(alice: Holder):
    """A page lists them all."""
    for number in range(rows.COUNT_MAX - 1):
        alice.enrol(Key(), f"Key {number}")
    with pytest.raises(AccessError, match="already"):
        alice.enrol(Key(), "One more")
