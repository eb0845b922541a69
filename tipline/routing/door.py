"""What stands between an officer and a case beside keys: a route that ended, a recusal, a colleague's hand.

Work.access asks here, and every way to a case goes through it. By key this is policy, and docs say so; what
ended by key as well is route.py's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select

from tipline import tables
from tipline.cases import disposition
from tipline.errors import StateError
from tipline.routing import route_state


def live(connection: Connection, units: Iterable[bytes]) -> set[tuple[int, bytes]]:
    """Return (case, unit) of every route to these units that has not ended."""
    own = tables.route.c
    query = select(own.case, own.unit).where(own.unit.in_(list(units)), own.state.in_(route_state.LIVE))
    return {(row.case, row.unit) for row in connection.execute(query)}


def given(
    connection: Connection, units: Iterable[bytes], number: int | None = None
) -> set[tuple[bytes, bytes]]:
    """Return (envelope, unit) of all messages that units have a key of by a route that has not ended.

    Of case *number* alone, if it is given.
    """
    at, what, own = tables.stanza.c, tables.envelope.c, tables.route.c
    query = (
        select(at.envelope, at.desk)
        .join(tables.envelope, what.id == at.envelope)
        .join(tables.route, (own.case == what.case) & (own.unit == at.desk))
        .where(at.desk.in_(list(units)), own.state.in_(route_state.LIVE))
    )
    query = query if number is None else query.where(own.case == number)
    return {(row.envelope, row.desk) for row in connection.execute(query)}


def still(connection: Connection, number: int, officer: bytes, unit: bytes | None) -> None:
    """Raise StateError when, since access was given, the officer left the case or *unit*'s route ended.

    Asked inside the transaction of an act, since access is looked at before it.
    """
    ended = unit is not None and (number, unit) not in live(connection, [unit])
    if ended or is_recused(connection, number, officer):
        raise StateError("this case is not yours to work on any more")


def off(connection: Connection, officer: bytes) -> set[int]:
    """Return the cases that an officer is off, with all that were made one with them."""
    return set(connection.scalars(_off(officer)))


def is_recused(connection: Connection, number: int, officer: bytes) -> bool:
    """Tell whether an officer knows a person in this case, or in one that was made one with it."""
    return connection.scalar(_off(officer).where(tables.case.c.id == number)) is not None


def not_recused(officer: bytes, case: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that leaves an officer's recusals out, by a list's column of *case* numbers."""
    return case.not_in(_off(officer))


def is_shredded(connection: Connection, number: int) -> bool:
    """Tell whether nothing is left of a case: whatever a session still knows of it is for nobody."""
    own = tables.case.c
    return connection.scalar(select(own.status).where(own.id == number)) == disposition.SHREDDED


def holder(connection: Connection, number: int, desk: bytes) -> Row[*tuple[Any, ...]] | None:
    """Return who took the case at a desk (officer, name, at); None where nobody has.

    At the desk that triages it, who has the case that it is part of has it too.
    """
    own, officer, case = tables.taken.c, tables.officer.c, tables.case.c
    into = select(case.into).where(case.id == number, case.desk == desk).scalar_subquery()
    query = (
        select(own.officer, officer.name, own.at)
        .join(tables.officer, officer.id == own.officer)
        .where(or_(own.case == number, own.case == into), own.desk == desk)
        .order_by(own.case == number)
        .limit(1)
    )
    return connection.execute(query).one_or_none()


def _off(officer: bytes) -> Select[tuple[int]]:
    """Return the query of the numbers that an officer is off."""
    own, case = tables.recused.c, tables.case.c
    known, named = tables.case.alias(), select(own.case).where(own.officer == officer)
    wholes = select(func.coalesce(known.c.into, known.c.id)).where(known.c.id.in_(named))
    return select(case.id).where(or_(case.id.in_(wholes), case.into.in_(wholes)))
