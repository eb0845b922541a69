"""How urgent a case is, as triage says: with a reason, and with a second officer where it ends a P0.

What the tipster says may raise a priority and never lowers it (cases/filing.py); nor does a link to another
case: whoever joins cases keeps the more urgent of their priorities.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select, update

from tipline import db, tables
from tipline.assessment import second
from tipline.audit import actions
from tipline.cases import audit, disposition
from tipline.cases.work import Access, Work
from tipline.errors import AccessError, FormatError, StateError
from tipline.links import parts
from tipline.papers import reason
from tipline.papers.reason import Reason
from tipline.routing import door, route

#: Threat to life.
LIFE = 0


def change(own: Work, number: int, to: int, why: Reason) -> bool:
    """Change a case's priority; False where it waits for a second officer, since it lowers a P0.

    Raises AccessError for who does not triage the case, FormatError for no priority or a bad reason,
    StateError where it has that priority.
    """
    access = _triage(own, number)
    if to not in disposition.PRIORITIES:
        raise FormatError("priority", "this is none of the priorities")
    why = reason.check(reason.PRIORITY, why)
    with db.writing(own.engine) as connection:
        door.still(connection, number, own.member.id, access.unit)
        now = of(connection, number)
        if now == to:
            raise StateError(f"the case is P{to} already")
        if now == LIFE:
            second.propose(connection, own, access, (second.PRIORITY, str(to)), why)
            return False
        said = reason.record(connection, own.member, number, why, [access.desk.id])
        _set(connection, own, access, to, said.detail)
    return True


def confirm(own: Work, number: int, seen: int, messages: bytes | None = None) -> None:
    """Lower a P0 as the second officer. *seen* is the proposal's number.

    *messages*: digest of those that were shown (route.digest). Raises AccessError for the first officer,
    StateError when the proposal is gone or the tipster wrote again since.
    """
    access = _triage(own, number)
    with db.writing(own.engine) as connection:
        door.still(connection, number, own.member.id, access.unit)
        if messages not in {None, route.digest(item.envelope for item in access.items)}:
            raise StateError("the tipster wrote again since you looked: read it first")
        proposed = second.confirm(connection, own, access, second.PRIORITY, seen)
        _set(connection, own, access, int(proposed.to), proposed.detail)


def drop(own: Work, number: int, seen: int) -> None:
    """Leave a P0 as it is: its first officer takes the proposal back, or another refuses it."""
    access = _triage(own, number)
    with db.writing(own.engine) as connection:
        door.still(connection, number, own.member.id, access.unit)
        second.drop(connection, own, access, second.PRIORITY, seen)


def of(connection: Connection, number: int) -> int:
    """Return a case's priority."""
    own = tables.case.c
    return int(connection.execute(select(own.priority).where(own.id == number)).scalar_one())


def _triage(own: Work, number: int) -> Access:
    access = own.access(number)
    if not access.triage:
        raise AccessError("only the triage desk says how urgent a case is")
    return access


def _set(connection: Connection, own: Work, access: Access, to: int, detail: dict[str, Any]) -> None:
    says = access.why | {"from": of(connection, access.number), "to": to} | detail
    what = {"case": access.number}
    audit.append(connection, own.member, access.desk.id, (actions.PRIORITISED, what), says)
    at = tables.case
    connection.execute(update(at).where(at.c.id == access.number).values(priority=to))
    # What is part of a case is never more urgent than the case.
    whole = (at.c.id == parts.whole(connection, access.number)) & (at.c.priority > to)
    connection.execute(update(at).where(whole).values(priority=to))
