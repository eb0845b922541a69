"""Seats: the places at a desk that opens only together. A seat has keys like a desk, and one officer.

What people send to such a desk is sealed to its seats, a share to each. The desk itself has a key at rest
alone: its officers keep with it what each of them may read, such as why a colleague asks to open a tip.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from tipline import tables
from tipline.errors import SettingsError
from tipline.keys import roster, rosters, rows
from tipline.seal.stanza import SEATS_MAX


def add(connection: Connection, name: str, desk: bytes) -> bytes:
    """Insert a seat at the quorum's *desk*; return its id.

    Raises SettingsError for a sixth, and for a bad or taken name.
    """
    if len(of(connection, desk)) >= SEATS_MAX:
        raise SettingsError(f"a desk has at most {SEATS_MAX} seats")
    return rows.add_desk(connection, name, rows.SEAT, desk)


def of(connection: Connection, desk: bytes) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return the seats of a desk (id, name), by name."""
    own = tables.desk.c
    return connection.execute(select(own.id, own.name).where(own.seat_of == desk).order_by(own.name)).all()


def check_free(connection: Connection, seat: bytes, officer: bytes) -> None:
    """Raise SettingsError when *officer* has another seat at that desk: one person would hold two shares."""
    desk = tables.desk.c
    at = connection.scalar(select(desk.seat_of).where(desk.id == seat))
    for other in of(connection, at) if at is not None else ():
        chain = rosters.versions(connection, other.id) if other.id != seat else []
        if chain and roster.read(chain[-1]).member(officer):
            raise SettingsError(f"this officer has a seat at that desk already, {other.name}")
