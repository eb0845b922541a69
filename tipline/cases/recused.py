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


def recuse(own: Work, number: int) -> None:
    """Take this officer off a case: what they had taken of it is everybody's again. Raises AccessError."""
    access, me = own.reach(number), own.member.id
    with db.writing(own.engine) as connection:
        audit.append(connection, own.member, access.desk.id, (actions.RECUSED, {"case": number}))
        taken = tables.taken
        connection.execute(delete(taken).where(taken.c.case == number, taken.c.officer == me))
        row = {"case": number, "officer": me, "at": clock.seconds()}
        connection.execute(insert(tables.recused).values(row))


def of_case(connection: Connection, number: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return who is off a case (officer, name, at), in the order they said so."""
    own, officer = tables.recused.c, tables.officer.c
    query = select(own.officer, officer.name, own.at).join(tables.officer, officer.id == own.officer)
    return connection.execute(query.where(own.case == number).order_by(own.at)).all()
