"""The rows of routes: what a unit is to a case, read and changed inside the caller's writing transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from tipline import clock, tables
from tipline.cases import work
from tipline.cases.work import Work
from tipline.errors import StateError
from tipline.routing import route_keys, route_state
from tipline.routing.route_state import LIVE, RESPONSIBLE, Standing
from tipline.staff import rekey


def find(connection: Connection, number: int, unit: bytes) -> Row[Any] | None:
    """Return the row that tells what a unit is to a case; None when it never had it."""
    own = tables.route
    return connection.execute(select(own).where(own.c.case == number, own.c.unit == unit)).one_or_none()


def standing(row: Row[Any] | None) -> Standing:
    """Return what a row says, as the table of states has it."""
    return (row.part, row.state) if row else None


def after(connection: Connection, number: int, unit: bytes, act: str) -> tuple[Standing, tuple[str, str]]:
    """Return what the unit is now and would be after *act*.

    Raises StateError where the table says nothing, or a second unit would be responsible.
    """
    before = standing(find(connection, number, unit))
    then = route_state.after(before, act)
    if route_state.is_responsible(then) and _responsible(connection, number) not in {None, unit}:
        raise StateError("another unit is responsible for this case: withdraw it there first")
    return before, then


def move(connection: Connection, own: Work, key: tuple[int, bytes], to: tuple[str, str], **more: Any) -> None:
    """Make a unit what the table says (*to*), by this officer, now; *more* are the row's other columns."""
    at, (number, unit), (part, state) = tables.route, key, to
    said = {"reason": "", "paper": None, **more}
    values = {"part": part, "state": state, "officer": own.member.id, "at": clock.seconds(), **said}
    here = (at.c.case == number, at.c.unit == unit)
    if connection.execute(update(at).where(*here).values(values)).rowcount == 0:
        connection.execute(insert(at).values(case=number, unit=unit, **values))


def happen(connection: Connection, number: int, before: Standing, act: str) -> None:
    """Change the case's status as *act* on a unit that was *before* does."""
    event = route_state.event(before, act)
    if event is not None:
        work.happen(connection, number, event)


def clear(connection: Connection, number: int, unit: bytes) -> None:
    """Delete what a unit has of a case: keys, and whose case it was there; ask for a new key of the unit's.

    With the new key a copy of the rows from before opens nothing.
    """
    own = tables.taken
    rekey.ask(connection, unit)
    route_keys.take(connection, number, unit)
    connection.execute(delete(own).where(own.c.case == number, own.c.desk == unit))


def _responsible(connection: Connection, number: int) -> bytes | None:
    own = tables.route.c
    here = (own.case == number, own.part == RESPONSIBLE, own.state.in_(LIVE))
    return connection.scalar(select(own.unit).where(*here))
