"""Links between cases, as a desk draws them, and suggestions that it has dismissed. Nothing else changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, or_, select

from tipline import clock, db, tables
from tipline.audit import actions
from tipline.cases import audit
from tipline.cases.work import Access, Work
from tipline.errors import AccessError, StateError, TakenError
from tipline.links import parts
from tipline.papers import reason
from tipline.papers.reason import Reason
from tipline.routing import door

LINKED, APART = "linked", "apart"


@dataclass(frozen=True)
class Link:
    """A link of a case to *other*, by an officer *name* at *at*, for a *reason*, a code."""

    other: int
    reason: str
    name: str
    at: int


def link(own: Work, number: int, other: int, why: Reason) -> None:
    """Link two cases of one desk of the officer's, in place of a dismissed suggestion if there was one.

    Raises AccessError without both, StateError when they are linked already, FormatError for a bad reason.
    """
    both = _both(own, number, other)
    with db.writing(own.engine) as connection:
        _still(connection, own, both)
        if _kind(connection, both) == LINKED:
            raise StateError("these cases are linked already")
        why = reason.check(reason.LINK, why)
        _record(connection, own, both, actions.LINKED, why)
        _write(connection, own, both, LINKED, why.code)


def unlink(own: Work, number: int, other: int, why: Reason) -> None:
    """Take a link back. Raises AccessError, StateError when there is none, FormatError for a bad reason."""
    both = _both(own, number, other)
    with db.writing(own.engine) as connection:
        _still(connection, own, both)
        why = reason.check(reason.UNLINK, why)
        _record(connection, own, both, actions.UNLINKED, why)
        _remove(connection, both, LINKED)


def dismiss(own: Work, number: int, other: int) -> None:
    """Let a case not be suggested for another any more. Raises AccessError, StateError when linked."""
    both = _both(own, number, other)
    with db.writing(own.engine) as connection:
        _still(connection, own, both)
        if _kind(connection, both) is not None:
            raise StateError("this is said already, or the cases are linked")
        _record(connection, own, both, actions.DISMISSED)
        _write(connection, own, both, APART)


def suggest_again(own: Work, number: int, other: int) -> None:
    """Take a dismissal back. Raises AccessError, StateError when there is none."""
    both = _both(own, number, other)
    with db.writing(own.engine) as connection:
        _still(connection, own, both)
        _record(connection, own, both, actions.SUGGESTED)
        _remove(connection, both, APART)


def of(connection: Connection, desks: Iterable[bytes], number: int, kind: str = LINKED) -> list[Link]:
    """Return what *desks* linked with a case, or with what is one case with it, newest first."""
    own, officer = tables.link.c, tables.officer.c
    these = parts.together(connection, number)
    query = (
        select(own.one, own.other, own.reason, own.at, officer.name)
        .join(tables.officer, officer.id == own.officer)
        .where(own.desk.in_(list(desks)), own.kind == kind)
        .where(or_(own.one.in_(these), own.other.in_(these)))
        .order_by(own.at.desc())
    )
    rows = connection.execute(query).all()
    return [Link(row.other if row.one in these else row.one, row.reason, row.name, row.at) for row in rows]


def reachable(own: Work, number: int) -> bool:
    """Tell whether the officer may open a case, saying why where they must: it may be named to them."""
    if own.known.facts(number) is not None:
        return True  # as the request that asks has just taken in: routes, recusals and keys
    try:
        own.reach(number)
    except (AccessError, TakenError):
        return False
    return True


def _both(own: Work, number: int, other: int) -> tuple[Access, Access]:
    """Return the access to two different cases through one desk, the lower number first."""
    if number == other:
        raise StateError("a case is not linked with itself")
    one, two = (own.reach(min(number, other)), own.reach(max(number, other)))
    if one.desk.id != two.desk.id:
        raise StateError("only cases of one desk are linked")
    return one, two


def _still(connection: Connection, own: Work, both: tuple[Access, Access]) -> None:
    for access in both:
        door.still(connection, access.number, own.member.id, access.unit)


def _record(
    connection: Connection,
    own: Work,
    both: tuple[Access, Access],
    action: str,
    why: Reason | None = None,
) -> None:
    for one, other in (both, both[::-1]):
        desk = one.desk.id
        said = reason.record(connection, own.member, one.number, why, [desk]).detail if why else {}
        what = {"case": one.number, "other": other.number}
        audit.append(connection, own.member, desk, (action, what), said)


def _kind(connection: Connection, both: tuple[Access, Access]) -> str | None:
    own = tables.link.c
    query = select(own.kind).where(own.one == both[0].number, own.other == both[1].number)
    return connection.scalar(query.where(own.desk == both[0].desk.id))


def _write(connection: Connection, own: Work, both: tuple[Access, Access], kind: str, code: str = "") -> None:
    one, two = both
    at = tables.link
    pair = (at.c.one == one.number, at.c.other == two.number, at.c.desk == one.desk.id)
    connection.execute(delete(at).where(*pair))
    row = {"one": one.number, "other": two.number, "desk": one.desk.id, "kind": kind, "reason": code}
    connection.execute(insert(at).values(officer=own.member.id, at=clock.seconds(), **row))


def _remove(connection: Connection, both: tuple[Access, Access], kind: str) -> None:
    at = tables.link.c
    pair = (at.one == both[0].number, at.other == both[1].number, at.desk == both[0].desk.id)
    if connection.execute(delete(tables.link).where(*pair, at.kind == kind)).rowcount == 0:
        raise StateError("this was taken back already")
