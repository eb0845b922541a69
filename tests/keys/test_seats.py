"""Seats: up to five at a desk, one officer each, and nobody at two of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine

from tipline import tables
from tipline.errors import SettingsError
from tipline.keys import rows, seats
from tipline.keys.signing import SigningKey
from tipline.setup import genesis


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    tables.metadata.create_all(engine)
    with engine.begin() as opened:
        yield opened
    engine.dispose()


def test_a_desk_has_up_to_five(connection: Connection):
    desk = rows.add_desk(connection, "Overseers", rows.QUORUM)
    for place in range(5):
        seats.add(connection, f"seat {place}", desk)
    assert [row.name for row in seats.of(connection, desk)] == [f"seat {place}" for place in range(5)]
    with pytest.raises(SettingsError, match="at most 5"):
        seats.add(connection, "seat 6", desk)


def test_nobody_has_two(connection: Connection):
    """Two seats would be two shares in one hand; a seat at another desk is another matter."""
    first, second = (rows.add_desk(connection, name, rows.QUORUM) for name in ("first", "second"))
    one, two, elsewhere = (
        seats.add(connection, name, desk)
        for name, desk in (("1", first), ("2", first), ("elsewhere", second))
    )
    officer = bytes(16)
    row = {"id": officer, "name": "Ada", "public": b"", "verify": bytes(32), "sealed": b""}
    connection.execute(tables.officer.insert().values(row))
    seats.check_free(connection, one, officer)
    genesis.begin(connection, SigningKey.generate(), "oversight", one, [officer])
    seats.check_free(connection, one, officer)
    seats.check_free(connection, elsewhere, officer)
    with pytest.raises(SettingsError, match="a seat at that desk already, 1"):
        seats.check_free(connection, two, officer)


@pytest.mark.parametrize(("kind", "at"), [(rows.SEAT, None), (rows.TRIAGE, bytes(16)), ("chair", None)])
def test_only_a_seat_is_at_a_desk(connection: Connection, kind: str, at: bytes | None):
    with pytest.raises(SettingsError, match="a desk is"):
        rows.add_desk(connection, "Somewhere", kind, at)
