"""What one signed-in officer works with, and what their keys give them of a case."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sqlalchemy import Engine

from tipline.cases import arrival
from tipline.cases.happening import happen
from tipline.cases.index import Item
from tipline.errors import AccessError, TakenError
from tipline.lanes.unread import Opened
from tipline.papers import paper
from tipline.routing import door
from tipline.search.known import Index
from tipline.staff import rekey
from tipline.staff.member import TRIAGE, Desk, Member

__all__ = ["Access", "Work", "happen"]


@dataclass(frozen=True, repr=False)
class Work:
    """The database, an officer with unlocked keys, and the index of what these keys open.

    *explained*: why this officer opens cases in a colleague's hands, by case, colleague and since when. What
    is in *leaving* is called when the keys are forgotten. *seen*: what this officer has opened.
    """

    engine: Engine
    member: Member
    known: Index = field(default_factory=Index)
    explained: dict[tuple[int, bytes, int], dict[str, str]] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    leaving: list[Callable[[], None]] = field(default_factory=list)
    seen: Opened = field(default_factory=Opened)

    def refresh(self) -> None:
        """Take in what arrived, and what others filed or routed."""
        with self.lock:
            arrival.refresh(self.engine, self.member, self.known)
            rekey.attend(self.engine, self.member)

    def wipe(self) -> None:
        """Forget the desks' keys and the index."""
        for leave in self.leaving:
            leave()
        self.leaving.clear()
        self.member.desks.clear()
        self.known.clear()
        self.explained.clear()
        self.seen.clear()

    def access(self, number: int) -> Access:
        """Return what the officer may see of a case: every way to it goes through here.

        Raises AccessError when their keys give nothing or the case is not for them, TakenError when it is in
        a colleague's hands and they have not said why they open it.
        """
        access = self.reach(number)
        with self.engine.connect() as connection:
            taken = door.holder(connection, number, access.desk.id)
        if taken is None or taken.officer == self.member.id:
            return access
        why = self.explained.get((number, taken.officer, taken.at))
        if why is None:
            raise TakenError(f"{taken.name} has taken this case")
        return replace(access, why=why)

    def reach(self, number: int) -> Access:
        """Return what the officer may see of a case once they said why, if they must. Raises AccessError."""
        with self.engine.connect() as connection:
            live = door.live(connection, self.member.desks)
            given = door.given(connection, self.member.desks, number)
            shut = door.is_recused(connection, number, self.member.id)
            shut = shut or door.is_shredded(connection, number)
        known = self.known.items(number)
        items = [item for item in known if item.whole or (item.envelope, item.desk) in given]
        best = max(items, key=lambda item: item.whole, default=None)
        desk = self.member.desks.get(best.desk) if best else self._report_desk(number, live)
        if desk is None or shut:
            raise AccessError("no key of this officer opens this case")
        triage = best is not None and best.whole and desk.kind == TRIAGE
        return Access(number, tuple(items), desk, triage)

    def _report_desk(self, number: int, live: set[tuple[int, bytes]]) -> Desk | None:
        """Return the desk whose key opens a report on the case, for one who has none of its messages."""
        with self.engine.connect() as connection:
            desk = paper.reports_of(connection, self.member, [number]).get(number)
        return desk if desk is not None and (number, desk.id) in live else None


@dataclass(frozen=True, repr=False)
class Access:
    """A case seen through *desk*; *triage* tells whether the officer may answer and route.

    No *items*: the desk was given the report alone. *why*: the reason that was asked for, as the audit names
    it; empty where none was.
    """

    number: int
    items: tuple[Item, ...]
    desk: Desk
    triage: bool
    why: dict[str, str] = field(default_factory=dict)

    @property
    def unit(self) -> bytes | None:
        """The desk that has the case by a route alone; None for one that it was sealed to."""
        return None if any(item.whole for item in self.items) else self.desk.id
