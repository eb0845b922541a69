"""A page of the inbox: workflow facts from the database, the rest from the session's index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select

from tipline import tables
from tipline.cases import disposition
from tipline.cases.index import Item
from tipline.cases.work import Work
from tipline.papers import paper, paper_marks
from tipline.routing import door, route_state
from tipline.search.known import Index
from tipline.staff.member import Member

PAGE = 50


@dataclass(frozen=True)
class Routed:
    """A unit by *name*, its *part* and *state* (route_state.py), and since when."""

    name: str
    part: str
    state: str
    at: int


@dataclass(frozen=True)
class Line:
    """One case in the list; *unread* counts messages that this officer has not opened.

    *items* is empty where the desk was given the report alone. *news*: kinds of papers of others, unopened.
    *holder* names who took it at one of the officer's desks, *mine* whether that is this officer.
    """

    number: int
    status: str
    priority: int
    day: int
    items: tuple[Item, ...]
    unread: int
    routes: tuple[Routed, ...]
    news: tuple[str, ...] = ()
    holder: str | None = None
    mine: bool = False

    @property
    def first(self) -> Item | None:
        """The message that began the case; None where it was not given."""
        return self.items[0] if self.items else None

    @property
    def danger(self) -> str:
        """The most urgent word on danger in any of the messages."""
        return min((item.danger for item in self.items), key=disposition.priority)

    @property
    def files(self) -> int:
        """How many files came, in all messages."""
        return sum(item.files for item in self.items)

    @property
    def alarm(self) -> bool:
        """Tell whether a docket and its message differed."""
        return any(item.alarm for item in self.items)


@dataclass(frozen=True)
class Page:
    """Some lines, most urgent and newest first, and where the next page begins (priority, number)."""

    lines: tuple[Line, ...]
    after: tuple[int, int] | None


def page(mine: Work, status: str | None = None, after: tuple[int, int] | None = None) -> Page:
    """Return a page of what the officer's desks have, and whose messages the officer's keys open."""
    own = tables.case.c
    query = select(tables.case).where(_ours(mine.member), door.not_recused(mine.member.id, own.id))
    if status:
        query = query.where(own.status == status)
    if after:
        query = query.where(or_(own.priority > after[0], and_(own.priority == after[0], own.id < after[1])))
    with mine.engine.connect() as connection:
        rows = connection.execute(query.order_by(own.priority, own.id.desc()).limit(PAGE + 1)).all()
        # A row that no key opens is somebody else's or a forged one: it is not even counted.
        without = [row.id for row in rows[:PAGE] if not mine.known.items(row.id)]
        reports = paper.reports_of(connection, mine.member, without)
        shown = [row for row in rows[:PAGE] if row.id in reports or row.id not in without]
        lines = _lines(connection, mine.member, mine.known, shown)
    more = (rows[PAGE - 1].priority, rows[PAGE - 1].id) if len(rows) > PAGE else None
    return Page(tuple(lines), more)


def _ours(member: Member) -> ColumnElement[bool]:
    receiving = [desk.id for desk in member.desks.values() if desk.receives]
    others = [desk.id for desk in member.desks.values() if not desk.receives]
    route = tables.route.c
    routed = select(route.case).where(route.unit.in_(others), route.state.in_(route_state.LIVE))
    ways = [tables.case.c.desk.in_(receiving)] if receiving else []
    ways += [tables.case.c.id.in_(routed)] if others or not receiving else []
    return or_(*ways)


def _lines(connection: Connection, member: Member, known: Index, rows: list[Row[Any]]) -> list[Line]:
    items = {row.id: known.items(row.id) for row in rows}
    opened = tables.opened.c
    envelopes = [item.envelope for case in items.values() for item in case]
    read = set(
        connection.scalars(
            select(opened.envelope).where(opened.officer == member.id, opened.envelope.in_(envelopes))
        )
    )
    # Who triages elsewhere has this case as a unit's officer: the other units' routes are not for them.
    triaged = {number for number, case in items.items() if any(item.whole for item in case)}
    routes = _routes(connection, member, list(items), triaged)
    news = paper_marks.unopened(connection, member, list(items))
    holders = _holders(connection, member, list(items))
    return [
        Line(
            number=row.id,
            status=row.status,
            priority=row.priority,
            day=row.day,
            items=tuple(items[row.id]),
            unread=sum(item.envelope not in read for item in items[row.id]),
            routes=tuple(routes.get(row.id, ())),
            news=news.get(row.id, ()),
            holder=holders[row.id].name if row.id in holders else None,
            mine=row.id in holders and holders[row.id].officer == member.id,
        )
        for row in rows
    ]


def _routes(
    connection: Connection, member: Member, numbers: list[int], triaged: set[int]
) -> dict[int, list[Routed]]:
    """Return what became of routes: to triage all of them, to a unit its own."""
    own = tables.route.c
    rows = connection.execute(
        select(own.case, own.unit, tables.desk.c.name, own.part, own.state, own.at)
        .join(tables.desk, tables.desk.c.id == own.unit)
        .where(own.case.in_(numbers))
        .order_by(own.at)
    )
    routes: dict[int, list[Routed]] = {}
    for row in rows:
        if row.case in triaged or row.unit in member.desks:
            routes.setdefault(row.case, []).append(Routed(row.name, row.part, row.state, row.at))
    return routes


def _holders(connection: Connection, member: Member, numbers: list[int]) -> dict[int, Row[*tuple[Any, ...]]]:
    """Return who took these cases at the officer's desks."""
    own, officer = tables.taken.c, tables.officer.c
    query = (
        select(own.case, own.officer, officer.name)
        .join(tables.officer, officer.id == own.officer)
        .where(own.case.in_(numbers), own.desk.in_(list(member.desks)))
        .order_by(own.officer == member.id)
    )
    return {row.case: row for row in connection.execute(query).all()}
