"""Making one case of two, and taking them apart again: by triage, of one desk.

The one continues in the other (links/parts.py). Units keep what they were given, of the number that they were
given. Nothing becomes less urgent: the more urgent priority counts for the whole, and afterwards for both.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from tipline import db, tables
from tipline.audit import actions
from tipline.cases import audit, disposition
from tipline.cases.work import Access, Work
from tipline.closing import hold
from tipline.errors import AccessError, StateError
from tipline.links import parts
from tipline.papers import reason
from tipline.papers.reason import Reason
from tipline.routing import door, route_state

#: So many cases are made one at once.
MANY_MAX = 200
_WAITING = frozenset({disposition.NEW, disposition.AGAIN})
_WITH_UNIT = frozenset({disposition.ROUTED, disposition.ACCEPTED})
_RESTING = frozenset({disposition.READ, disposition.ANSWERED})


def merge(own: Work, number: int, into: int, why: Reason) -> int:
    """Let case *number*, with all that is part of it, continue in *into*; return the number of the whole.

    Where *into* is part of a case itself, that one it is. Raises AccessError without both cases, StateError
    when they are one already or cannot be made one, FormatError for a bad reason.
    """
    with own.engine.connect() as connection:
        into = parts.whole(connection, into)
    one, other = _triaged(own, number), _triaged(own, into)
    if one.desk.id != other.desk.id:
        raise StateError("only cases of one desk are made one")
    with db.writing(own.engine) as connection:
        _check(connection, own, one, other)
        why = reason.check(reason.MERGE, why)
        _record(connection, own, (one, other), (actions.MERGED, why), into=into)
        own_ = tables.case
        moved = (own_.c.id == number) | (own_.c.into == number)
        connection.execute(update(own_).where(moved).values(into=into))
        _bring_over(connection, number, into)
        _hand_over(connection, one.desk.id, number, into)
        _forget_dismissals(connection, number, into)
    return into


def merge_all(own: Work, numbers: Iterable[int], into: int, why: Reason) -> dict[int, str]:
    """Let every one of *numbers* continue in *into*; return, by number, why one was left as it is.

    Each is a transaction of its own, with its own entries in the audit. Raises StateError for more than
    MANY_MAX, and what *merge* raises about *into* and the reason.
    """
    these = sorted(set(numbers) - {into})
    if len(these) > MANY_MAX:
        raise StateError(f"at most {MANY_MAX} cases are made one at once")
    _triaged(own, into)
    reason.check(reason.MERGE, why)
    left: dict[int, str] = {}
    for number in these:
        try:
            merge(own, number, into, why)
        except (AccessError, StateError) as error:
            left[number] = str(error)
    return left


def split(own: Work, number: int, why: Reason) -> None:
    """Take a case out of the one that it is part of. What was part of it before stays where it is.

    A hold on the whole was one on this too, and stays on both.
    Raises AccessError without the case, StateError when it is part of none, FormatError for a bad reason.
    """
    one = _triaged(own, number)
    with db.writing(own.engine) as connection:
        door.still(connection, number, own.member.id, one.unit)
        into = parts.whole(connection, number)
        if into == number:
            raise StateError("this case is part of no other")
        why = reason.check(reason.SPLIT, why)
        other = Access(into, one.items, one.desk, triage=True)
        _record(connection, own, (one, other), (actions.SPLIT, why), into=into)
        for held in hold.standing(connection, into):
            hold.place_in(connection, own, one, Reason(held.reason))
        case = tables.case
        urgent = connection.scalar(select(case.c.priority).where(case.c.id == into))
        mine = connection.scalar(select(case.c.priority).where(case.c.id == number))
        values = {"into": None, "priority": min(p for p in (urgent, mine) if p is not None)}
        connection.execute(update(case).where(case.c.id == number).values(values))


def _triaged(own: Work, number: int) -> Access:
    access = own.access(number)
    if not access.triage:
        raise AccessError("only the triage desk makes one case of two")
    return access


def _check(connection: Connection, own: Work, one: Access, other: Access) -> None:
    """Raise StateError unless both stand by themselves, and no two units are responsible."""
    if one.number == other.number:
        raise StateError("this is one case already")
    for access in (one, other):
        door.still(connection, access.number, own.member.id, access.unit)
        if parts.whole(connection, access.number) != access.number:
            raise StateError("one of these cases was made part of another meanwhile")
    units = {_responsible(connection, access.number) for access in (one, other)} - {None}
    if len(units) > 1:
        raise StateError("two units are responsible: withdraw one of the cases first")


def _responsible(connection: Connection, number: int) -> bytes | None:
    own = tables.route.c
    live = own.state.in_(route_state.LIVE) & (own.part == route_state.RESPONSIBLE)
    return connection.scalar(select(own.unit).where(own.case == number, live))


def _record(
    connection: Connection, own: Work, both: tuple[Access, Access], what: tuple[str, Reason], into: int
) -> None:
    """Put the act into the audit for each of two cases, with the words to its reason sealed for each."""
    action, why = what
    for one, other in (both, both[::-1]):
        said = reason.record(connection, own.member, one.number, why, [one.desk.id]).detail
        object_ = {"case": one.number, "other": other.number}
        audit.append(connection, own.member, one.desk.id, (action, object_), {"into": into, **said} | one.why)


def _bring_over(connection: Connection, number: int, into: int) -> None:
    """Let the whole be as urgent as either, and be looked at where the part is to be."""
    own = tables.case
    rows = {row.id: row for row in connection.execute(select(own).where(own.c.id.in_([number, into])))}
    part, head = rows[number], rows[into]
    urgent = min(part.priority, head.priority)
    status = _status(part, head)
    connection.execute(update(own).where(own.c.id == into).values(priority=urgent, status=status))


def _status(part: Row[Any], head: Row[Any]) -> str:
    """Return what the whole is: what waits in the part waits in it, and what is closed opens for the open."""
    reopens = head.status == disposition.CLOSED and part.status in disposition.OPEN
    if part.status in _WAITING or reopens:
        return disposition.after(head.status, disposition.FOLLOW_UP)
    if part.status in _WITH_UNIT and head.status in _RESTING:
        return str(part.status)
    return str(head.status)


def _hand_over(connection: Connection, desk: bytes, number: int, into: int) -> None:
    """Let who has the whole at the desk have it all; the part's officer where nobody has the whole."""
    own = tables.taken
    mine = (own.c.case == number, own.c.desk == desk)
    if connection.scalar(select(own.c.at).where(own.c.case == into, own.c.desk == desk)) is None:
        connection.execute(update(own).where(*mine).values(case=into))
    connection.execute(delete(own).where(*mine))


def _forget_dismissals(connection: Connection, number: int, into: int) -> None:
    own, (one, other) = tables.link.c, sorted((number, into))
    connection.execute(delete(tables.link).where(own.one == one, own.other == other, own.kind == "apart"))
