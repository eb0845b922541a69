"""Which cases are in a lane of the inbox, newest first, for one officer and one filter.

What it costs does not grow with the cases there are: what the database knows is read in the order of an index
and no further than the lane is shown. Sealed facts, and what was read, come as sets of numbers out of the
session's memory: a small set goes to the rows; of a large one the rows are looked through in order, and after
WALK of them without an end the set goes to the rows as well.
"""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, exists, false, func, literal_column, or_, select

from tipline import clock, tables
from tipline.cases.work import Work
from tipline.keys.rows import TRIAGE
from tipline.lanes import unread
from tipline.lanes.wanted import AGES, GRADE, MINE, NOBODY, UNGRADED, WITH, WITHOUT, Wanted
from tipline.links import parts
from tipline.papers import paper
from tipline.routing import door, route_state
from tipline.search.facts import Filter
from tipline.tables.arrivals import IS_OPEN, OVER

#: A set of so many numbers goes to the rows at once; so many rows are looked through for a larger one.
FEW, WALK = 2000, 2000
_BATCH = 250
#: A case's desk where cases are looked up by number: SQLite has no index on what bears a sign, and would take
#: one to go through all of a desk's otherwise.
_DESK_BY_NUMBER = literal_column('+"case".desk', tables.case.c.desk.type)


@dataclass(frozen=True)
class Place:
    """A desk whose cases are looked through; *ours* tells which of them are the officer's, and wanted."""

    desk: bytes
    ours: ColumnElement[bool]


class Finder:
    """Finds an officer's cases by one filter, over one connection."""

    def __init__(self, connection: Connection, own: Work, wanted: Wanted) -> None:
        self._connection, self._own = connection, own
        self._places = _places(connection, own, wanted)
        self._conditions = _conditions(connection, own, wanted)
        self._only = _only(connection, own, wanted)
        few = self._only is not None and len(self._only) <= FEW
        self._lanes = self._of_few(self._only or ()) if few else None

    def lane(self, priority: int, before: int | None, limit: int) -> list[int]:
        """Return up to *limit* numbers of one priority below *before*, the highest first."""
        if self._lanes is not None:
            there = self._lanes.get(priority, [])
            return self._readable([one for one in there if before is None or one < before][:limit])
        return list(itertools.islice(self._walk(priority, before), limit))

    def among(self, numbers: Collection[int]) -> set[int]:
        """Return which of these cases the filter lets through."""
        only = set(numbers) if self._only is None else self._only.intersection(numbers)
        return set(self._readable(list(itertools.chain(*self._of_few(only).values()))))

    def _of_few(self, numbers: Collection[int]) -> dict[int, list[int]]:
        """Return which of a few cases the database lets through, by priority, the highest number first."""
        own, lanes = tables.case.c, defaultdict(list)
        places = (_at(place, _DESK_BY_NUMBER) for place in self._places)
        query = select(own.id, own.priority).where(_is_in(numbers), or_(false(), *places), *self._conditions)
        for row in self._connection.execute(query.order_by(own.id.desc())):
            lanes[row.priority].append(row.id)
        return lanes

    def _walk(self, priority: int, before: int | None) -> Iterator[int]:
        """Yield a lane's numbers in order."""
        size, passed = _BATCH, 0
        while True:
            to_rows = self._only is not None and passed >= WALK
            rows = self._rows(priority, before, size, to_rows=to_rows)
            wanted = rows if self._only is None or to_rows else [one for one in rows if one in self._only]
            yield from self._readable(wanted)
            if len(rows) < size:
                return
            before, passed = rows[-1], passed + len(rows)
            size = min(2 * size, WALK)

    def _rows(self, priority: int, before: int | None, size: int, *, to_rows: bool) -> list[int]:
        own = tables.case.c
        query = select(own.id).where(own.priority == priority, *self._conditions)
        query = query if before is None else query.where(own.id < before)
        query = query.where(_is_in(self._only or ())) if to_rows else query
        query = query.order_by(own.id.desc()).limit(size)
        found: list[int] = []
        for place in self._places:
            found += self._connection.scalars(query.where(_at(place))).all()
        return sorted(found, reverse=True)[:size]

    def _readable(self, numbers: Sequence[int]) -> list[int]:
        """Leave out what no key of the officer's opens: somebody else's or forged, it is not even counted."""
        unknown = [number for number in numbers if not self._own.known.items(number)]
        if not unknown:
            return list(numbers)
        reported = _with_a_report(self._connection, self._own, unknown)
        return [number for number in numbers if number in reported or number not in unknown]


def _at(place: Place, desk: ColumnElement[bytes] = tables.case.c.desk) -> ColumnElement[bool]:
    return (desk == place.desk) & place.ours


def _places(connection: Connection, own: Work, wanted: Wanted) -> list[Place]:
    """Return the desks whose cases to look at: the officer's own, and others' for what was routed."""
    desks = own.member.desks.values()
    receiving = [desk.id for desk in desks if desk.receives]
    units = [desk.id for desk in desks if not desk.receives]
    if wanted.desk is None:
        here, there = receiving, units
    elif wanted.desk in own.member.desks:
        here = [wanted.desk] if wanted.desk in receiving else []
        there = [wanted.desk] if wanted.desk in units else []
    else:
        # Where a case went is triage's to know, of its own cases.
        return [Place(desk, _routed([wanted.desk]) & _stands(wanted)) for desk in receiving]
    found = [Place(desk, _stands(wanted)) for desk in here]
    if there:
        others = connection.scalars(select(tables.desk.c.id).where(tables.desk.c.kind == TRIAGE)).all()
        # To a unit, what it was given stays a case by itself when triage makes it part of another.
        ways = (_stands(wanted), _stands_as_part(wanted))
        found += [Place(desk, _routed(there) & way) for desk in others if desk not in here for way in ways]
    return found


