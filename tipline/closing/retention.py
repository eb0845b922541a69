"""How long closed cases are kept: what is due for review, and what is kept longer with a reason.

Nothing is deleted by itself: a person looks at each case, and a second one before it is shredded.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from tipline import clock, db, tables
from tipline.assessment import second
from tipline.assessment.second import Proposal
from tipline.audit import actions
from tipline.cases import audit, disposition
from tipline.cases.work import Work
from tipline.closing import hold
from tipline.closing.closing import status, triage
from tipline.closing.settings import Retention
from tipline.errors import FormatError, StateError
from tipline.papers import reason
from tipline.papers.reason import Reason
from tipline.routing import door
from tipline.staff.member import TRIAGE

_DAY = 86_400
KEEP_DAYS_MAX = 36_500


@dataclass(frozen=True)
class Term:
    """How long a closed case is kept: for its *code*, from the day *closed* *until* another.

    *longer* is the reason's code where an officer had it kept beyond its period.
    """

    code: str
    closed: int
    until: int
    longer: str

    @property
    def is_over(self) -> bool:
        """Tell whether the case is due for review."""
        return clock.day_number() >= self.until


@dataclass(frozen=True)
class Reviewed:
    """A case on the review list; *proposal* waits for a second officer to shred it."""

    number: int
    term: Term
    held: bool
    proposal: Proposal | None


def term(connection: Connection, number: int, policy: Retention) -> Term | None:
    """Return how long a case is kept; None for one that is not closed."""
    own, kept = tables.closing, tables.kept_longer
    if status(connection, number) != disposition.CLOSED:
        return None
    query = select(own).where(own.c.case == number, own.c.code != "").order_by(own.c.seq.desc()).limit(1)
    row = connection.execute(query).one()
    closed = row.at // _DAY
    # What was kept longer and opened again since has a new period.
    longer = select(kept).where(kept.c.case == number, kept.c.at >= row.at)
    last = connection.execute(longer.order_by(kept.c.seq.desc()).limit(1)).one_or_none()
    until = closed + policy.of(row.code)
    return Term(row.code, closed, last.day, last.reason) if last else Term(row.code, closed, until, "")


def review(own: Work, policy: Retention) -> list[Reviewed]:
    """Return the closed cases of the officer's triage desks whose term is over, or which wait to be shredded.

    Those first that are over longest.
    """
    desks = [desk.id for desk in own.member.desks.values() if desk.kind == TRIAGE]
    with own.engine.connect() as connection:
        numbers = _due(connection, own, desks, policy)
        found = [_reviewed(connection, own, number, policy) for number in numbers]
    return sorted((one for one in found if one is not None), key=lambda one: (one.term.until, one.number))


def keep(own: Work, number: int, days: int, why: Reason, policy: Retention) -> None:
    """Keep a closed case for so many days from today: longer than it is kept already.

    Raises AccessError, StateError where it is not closed, FormatError "days" or for a bad reason.
    """
    access, why = triage(own, number), reason.check(reason.KEEP, why)
    if not 1 <= days <= KEEP_DAYS_MAX:
        raise FormatError("days", f"it is kept for 1 to {KEEP_DAYS_MAX} days more")
    day = clock.day_number() + days
    with db.writing(own.engine) as connection:
        door.still(connection, number, own.member.id, access.unit)
        now = term(connection, number, policy)
        if now is None:
            raise StateError("this case is not closed")
        if day <= now.until:
            raise FormatError("days", f"it is kept until {clock.in_words(now.until)} already")
        said = reason.record(connection, own.member, number, why, [access.desk.id])
        what = (actions.KEPT_LONGER, {"case": number})
        audit.append(connection, own.member, access.desk.id, what, access.why | {"until": day} | said.detail)
        row = {"case": number, "day": day, "reason": why.code, "paper": said.paper}
        by = {"officer": own.member.id, "at": clock.seconds()}
        connection.execute(insert(tables.kept_longer).values(**row, **by))


def _due(connection: Connection, own: Work, desks: list[bytes], policy: Retention) -> list[int]:
    """Return closed cases that may be due, by the shortest period of all: each is looked at more closely."""
    case, closing, waits = tables.case.c, tables.closing.c, tables.proposal.c
    shortest = min(policy.of(code) for code in _codes(connection))
    ended = select(closing.case).group_by(closing.case)
    before = (clock.day_number() - shortest + 1) * _DAY
    waiting = select(waits.case).where(waits.act == second.SHRED)
    old = case.id.in_(ended.having(func.max(closing.at) < before)) | case.id.in_(waiting)
    query = select(case.id).where(case.desk.in_(desks), case.status == disposition.CLOSED, old)
    return list(connection.scalars(query.where(door.not_recused(own.member.id, case.id))))


def _codes(connection: Connection) -> list[str]:
    own = tables.closing.c
    return list(connection.scalars(select(own.code).where(own.code != "").distinct())) or ["spam"]


def _reviewed(connection: Connection, own: Work, number: int, policy: Retention) -> Reviewed | None:
    term_ = term(connection, number, policy)
    items = own.known.items(number)
    if term_ is None or not items:
        return None
    waiting = second.waiting(connection, items[0].desk, number)
    proposal = next((one for one in waiting if one.act == second.SHRED), None)
    if not (term_.is_over or proposal):
        return None
    return Reviewed(number, term_, hold.is_held(connection, number), proposal)
