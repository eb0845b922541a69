"""Legal holds: while one stands, nobody shreds the case, whoever they are and how many.

What is marked as possible child-abuse material holds its case as well (restricted/marks.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from tipline import clock, db, tables
from tipline.audit import actions
from tipline.cases import audit, disposition, happening
from tipline.cases.work import Access, Work
from tipline.closing.closing import triage
from tipline.errors import StateError
from tipline.links import parts
from tipline.papers import reason
from tipline.papers.reason import Reason
from tipline.restricted import marks
from tipline.routing import door

#: What holds a case, and what ends that.
_LIFTS = ((actions.HELD, actions.RELEASED), (actions.MARKED, actions.UNMARKED))


@dataclass(frozen=True)
class Hold:
    """A hold that stands: *reason* is a code, *paper* has the words if there are any; *at* in seconds."""

    seq: int
    reason: str
    officer: str
    at: int
    paper: bytes | None


def place(own: Work, number: int, why: Reason) -> int:
    """Set a hold and return its number: any officer who has the case may.

    Raises AccessError, FormatError for a bad reason.
    """
    access, why = own.access(number), reason.check(reason.HOLD, why)
    with db.writing(own.engine) as connection:
        door.still(connection, number, own.member.id, access.unit)
        return place_in(connection, own, access, why)


def place_in(connection: Connection, own: Work, access: Access, why: Reason) -> int:
    """Set a hold inside the caller's transaction, for a reason that was checked; return its number."""
    said = reason.record(connection, own.member, access.number, why, [access.desk.id])
    what = (actions.HELD, {"case": access.number})
    audit.append(connection, own.member, access.desk.id, what, access.why | said.detail)
    row = {"case": access.number, "reason": why.code, "officer": own.member.id, "paper": said.paper}
    made = connection.execute(insert(tables.hold).values(**row, at=clock.seconds())).inserted_primary_key
    assert made is not None
    happening.happen(connection, access.number, disposition.HOLDING)
    return int(made[0])


def lift(own: Work, number: int, seq: int, why: Reason) -> None:
    """Lift a hold, as triage. Raises AccessError, StateError when it does not stand any more, FormatError."""
    access, why = triage(own, number), reason.check(reason.RELEASE, why)
    with db.writing(own.engine) as connection:
        door.still(connection, number, own.member.id, access.unit)
        if seq not in {one.seq for one in standing(connection, number)}:
            raise StateError("this hold does not stand any more")
        said = reason.record(connection, own.member, number, why, [access.desk.id])
        what = (actions.RELEASED, {"case": number})
        audit.append(connection, own.member, access.desk.id, what, access.why | said.detail)
        by = {"lifted": clock.seconds(), "lifted_by": own.member.id}
        at = tables.hold
        words = {"lifted_reason": why.code, "lifted_paper": said.paper}
        connection.execute(update(at).where(at.c.seq == seq).values(**by, **words))
        if not standing(connection, number):
            happening.happen(connection, number, disposition.LIFTING)


def standing(connection: Connection, number: int) -> list[Hold]:
    """Return the holds on a case, oldest first."""
    own, officer = tables.hold, tables.officer.c
    query = select(own, officer.name).join(tables.officer, officer.id == own.c.officer)
    rows = connection.execute(query.where(own.c.case == number, own.c.lifted.is_(None)).order_by(own.c.seq))
    return [Hold(row.seq, row.reason, row.name, row.at, row.paper) for row in rows]


def is_held(connection: Connection, number: int) -> bool:
    """Tell whether a case, or any part of it, may not be shredded: by its rows, or by what was signed."""
    numbers = parts.together(connection, number)
    return any(
        standing(connection, one) or marks.is_held(connection, one) or _is_signed(connection, one)
        for one in numbers
    )


def _is_signed(connection: Connection, number: int) -> bool:
    """Tell whether more holds or marks were set than lifted, by the audit: deleting a row lifts none."""
    desks = connection.scalars(select(tables.desk.c.id)).all()
    said = [entry.action for entry in audit.of_case(connection, desks, number) if entry.holds]
    return any(said.count(set_) > said.count(lifted) for set_, lifted in _LIFTS)
