"""Whose case it is at a desk. A colleague who opens it is asked why first; nobody is kept out by it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, delete, insert

from tipline import clock, db, tables
from tipline.audit import actions
from tipline.cases import audit
from tipline.cases.work import Access, Work
from tipline.errors import StateError
from tipline.papers import reason
from tipline.papers.reason import Reason
from tipline.routing import door


def take(own: Work, number: int) -> None:
    """Make a case this officer's at their desk; a colleague's too, once they said why they open it.

    Raises AccessError, TakenError before a reason is given, StateError when somebody was faster.
    """
    access = own.access(number)
    with db.writing(own.engine) as connection:
        door.still(connection, number, own.member.id, access.unit)
        held = door.holder(connection, number, access.desk.id)
        if held is not None and held.officer == own.member.id:
            return
        if held is not None and (number, held.officer, held.at) not in own.explained:
            raise StateError(f"{held.name} was faster and has taken this case")
        detail = access.why | ({"from": held.officer.hex()} if held else {})
        audit.append(connection, own.member, access.desk.id, (actions.TOOK, {"case": number}), detail)
        _put_down(connection, access)
        row = {"case": number, "desk": access.desk.id, "officer": own.member.id, "at": clock.seconds()}
        connection.execute(insert(tables.taken).values(row))


def hand_back(own: Work, number: int) -> None:
    """Let a case be everybody's at the desk again. Raises StateError for who has not taken it."""
    access = own.access(number)
    with db.writing(own.engine) as connection:
        held = door.holder(connection, number, access.desk.id)
        if held is None or held.officer != own.member.id:
            raise StateError("this case is not in your hands")
        audit.append(connection, own.member, access.desk.id, (actions.HANDED_BACK, {"case": number}))
        _put_down(connection, access)


def asked(own: Work, number: int) -> Row[Any] | None:
    """Return whose case it is, where this officer has to say why before they open it; else None.

    Raises AccessError when the case is not for them at all.
    """
    access = own.reach(number)
    with own.engine.connect() as connection:
        held = door.holder(connection, number, access.desk.id)
    if held is None or held.officer == own.member.id:
        return None
    return None if (number, held.officer, held.at) in own.explained else held


def explain(own: Work, number: int, why: Reason) -> None:
    """Say why a colleague's case is opened, for this session and as long as it stays in these hands.

    Raises AccessError, StateError when it is in nobody's hands, FormatError for a bad reason.
    """
    access = own.reach(number)
    with db.writing(own.engine) as connection:
        held = door.holder(connection, number, access.desk.id)
        if held is None or held.officer == own.member.id:
            raise StateError("this case is not in a colleague's hands any more")
        why = reason.check(reason.OPEN, why)
        said = reason.record(connection, own.member, number, why, [access.desk.id]).detail
        detail = {"officer": held.officer.hex(), **said}
        audit.append(connection, own.member, access.desk.id, (actions.EXPLAINED, {"case": number}), detail)
    # Only when the audit has it: until then nothing of the case is shown.
    own.explained[number, held.officer, held.at] = said


def _put_down(connection: Connection, access: Access) -> None:
    own = tables.taken
    here = (own.c.case == access.number, own.c.desk == access.desk.id)
    connection.execute(delete(own).where(*here))
