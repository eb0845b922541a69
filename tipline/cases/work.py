"""What one signed-in officer works with, and what their keys give them of a case."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, select, update

from tipline import tables
from tipline.cases import arrival, disposition, paper
from tipline.cases.index import Index, Item
from tipline.cases.member import TRIAGE, Desk, Member
from tipline.errors import AccessError


@dataclass(frozen=True, repr=False)
class Work:
    """The database, an officer with unlocked keys, and the index of what these keys open."""

    engine: Engine
    member: Member
    known: Index = field(default_factory=Index)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def refresh(self) -> None:
        """Take in what arrived, and what others filed or routed."""
        with self.lock:
            arrival.refresh(self.engine, self.member, self.known)

    def wipe(self) -> None:
        """Forget the desks' keys and the index."""
        self.member.desks.clear()
        self.known.clear()

    def access(self, number: int) -> Access:
        """Return what the officer's keys give of a case. Raises AccessError when they give nothing."""
        items = self.known.items(number)
        best = max(items, key=lambda item: item.whole, default=None)
        desk = self.member.desks.get(best.desk) if best else self._report_desk(number)
        if desk is None:
            raise AccessError("no key of this officer opens this case")
        triage = best is not None and best.whole and desk.kind == TRIAGE
        return Access(number, tuple(items), desk, triage)

    def _report_desk(self, number: int) -> Desk | None:
        """Return the desk whose key opens a report on the case, for one who has none of its messages."""
        with self.engine.connect() as connection:
            return paper.reports_of(connection, self.member, [number]).get(number)


@dataclass(frozen=True, repr=False)
class Access:
    """A case seen through *desk*; *triage* tells whether the officer may answer and route.

    No *items*: the desk was given the report alone.
    """

    number: int
    items: tuple[Item, ...]
    desk: Desk
    triage: bool


def happen(connection: Connection, number: int, event: str) -> None:
    """Change a case's status as the table of dispositions says."""
    own = tables.case
    status = connection.execute(select(own.c.status).where(own.c.id == number)).scalar_one()
    after = disposition.after(status, event)
    connection.execute(update(own).where(own.c.id == number).values(status=after))
