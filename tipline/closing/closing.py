"""Closing a case with a disposition, and opening it again. Only triage does it, and for a P0 two of them.

What the tipster sends later opens it by itself (cases/filing.py): nothing that arrives is lost in a closed
case. A case that is closed says nothing of another one: what repeats a closed case is not closed with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, exists, insert, select

from tipline import clock, db, tables
from tipline.assessment import priority, second
from tipline.audit import actions
from tipline.cases import audit, happening
from tipline.cases import disposition as statuses
from tipline.cases.work import Access, Work
from tipline.closing import disposition
from tipline.closing.disposition import Disposition
from tipline.errors import AccessError, FormatError, StateError
from tipline.links import parts
from tipline.papers import reason
from tipline.papers.reason import Reason
from tipline.routing import door, route, route_state


@dataclass(frozen=True)
class Closed:
    """How a case was closed last: *at* in seconds; *paper* has the words, *second* confirmed it.

    *signed*: the audit has it from who closed it. Where it has not, the row was written by nobody of triage.
    """

    code: str
    duplicate_of: int | None
    officer: str
    second: str | None
    at: int
    paper: bytes | None
    signed: bool = True


def close(own: Work, number: int, given: Disposition, messages: bytes | None = None) -> bool:
    """Close a case; False where it waits for a second officer, since it is a P0.

    *messages* is the digest of those that were shown (route.digest). Raises AccessError for who does not
    triage it, FormatError for a disposition that says too little, StateError where it cannot be closed now.
    """
    access, given = triage(own, number), disposition.check(given)
    if given.duplicate_of is not None:
        _reach(own, number, given.duplicate_of)
    with db.writing(own.engine) as connection:
        _check(connection, own, access, given, messages)
        why = Reason(given.code, given.words)
        if priority.of(connection, number) == priority.LIFE:
            second.propose(connection, own, access, (second.CLOSE, _to(given)), why)
            return False
        said = reason.record(connection, own.member, number, why, [access.desk.id])
        _close(connection, own, access, given, said.detail)
    return True


def confirm(own: Work, number: int, seen: int, messages: bytes | None = None) -> None:
    """Close a P0 as the second officer. *seen* is the proposal's number.

    Raises AccessError for the first officer, StateError when the proposal is gone or as *close* does.
    """
    access = triage(own, number)
    with db.writing(own.engine) as connection:
        proposed = second.confirm(connection, own, access, second.CLOSE, seen)
        given = given_in(proposed.to)
        _check(connection, own, access, given, messages)
        _close(connection, own, access, given, proposed.detail)


def drop(own: Work, number: int, seen: int) -> None:
    """Leave a P0 open: its first officer takes the proposal back, or another refuses it."""
    access = triage(own, number)
    with db.writing(own.engine) as connection:
        second.drop(connection, own, access, second.CLOSE, seen)


def reopen(own: Work, number: int, why: Reason) -> None:
    """Open a closed case again. Raises AccessError, StateError where it is not closed, FormatError."""
    access, why = triage(own, number), reason.check(reason.REOPEN, why)
    with db.writing(own.engine) as connection:
        door.still(connection, number, own.member.id, access.unit)
        if status(connection, number) != statuses.CLOSED:
            raise StateError("this case is not closed")
        said = reason.record(connection, own.member, number, why, [access.desk.id])
        what = (actions.REOPENED, {"case": number})
        audit.append(connection, own.member, access.desk.id, what, access.why | said.detail)
        row = {"case": number, "desk": access.desk.id, "code": "", "reason": why.code, "paper": said.paper}
        connection.execute(insert(tables.closing).values(**row, officer=own.member.id, at=clock.seconds()))
        happening.happen(connection, number, statuses.REOPENING)
        _as_units_have_it(connection, number)


def last(connection: Connection, number: int) -> Closed | None:
    """Return how a case is closed; None for one that is not."""
    own, officer, other = tables.closing, tables.officer.alias(), tables.officer.alias()
    if status(connection, number) not in {statuses.CLOSED, statuses.SHREDDED}:
        return None
    query = (
        select(own, officer.c.name, other.c.name.label("other"))
        .join(officer, officer.c.id == own.c.officer)
        .join(other, other.c.id == own.c.second, isouter=True)
        .where(own.c.case == number, own.c.code != "")
        .order_by(own.c.seq.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return Closed("", None, "", None, 0, None, signed=False)
    is_signed = _is_signed(connection, row)
    return Closed(row.code, row.duplicate_of, row.name, row.other, row.at, row.paper, is_signed)


def status(connection: Connection, number: int) -> str:
    """Return a case's status."""
    own = tables.case.c
    return str(connection.execute(select(own.status).where(own.id == number)).scalar_one())


