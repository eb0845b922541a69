"""How a tip is graded, by triage. The codes are workflow facts and in the clear; words to them never are.

Every grading is an entry in the audit, and the newest one of these holds. The row beside it is for lists.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from tipline import clock, db, tables
from tipline.assessment import schemes
from tipline.assessment.schemes import Grading
from tipline.audit import actions
from tipline.cases import audit
from tipline.cases.work import Work
from tipline.errors import AccessError, FormatError
from tipline.papers import reason
from tipline.papers.reason import OTHER, Reason
from tipline.routing import door

_FIELDS = ("scheme", "source", "information", "handling", "tlp")


@dataclass(frozen=True)
class Given:
    """A grading as somebody gave it; *officer* is None where nobody has: it is then a first contact's."""

    what: Grading
    officer: str | None = None
    at: int = 0


def of_cases(connection: Connection, numbers: Iterable[int], scheme: str) -> dict[int, Given]:
    """Return the gradings of cases, for lists; those that nobody graded have the first one of *scheme*."""
    own, officer = tables.grading, tables.officer
    query = select(own, officer.c.name).join(officer, officer.c.id == own.c.officer)
    numbers = list(numbers)
    rows = {row.case: row for row in connection.execute(query.where(own.c.case.in_(numbers)))}
    return {number: _given(rows.get(number), scheme) for number in numbers}


def of_case(connection: Connection, number: int, scheme: str) -> Given:
    """Return the grading of one case as an officer of triage signed for it, or the first one of *scheme*."""
    for entry in reversed(audit.of_triage(connection, number)):
        what = said_in(entry)
        if what is not None:
            return Given(what, entry.officer_name, entry.at)
    return Given(schemes.first(scheme))


def grade(own: Work, number: int, what: Grading, words: str = "") -> bool:
    """Grade a case; False where it is graded so already. *words* say why, and are kept sealed.

    Raises AccessError for who does not triage the case, FormatError "grading" for codes that are not the
    scheme's, "words" for too many.
    """
    access = own.access(number)
    if not access.triage:
        raise AccessError("only the triage desk grades a tip")
    if not schemes.is_one(what):
        raise FormatError("grading", "these are not codes of the scheme")
    why = reason.check(reason.GRADE, Reason(OTHER, words)) if words.strip() else None
    with db.writing(own.engine) as connection:
        door.still(connection, number, own.member.id, access.unit)
        was = of_case(connection, number, what.scheme)
        if was.officer is not None and was.what == what and why is None:
            return False
        said = (
            {} if why is None else reason.record(connection, own.member, number, why, [access.desk.id]).detail
        )
        detail = access.why | asdict(what) | said
        audit.append(connection, own.member, access.desk.id, (actions.GRADED, {"case": number}), detail)
        at = tables.grading
        connection.execute(delete(at).where(at.c.case == number))
        row = {"case": number, "officer": own.member.id, "at": clock.seconds(), **asdict(what)}
        connection.execute(insert(at).values(row))
    return True


def said_in(entry: audit.Entry) -> Grading | None:
    """Return the grading that an entry of the audit says was given; None where it says none."""
    if entry.action != actions.GRADED:
        return None
    what = Grading(*(str(entry.detail.get(name, "")) for name in _FIELDS))
    return what if schemes.is_one(what) else None


def _given(row: Row[*tuple[Any, ...]] | None, scheme: str) -> Given:
    if row is None:
        return Given(schemes.first(scheme))
    what = Grading(*(getattr(row, name) for name in _FIELDS))
    # Codes that no scheme has were written by nobody of triage: the audit says what was.
    return Given(what, row.name, row.at) if schemes.is_one(what) else Given(schemes.first(scheme))
