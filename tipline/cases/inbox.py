"""A page of the inbox: workflow facts from the database, the rest from the session's index."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, select

from tipline import tables
from tipline.cases import disposition
from tipline.cases.index import Item
from tipline.cases.work import Work
from tipline.lanes.find import Finder
from tipline.lanes.wanted import EVERYTHING, Wanted
from tipline.links import parts
from tipline.papers import paper, paper_marks
from tipline.search.known import Index
from tipline.staff.member import Member

#: Lines on a page. Of all lanes at once each shows so many at least, and is counted no further than that.
PAGE, LEAST, AT_MOST = 50, 10, 99


T = TypeVar("T")


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
    *grade*: the codes of its grading ("E4"), empty where nobody has given one.
    *holder* names who took it at one of the officer's desks, *mine* whether that is this officer.
    What its parts hold is counted with it. *into* is what it is part of itself, if the officer may know that.
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
    grade: str = ""
    into: int | None = None

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
class Lane:
    """One priority's cases, newest first. *count*: how many there are, never counted beyond AT_MOST + 1.

    *after* is where the lane's next page begins (a number), None where nothing is left.
    """

    priority: int
    count: int
    lines: tuple[Line, ...]
    after: int | None


@dataclass(frozen=True)
class Page:
    """The lanes, most urgent first: of all of them their first lines, or a page of one."""

    lanes: tuple[Lane, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines there are, in order."""
        return tuple(line for lane in self.lanes for line in lane.lines)


def page(own: Work, wanted: Wanted = EVERYTHING, lane: int | None = None, before: int | None = None) -> Page:
    """Return what the officer's desks have, and whose messages the officer's keys open.

    Of all lanes their first lines; of one *lane* its page below the number *before*. The others are counted.
    """
    with own.engine.connect() as connection:
        find = Finder(connection, own, wanted)
        found = {one: find.lane(one, None, AT_MOST + 1) for one in disposition.PRIORITIES}
        shares = _shares({one: len(numbers) for one, numbers in found.items()})
        shown = {one: numbers[: shares[one]] for one, numbers in found.items()}
        left = {one: len(numbers) > shares[one] for one, numbers in found.items()}
        if lane is not None:
            numbers = find.lane(lane, before, PAGE + 1)
            shown, left = {lane: numbers[:PAGE]}, {lane: len(numbers) > PAGE}
        ready = {line.number: line for line in lines(connection, own, itertools.chain(*shown.values()))}
    return Page(
        tuple(
            Lane(
                priority=one,
                count=len(numbers),
                lines=tuple(ready[number] for number in shown.get(one, ()) if number in ready),
                after=shown[one][-1] if left.get(one) else None,
            )
            for one, numbers in found.items()
        )
    )


def lines(connection: Connection, own: Work, numbers: Iterable[int]) -> list[Line]:
    """Return the lines of these cases, in this order; what no key of the officer's opens is left out."""
    wanted = list(numbers)
    rows = {
        row.id: row for row in connection.execute(select(tables.case).where(tables.case.c.id.in_(wanted)))
    }
    # A row that no key opens is somebody else's or a forged one.
    without = [number for number in wanted if not own.known.items(number)]
    reports = paper.reports_of(connection, own.member, without)
    shown = [rows[one] for one in wanted if one in rows and (one in reports or one not in without)]
    return _lines(connection, own.member, own.known, shown)


def _shares(counts: Mapping[int, int]) -> dict[int, int]:
    """Return how many lines each lane shows: none too few, and the most urgent what is left of the page."""
    left, shares = PAGE, {}
    for lane, count in counts.items():
        shares[lane] = min(count, max(left, LEAST))
        left -= shares[lane]
    return shares


def _lines(connection: Connection, member: Member, known: Index, rows: list[Row[Any]]) -> list[Line]:
    items = {row.id: known.items(row.id) for row in rows}
    # Who triages elsewhere has this case as a unit's officer: the other units' routes are not for them.
    triaged = {number for number, case in items.items() if any(item.whole for item in case)}
    within = parts.under(connection, triaged)
    for part, whole in within.items():
        items[whole] = items[whole] + known.items(part)
    read = _read(connection, member, itertools.chain(*items.values()))
    routes = _together(_routes(connection, member, [*items, *within], {*triaged, *within}), within)
    news = _together(paper_marks.unopened(connection, member, [*items, *within]), within)
    grades = _grades(connection, list(items))
    holders = _holders(connection, member, list(items))
    heads = _heads(connection, rows)
    return [
        Line(
            number=row.id,
            status=heads.get(row.into, row).status,
            priority=heads.get(row.into, row).priority,
            day=row.day,
            items=tuple(items[row.id]),
            unread=sum(item.envelope not in read for item in items[row.id]),
            routes=routes.get(row.id, ()),
            news=news.get(row.id, ()),
            holder=holders[row.id].name if row.id in holders else None,
            mine=row.id in holders and holders[row.id].officer == member.id,
            grade=grades.get(row.id, ""),
            into=row.into if row.into is not None and known.items(row.into) else None,
        )
        for row in rows
    ]


def _read(connection: Connection, member: Member, items: Iterable[Item]) -> set[bytes]:
    """Return which of these messages the officer has opened."""
    at, envelopes = tables.opened.c, [item.envelope for item in items]
    return set(
        connection.scalars(select(at.envelope).where(at.officer == member.id, at.envelope.in_(envelopes)))
    )


def _together(found: Mapping[int, Iterable[T]], within: Mapping[int, int]) -> dict[int, tuple[T, ...]]:
    """Return what was *found* of cases and of their parts, by case, each once."""
    all_: dict[int, dict[T, None]] = {}
    for number, those in found.items():
        all_.setdefault(within.get(number, number), {}).update(dict.fromkeys(those))
    return {number: tuple(those) for number, those in all_.items()}


def _heads(connection: Connection, rows: Iterable[Row[Any]]) -> dict[int | None, Row[Any]]:
    """Return the rows of the cases that these are part of: what is decided is decided there."""
    own, numbers = tables.case, {row.into for row in rows} - {None}
    found = connection.execute(select(own).where(own.c.id.in_(numbers))).all() if numbers else []
    return {row.id: row for row in found}


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


def _grades(connection: Connection, numbers: list[int]) -> dict[int, str]:
    own = tables.grading.c
    query = select(own.case, own.source, own.information).where(own.case.in_(numbers))
    return {row.case: f"{row.source}{row.information}" for row in connection.execute(query)}
