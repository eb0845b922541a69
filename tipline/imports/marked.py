"""Which cases were taken over from an old system: nobody has a receipt for these."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from tipline import tables


def is_imported(connection: Connection, number: int) -> bool:
    """Tell whether a case was taken over."""
    own = tables.imported.c
    return connection.scalar(select(own.at).where(own.case == number)) is not None


def count(connection: Connection) -> int:
    """Return how many cases were taken over."""
    return connection.scalar(select(func.count()).select_from(tables.imported)) or 0
