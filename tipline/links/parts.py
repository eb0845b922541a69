"""Cases that were merged: which case a number leads to, and what is part of one.

A case that continues in another stays as it is under its own number: its messages, keys, labels and answers.
So whoever wrote it is answered under their own receipt alone, and it is taken out again by removing the
pointer. What is one case then is what is decided: status, priority, whose it is, who is off it.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, func, select

from tipline import tables


def whole(connection: Connection, number: int) -> int:
    """Return the case that *number* is part of; itself while it is part of none."""
    own = tables.case.c
    into = connection.scalar(select(own.into).where(own.id == number))
    return number if into is None else into


def of(connection: Connection, number: int) -> list[int]:
    """Return the numbers that are part of a case, oldest first."""
    own = tables.case.c
    return list(connection.scalars(select(own.id).where(own.into == number).order_by(own.id)))


def together(connection: Connection, number: int) -> list[int]:
    """Return all numbers of what is one case with *number*, the whole's first."""
    own, head = tables.case.c, whole(connection, number)
    return [head, *connection.scalars(select(own.id).where(own.into == head).order_by(own.id))]


def under(connection: Connection, numbers: Iterable[int]) -> dict[int, int]:
    """Return what is part of any of these cases, oldest first, each with the case that it is part of."""
    own = tables.case.c
    query = select(own.id, own.into).where(own.into.in_(list(numbers))).order_by(own.id)
    return {row.id: row.into for row in connection.execute(query)}


def wholes(connection: Connection, numbers: Iterable[int]) -> dict[int, int]:
    """Return what each of these numbers leads to, of those that lead elsewhere."""
    own = tables.case.c
    query = select(own.id, own.into).where(own.id.in_(list(numbers)), own.into.is_not(None))
    return {row.id: row.into for row in connection.execute(query)}


def status() -> ColumnElement[str]:
    """Return what decides of a row of table case: the status of what it is part of, or its own."""
    own, head = tables.case.c, tables.case.alias()
    return func.coalesce(select(head.c.status).where(head.c.id == own.into).scalar_subquery(), own.status)


def with_wholes(connection: Connection, numbers: set[int]) -> set[int]:
    """Return *numbers*, however many, with those that they lead to."""
    own = tables.case.c
    rows = connection.execute(select(own.id, own.into).where(own.into.is_not(None)))
    return numbers | {row.into for row in rows if row.id in numbers}