def triage(own: Work, number: int) -> Access:
    """Return what the officer may see of a case that they triage. Raises AccessError."""
    access = own.access(number)
    if not access.triage:
        raise AccessError("only the triage desk decides how a case ends")
    return access


def given_in(to: str) -> Disposition:
    """Return the disposition that a proposal names, without its words."""
    code, _, number = to.partition(" ")
    return Disposition(code, int(number) if number else None)


def _is_signed(connection: Connection, row: Row[Any]) -> bool:
    """Tell whether the newest entry about how a case ended says what a *row* says, and who."""
    ends = {actions.CLOSED, actions.REOPENED, actions.IMPORTED}
    said = [entry for entry in audit.of_triage(connection, row.case) if entry.action in ends]
    if not said or said[-1].action == actions.REOPENED:
        return False
    last, detail = said[-1], said[-1].detail
    first, code = detail.get("first"), detail.get("disposition", detail.get("code"))
    who = (bytes.fromhex(str(first)), last.officer) if first else (last.officer, None)
    return (code, detail.get("duplicate"), who) == (row.code, row.duplicate_of, (row.officer, row.second))


def _to(given: Disposition) -> str:
    return given.code if given.duplicate_of is None else f"{given.code} {given.duplicate_of}"


def _reach(own: Work, number: int, other: int) -> None:
    if other == number:
        raise FormatError("duplicate", "a case does not repeat itself")
    try:
        own.reach(other)
    except AccessError:
        raise FormatError("duplicate", "there is no such case for you to see") from None


def _check(
    connection: Connection, own: Work, access: Access, given: Disposition, messages: bytes | None
) -> None:
    door.still(connection, access.number, own.member.id, access.unit)
    if messages not in {None, route.digest(item.envelope for item in access.items)}:
        raise StateError("the tipster wrote again since you looked: read it first")
    now = status(connection, access.number)
    if now == statuses.CLOSED:
        raise StateError("it is closed already")
    if parts.whole(connection, access.number) != access.number:
        raise StateError("it is part of another case: close that one")
    unread = _unread(connection, access.number)
    if statuses.after(now, statuses.CLOSING) != statuses.CLOSED or unread == access.number:
        raise StateError("there is something in it that nobody has read: read it first")
    if unread is not None:
        raise StateError(f"nobody has read all of T-{unread:04d}, which is part of it: read that first")
    if given.duplicate_of is not None:
        other = status(connection, parts.whole(connection, given.duplicate_of))
        if other not in statuses.OPEN:
            raise StateError(
                "the case that it repeats is closed: open that one again, or say why this one is"
            )


def _unread(connection: Connection, number: int) -> int | None:
    """Return one of the numbers that are one case, in which there is a message that nobody has opened."""
    what, seen = tables.envelope.c, exists().where(tables.opened.c.envelope == tables.envelope.c.id)
    query = select(what.case).where(what.case.in_(parts.together(connection, number)), ~seen)
    return connection.scalar(query.order_by(what.case).limit(1))


def _close(
    connection: Connection, own: Work, access: Access, given: Disposition, said: dict[str, Any]
) -> None:
    """Close it; where *said* names a first officer, this one is the second."""
    first = bytes.fromhex(said["first"]) if "first" in said else None
    detail = {name: value for name, value in said.items() if name != "reason"}
    detail |= {"disposition": given.code}
    detail |= {"duplicate": given.duplicate_of} if given.duplicate_of is not None else {}
    what = (actions.CLOSED, {"case": access.number})
    audit.append(connection, own.member, access.desk.id, what, access.why | detail)
    connection.execute(
        insert(tables.closing).values(
            case=access.number,
            desk=access.desk.id,
            code=given.code,
            duplicate_of=given.duplicate_of,
            officer=first or own.member.id,
            second=own.member.id if first else None,
            at=clock.seconds(),
            paper=bytes.fromhex(said["paper"]) if said.get("paper") else None,
        )
    )
    happening.happen(connection, access.number, statuses.CLOSING)


def _as_units_have_it(connection: Connection, number: int) -> None:
    """What a unit has of it, it has still: the status says so again."""
    own = tables.route.c
    live = own.state.in_(route_state.LIVE) & (own.part == route_state.RESPONSIBLE)
    state = connection.scalar(select(own.state).where(own.case == number, live))
    if state is not None:
        happening.happen(connection, number, statuses.ROUTING)
    if state == route_state.ACCEPTED:
        happening.happen(connection, number, statuses.ACCEPTING)
