"""Which desk a unit has a case from: what it writes back is for that one, and for none that a row names."""

from __future__ import annotations

from sqlalchemy import Connection, select

from tipline import tables
from tipline.audit import actions
from tipline.cases import audit
from tipline.errors import AccessError, RosterError
from tipline.staff.member import TRIAGE, Member

_GIVING = (actions.ROUTED, actions.INFORMED, actions.GAVE)


def desk(connection: Connection, who: Member, number: int, unit: bytes) -> bytes:
    """Return the triage desk that gave a unit a case.

    Raises AccessError where its roster does not call it one, or none of its officers signed for the giving:
    who writes to the database can name any desk.
    """
    own = tables.case.c
    named = bytes(connection.execute(select(own.desk).where(own.id == number)).scalar_one())
    try:
        kind = who.rosters.of(connection, named).kind
    except RosterError:
        kind = ""
    entries = audit.of_case(connection, [named], number)
    if kind != TRIAGE or not any(_gives(entry, unit) for entry in entries):
        raise AccessError("no triage desk has given this case")
    return named


def _gives(entry: audit.Entry, unit: bytes) -> bool:
    return entry.holds and entry.action in _GIVING and entry.detail.get("unit") == unit.hex()
