"""Counting a month, and what stands now, over the desks that an officer triages for.

Days come from the database, categories and languages from the index in memory: a case that is shredded counts
with what is left of it. No question here is about an officer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, exists, func, select

from tipline import clock, tables
from tipline.cases import disposition
from tipline.cases.work import Work
from tipline.numbers.month import Month
from tipline.routing import route_state
from tipline.staff.member import TRIAGE

#: The last day, counted from the arrival, of each step of waiting.
STEPS = (0, 1, 3, 7, 30, 90)
#: What stands for more days than the last step, for what has not happened, and for what is not kept any more.
LATER, NOT_YET, GONE = "later", "not yet", "not kept"
_DAY = 86_400


@dataclass(frozen=True)
class Counts:
    """What a month's cases came to. Steps are the index in STEPS, or LATER, or NOT_YET.

    *outcomes* are by (kind, sort, currency): how many, grams, value.
    """

    received: int
    priority: Mapping[int, int]
    category: Mapping[str, int]
    language: Mapping[str, int]
    read: Mapping[int | str, int]
    answered: Mapping[int | str, int]
    dispositions: Mapping[str, int]
    outcomes: Mapping[tuple[str, str, str], tuple[int, int, int]]


@dataclass(frozen=True)
class Standing:
    """What is open now: by status, by age in steps, and how many days the oldest of a status has waited."""

    statuses: Mapping[str, int]
    ages: Mapping[int | str, int]
    oldest: Mapping[str, int]
    asked: int


def month(own: Work, which: Month) -> Counts:
    """Count a month: what came in it, and what was closed and reported in it."""
    with own.engine.connect() as connection:
        rows = _cases(connection, own, which)
        read, answered = _first_read(connection, own, which), _first_reply(connection, own, which)
        return Counts(
            received=len(rows),
            priority=Counter(row.priority for row in rows),
            category=Counter(_fact(own, row.id, "category") for row in rows),
            language=Counter(_fact(own, row.id, "lang") for row in rows),
            read=_steps(rows, read),
            answered=_steps(rows, answered),
            dispositions=_dispositions(connection, own, which),
            outcomes=_outcomes(connection, own, which),
        )


def standing(own: Work) -> Standing:
    """Count what is open now."""
    case, today = tables.case.c, clock.day_number()
    query = (
        select(case.status, case.day, func.count().label("cases"))
        .where(case.desk.in_(_desks(own)), case.status.in_(disposition.OPEN), case.into.is_(None))
        .group_by(case.status, case.day)
    )
    statuses: Counter[str] = Counter()
    ages: Counter[int | str] = Counter()
    oldest: dict[str, int] = {}
    with own.engine.connect() as connection:
        for row in connection.execute(query):
            waited = max(0, today - row.day)
            statuses[row.status] += row.cases
            ages[_step(waited)] += row.cases
            oldest[row.status] = max(waited, oldest.get(row.status, 0))
        asked = connection.scalar(_asked(own)) or 0
    return Standing(statuses, ages, oldest, asked)


def _desks(own: Work) -> list[bytes]:
    return [desk.id for desk in own.member.desks.values() if desk.kind == TRIAGE]


def _cases(connection: Connection, own: Work, which: Month) -> list[Row[Any]]:
    case = tables.case.c
    query = select(case.id, case.priority, case.day).where(_came(own, which))
    return list(connection.execute(query.order_by(case.id)))


def _came(own: Work, which: Month) -> Any:
    case, days = tables.case.c, which.days
    return case.desk.in_(_desks(own)) & case.day.between(days.start, days.stop - 1)


def _fact(own: Work, number: int, what: str) -> str:
    """Return what the message that began a case says of itself; GONE where nobody can read it any more."""
    items = own.known.items(number)
    return getattr(items[0], what) if items else GONE


def _first_read(connection: Connection, own: Work, which: Month) -> dict[int, int]:
    """Return the day on which somebody first opened each case."""
    case, what, opened = tables.case.c, tables.envelope.c, tables.opened.c
    query: Select[int, int] = (
        select(case.id, func.min(opened.at))
        .join(tables.envelope, what.case == case.id)
        .join(tables.opened, opened.envelope == what.id)
        .where(_came(own, which))
        .group_by(case.id)
    )
    return {number: at // _DAY for number, at in connection.execute(query)}


def _first_reply(connection: Connection, own: Work, which: Month) -> dict[int, int]:
    case, reply = tables.case.c, tables.reply.c
    query: Select[int, int] = (
        select(case.id, func.min(reply.at))
        .join(tables.reply, reply.case == case.id)
        .where(_came(own, which))
        .group_by(case.id)
    )
    return {number: at // _DAY for number, at in connection.execute(query)}


def _steps(rows: Iterable[Row[Any]], done: Mapping[int, int]) -> Counter[int | str]:
    return Counter(_step(done[row.id] - row.day) if row.id in done else NOT_YET for row in rows)


def _step(days: int) -> int | str:
    """Return the step of a wait of so many days, by its place in STEPS."""
    return next((place for place, last in enumerate(STEPS) if days <= last), LATER)


def _dispositions(connection: Connection, own: Work, which: Month) -> Counter[str]:
    """Count the cases whose last closing was in the month and still holds, by its code.

    How an old system's case had ended when it was taken over is nobody's work of the month.
    """
    closing, old = tables.closing.c, tables.imported.c
    taken_over = exists().where(old.case == closing.case, old.at >= closing.at)
    last = select(func.max(closing.seq)).group_by(closing.case)
    start, stop = which.seconds
    query = select(closing.code).where(
        closing.seq.in_(last), closing.code != "", closing.desk.in_(_desks(own)),
        closing.at >= start, closing.at < stop, ~taken_over,
    )  # fmt: skip
    return Counter(connection.scalars(query))


def _outcomes(
    connection: Connection, own: Work, which: Month
) -> dict[tuple[str, str, str], tuple[int, int, int]]:
    """Sum up what responsible units reported in the month, a corrected report by its correction alone."""
    outcome, case = tables.outcome.c, tables.case.c
    start, stop = which.seconds
    corrected = select(outcome.corrects).where(outcome.corrects.is_not(None))
    query = (
        select(
            outcome.kind,
            outcome.sort,
            outcome.currency,
            outcome.count.label("counted"),
            outcome.grams,
            outcome.value,
        )
        .join(tables.case, case.id == outcome.case)
        .where(
            case.desk.in_(_desks(own)), outcome.id.not_in(corrected), outcome.at >= start, outcome.at < stop
        )
        .order_by(outcome.kind, outcome.sort, outcome.currency)
    )
    found: dict[tuple[str, str, str], tuple[int, int, int]] = {}
    for row in connection.execute(query):
        key = (row.kind, row.sort, row.currency)
        count, grams, value = found.get(key, (0, 0, 0))
        found[key] = (count + row.counted, grams + row.grams, value + row.value)
    return found


def _asked(own: Work) -> Any:
    """How many units were asked to take a case on, and have not said."""
    route, case = tables.route.c, tables.case.c
    return (
        select(func.count())
        .select_from(tables.route)
        .join(tables.case, case.id == route.case)
        .where(
            case.desk.in_(_desks(own)), route.part == route_state.RESPONSIBLE, route.state == route_state.SENT
        )
    )
