"""What happens to a case changes its status, and that of the case that it is part of."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from tipline import tables
from tipline.cases import disposition
from tipline.links import parts


def happen(connection: Connection, number: int, event: str) -> None:
    """Change a case's status as the table of dispositions says, inside the caller's transaction."""
    own = tables.case
    for one in _changed(connection, number, event):
        status = connection.execute(select(own.c.status).where(own.c.id == one)).scalar_one()
        after = disposition.after(status, event)
        connection.execute(update(own).where(own.c.id == one).values(status=after))


def _changed(connection: Connection, number: int, event: str) -> set[int]:
    # What is decided of a part alone, such as closing it, decides nothing of the whole.
    return {number, parts.whole(connection, number)} if event in disposition.OF_PARTS else {number}