def _stands(wanted: Wanted) -> ColumnElement[bool]:
    """Return the condition on the status of a case that is part of none."""
    case = tables.case.c
    return IS_OPEN if wanted.status is None else (case.status == wanted.status) & case.into.is_(None)


def _stands_as_part(wanted: Wanted) -> ColumnElement[bool]:
    """Return the condition on a part of a case, which is over when the whole is."""
    status, part = parts.status(), tables.case.c.into.is_not(None)
    return part & (status.not_in(OVER) if wanted.status is None else status == wanted.status)


def _routed(units: Sequence[bytes]) -> ColumnElement[bool]:
    route = tables.route.c
    live = route.state.in_(route_state.LIVE)
    return exists().where(route.case == tables.case.c.id, route.unit.in_(units), live)


def _conditions(connection: Connection, own: Work, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Return what the database alone can tell of the filter."""
    case = tables.case.c
    found = [door.not_recused(own.member.id, case.id)]
    if wanted.age is not None:
        found += _of_age(connection, *AGES[wanted.age])
    if wanted.holder is not None:
        found.append(_held(own, wanted.holder))
    if wanted.grade is not None:
        found.append(_graded(wanted.grade))
    return found


def _of_age(connection: Connection, least: int | None, most: int | None) -> list[ColumnElement[bool]]:
    case, today, found = tables.case.c, clock.day_number(), []
    if least is not None:
        found.append(case.day <= today - least)
    if most is not None:
        # Numbers grow with the days, near enough: nothing older than the first of these is looked through.
        # The least number as it is SQLite would look for from the oldest case on.
        first = select(func.min(case.id + 0)).where(case.day >= today - most)
        found += [case.day >= today - most, case.id >= (connection.scalar(first) or 0)]
    return found


def _held(own: Work, holder: str) -> ColumnElement[bool]:
    at = tables.taken.c
    taken = exists().where(at.case == tables.case.c.id, at.desk.in_(list(own.member.desks)))
    if holder == NOBODY:
        return ~taken
    return taken.where(at.officer == own.member.id if holder == MINE else at.officer != own.member.id)


def _graded(grade: str) -> ColumnElement[bool]:
    at, (of, code) = tables.grading.c, _grade(grade)
    given = exists().where(at.case == tables.case.c.id)
    if grade == UNGRADED:
        return ~given
    return given.where(at[of] == code) if of else given


def _grade(grade: str) -> tuple[str, str]:
    """Return the field that a grade's code is about, and the scheme's code; nothing for either."""
    found = GRADE.fullmatch(grade)
    return (found[1] or "", found[2] or "") if found else ("", "")


def _only(connection: Connection, own: Work, wanted: Wanted) -> set[int] | None:
    """Return the numbers that the session's memory tells; None where nothing is asked of it."""
    found: list[set[int]] = []
    if wanted.asks_the_tip:
        found.append(_of_tips(connection, own, wanted))
    if wanted.unread:
        found.append(unread.numbers(connection, own))
    if wanted.holder == MINE:
        found.append(_taken(connection, own))
    if wanted.grade is not None:
        found += _with_grade(connection, *_grade(wanted.grade))
    return set.intersection(*found) if found else None


def _of_tips(connection: Connection, own: Work, wanted: Wanted) -> set[int]:
    """Return the cases of which the tip says what is wanted, or a part of theirs does."""
    asked = Filter(
        categories=frozenset({wanted.category} if wanted.category else ()),
        langs=frozenset({wanted.lang} if wanted.lang else ()),
        files=True if wanted.files == WITH else None,
    )
    found = parts.with_wholes(connection, own.known.matching(asked))
    if wanted.files == WITHOUT:
        found -= parts.with_wholes(connection, own.known.matching(Filter(files=True)))
    return found


def _with_grade(connection: Connection, of: str, code: str) -> list[set[int]]:
    """Return the cases with one code of grading where they are few; else the rows are asked, in order."""
    at = tables.grading.c
    query = select(at.case).where(at[of] == code).limit(FEW + 1) if of else None
    found = set(connection.scalars(query)) if query is not None else set()
    return [found] if query is not None and len(found) <= FEW else []


def _taken(connection: Connection, own: Work) -> set[int]:
    """Return what the officer has taken: few, and found by an index of their own."""
    at = tables.taken.c
    return set(connection.scalars(select(at.case).where(at.officer == own.member.id)))


def _is_in(numbers: Collection[int]) -> ColumnElement[bool]:
    """Return the condition that a case's number is one of these, however many: one bound value."""
    given = func.json_each(json.dumps(list(numbers))).table_valued("value")
    return tables.case.c.id.in_(select(given.c.value))


def _with_a_report(connection: Connection, own: Work, numbers: Sequence[int]) -> set[int]:
    """Return which of these cases have a report that is sealed to a desk of the officer's."""
    one, at = tables.paper.c, tables.paper_key.c
    query = (
        select(one.case)
        .join(tables.paper_key, at.paper == one.id)
        .where(one.case.in_(numbers), one.kind == paper.REPORT, at.desk.in_(list(own.member.desks)))
    )
    return set(connection.scalars(query))
