"""Officers who know a person in a case. The console keeps it from them from then on, on every desk.

By key this is policy: the desk's key, which they have, would open it. Whoever must not be able to open it has
to leave the desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from tipline import clock, db, tables
from tipline.audit import actions
from tipline.cases import audit
from tipline.cases.work import Work
from tipline.errors import AccessError, StateError
from tipline.links import parts
from tipline.papers import reason
from tipline.papers.reason import Reason


def recuse(own: Work, number: int) -> None:
    """Take this officer off a case: what they had taken of it is everybody's again. Raises AccessError."""
    access, me = own.reach(number), own.member.id
    with db.writing(own.engine) as connection:
        audit.append(connection, own.member, access.desk.id, (actions.RECUSED, {"case": number}))
        taken = tables.taken
        connection.execute(delete(taken).where(taken.c.case == number, taken.c.officer == me))
        row = {"case": number, "officer": me, "at": clock.seconds()}
        connection.execute(insert(tables.recused).values(row))


def lift(own: Work, number: int, officer: bytes, why: Reason) -> None:
    """Let an officer work on a case again, as a lead of a desk of theirs that has it.

    Raises AccessError for who is no lead of one, StateError when the officer is not off it, FormatError.
    """
    access = own.access(number)
    with db.writing(own.engine) as connection:
        if not access.desk.leads or not _is_at(connection, own, access.desk.id, officer):
            raise AccessError("only a lead of the officer's own desk lets them work on it again")
        why = reason.check(reason.LIFT, why)
        said = reason.record(connection, own.member, number, why, [access.desk.id]).detail
        what, detail = {"case": number}, {"officer": officer.hex(), **said}
        audit.append(connection, own.member, access.desk.id, (actions.RECUSAL_LIFTED, what), detail)
        at = tables.recused
        here = (at.c.case.in_(parts.together(connection, number)), at.c.officer == officer)
        if connection.execute(delete(at).where(*here)).rowcount == 0:
            raise StateError("this officer is not off the case")


def of_case(connection: Connection, number: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return who is off a case (officer, name, at), in the order they said so."""
    own, officer = tables.recused.c, tables.officer.c
    query = select(own.officer, officer.name, own.at).join(tables.officer, officer.id == own.officer)
    these = parts.together(connection, number)
    return connection.execute(query.where(own.case.in_(these)).order_by(own.at)).all()


def _is_at(connection: Connection, own: Work, desk: bytes, officer: bytes) -> bool:
    return own.member.rosters.of(connection, desk).member(officer) is not None
