"""Saved views: an officer's own, by key; of one size; and gone where the key is not."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from tests.conftest import Agency
from tipline import db, tables
from tipline.errors import FormatError
from tipline.lanes import views
from tipline.lanes.wanted import Wanted

SECRET = "Marko's friends"


def sealed(agency: Agency) -> dict[bytes, bytes]:
    """Return what stands in the database, by officer."""
    with agency.engine.connect() as connection:
        return {row.officer: row.sealed for row in connection.execute(select(tables.view))}


def test_a_view_is_its_officers_alone(agency_: Agency):
    """Nobody else's key opens it, wherever the row is put; and its size says nothing."""
    alice, alan = agency_.work("Alice").member, agency_.work("Alan").member
    wanted = Wanted(desk=agency_.desk("Narcotics"), lang="uk", category="drugs", unread=True)
    with db.writing(agency_.engine) as connection:
        views.save(connection, alice, f"  {SECRET}\n", wanted)
        views.save(connection, alan, "x", Wanted(age="today"))
        assert [(one.name, one.wanted) for one in views.of(connection, alice)] == [(SECRET, wanted)]
    rows = sealed(agency_)
    assert {len(one) for one in rows.values()} == {32 + views.SIZE + 16}
    assert not any(word in rows[alice.id] for word in (b"Marko", b"drugs", b'uk"'))
    with db.writing(agency_.engine) as connection:
        connection.execute(update(tables.view).values(sealed=rows[alice.id]))
        assert views.of(connection, alan) == ()
        assert len(views.of(connection, alice)) == 1


def test_views_are_replaced_and_deleted_by_name(agency_: Agency):
    """Under the same name the newer one; so many and no more, and each with a name."""
    alice = agency_.work("Alice").member
    sealed_facts = {"category": "c" * 32, "lang": "x" * 16}
    longest = Wanted(b"d" * 16, "accepted", age="over-90-days", files="without", unread=True, **sealed_facts)
    with db.writing(agency_.engine) as connection:
        views.save(connection, alice, "one", Wanted(age="today"))
        views.save(connection, alice, "one", Wanted(unread=True))
        (only,) = views.of(connection, alice)
        assert only.wanted == Wanted(unread=True)
        views.remove(connection, alice, only.id)
        assert views.of(connection, alice) == ()
        for number in range(views.VIEWS_MAX):
            name = f"{number:02}".ljust(views.NAME_MAX, "\U0001f600")
            views.save(connection, alice, name, longest)
        assert {one.wanted for one in views.of(connection, alice)} == {longest}
        for name in ("one more", "", " ", "x" * (views.NAME_MAX + 1)):
            with pytest.raises(FormatError):
                views.save(connection, alice, name, Wanted())
    assert {len(one) for one in sealed(agency_).values()} == {32 + views.SIZE + 16}
