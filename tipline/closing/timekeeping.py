"""What clocks count from, out of the database; what officers tell them; and which cases are due, for lists.

That a key opened a tip for the index is not reading: an officer who opened the case is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select

from tipline import clock, db, tables
from tipline.audit import actions
from tipline.cases import audit, disposition
from tipline.cases.work import Work
from tipline.closing import clocks
from tipline.closing.clocks import Clock, Facts
from tipline.closing.closing import triage
from tipline.closing.settings import Clocks
from tipline.errors import StateError
from tipline.imports import marked
from tipline.links import parts
from tipline.papers import reason
from tipline.papers.reason import Reason
from tipline.routing import door

FEEDBACK, JUSTIFIED = "feedback", "justified"
_AT_ONCE = 500
_DAY = 86_400


@dataclass(frozen=True)
class Due:
    """Open cases with a clock that is *overdue*, and others with one that is due *soon*."""

    overdue: frozenset[int]
    soon: frozenset[int]


def feedback(own: Work, number: int) -> None:
    """Note that the tipster was given feedback, by an answer that was sent.

    Raises AccessError for who does not triage the case, StateError before there is an answer.
    """
    access = triage(own, number)
    with db.writing(own.engine) as connection:
        door.still(connection, number, own.member.id, access.unit)
        if facts_of(connection, [number])[number].answered is None:
            raise StateError("nothing was answered yet: feedback is an answer")
        what = (actions.FEEDBACK, {"case": number})
        audit.append(connection, own.member, access.desk.id, what, access.why)
        _tell(connection, own, number, what=FEEDBACK)


def justify(own: Work, number: int, why: Reason) -> None:
    """Say why feedback takes the longer time. Raises AccessError, FormatError for a bad reason."""
    access, why = triage(own, number), reason.check(reason.JUSTIFY, why)
    with db.writing(own.engine) as connection:
        door.still(connection, number, own.member.id, access.unit)
        said = reason.record(connection, own.member, number, why, [access.desk.id])
        what = (actions.JUSTIFIED, {"case": number})
        audit.append(connection, own.member, access.desk.id, what, access.why | said.detail)
        _tell(connection, own, number, what=JUSTIFIED, reason=why.code, paper=said.paper)


def of_case(connection: Connection, own: Work, number: int, policy: Clocks) -> tuple[Clock, ...]:
    """Return a case's clocks; none for who has not the tip itself, and so not its category.

    None either where nobody has a receipt: who was told in the old system cannot be told here.
    """
    known = own.known.facts(number)
    if known is None or marked.is_imported(connection, number):
        return ()
    return clocks.of(policy, known.category, facts_of(connection, [number])[number])


def due(connection: Connection, own: Work, policy: Clocks) -> Due:
    """Return which open cases of the officer's triage desks are overdue or due soon: a filter for lists."""
    overdue, soon, today = set(), set(), clock.day_number()
    if not (policy.directive or policy.own):
        return Due(frozenset(), frozenset())
    desks = [desk.id for desk in own.member.desks.values() if desk.receives]
    case = tables.case.c
    open_ = select(case.id).where(case.desk.in_(desks), parts.status().in_(disposition.OPEN))
    open_ = open_.where(case.id.not_in(select(tables.imported.c.case)))
    for number, facts in facts_of(connection, connection.scalars(open_)).items():
        known = own.known.facts(number)
        if known is None:
            continue
        states = {one.state(today, policy.soon_days) for one in clocks.of(policy, known.category, facts)}
        if clocks.OVERDUE in states:
            overdue.add(number)
        elif clocks.SOON in states:
            soon.add(number)
    return Due(frozenset(overdue), frozenset(soon))


def facts_of(connection: Connection, numbers: Iterable[int]) -> dict[int, Facts]:
    """Return what happened to each of these cases, by number."""
    wanted, found = list(numbers), {}
    for at in range(0, len(wanted), _AT_ONCE):
        found.update(_facts(connection, wanted[at : at + _AT_ONCE]))
    return found


def _facts(connection: Connection, numbers: list[int]) -> dict[int, Facts]:
    case, what, opened, reply, told = (
        one.c for one in (tables.case, tables.envelope, tables.opened, tables.reply, tables.clock_fact)
    )
    read = (
        select(what.case, func.min(opened.at))
        .join(tables.envelope, what.id == opened.envelope)
        .group_by(what.case)
    )
    first = _days(connection, read.where(what.case.in_(numbers)))
    answered = select(reply.case, func.min(reply.at)).where(reply.case.in_(numbers)).group_by(reply.case)
    given = select(told.case, func.max(told.at)).where(told.case.in_(numbers)).group_by(told.case)
    answers, feedbacks, longer = (
        _days(connection, query)
        for query in (answered, given.where(told.what == FEEDBACK), given.where(told.what == JUSTIFIED))
    )
    rows = connection.execute(select(case.id, case.day).where(case.id.in_(numbers)))
    return {
        row.id: Facts(
            row.day, first.get(row.id), answers.get(row.id), feedbacks.get(row.id), row.id in longer
        )
        for row in rows
    }


def _days(connection: Connection, query: Any) -> dict[int, int]:
    return {number: seconds // _DAY for number, seconds in connection.execute(query)}


def _tell(connection: Connection, own: Work, number: int, **said: Any) -> None:
    row = {"case": number, "officer": own.member.id, "at": clock.seconds(), **said}
    connection.execute(insert(tables.clock_fact).values(row))
