"""Marks: what any officer of a case called possible child-abuse material.

From then on nobody is shown any of it, nor saves it, but officers whose desk's roster says so by a lead's
signature (keys/roster.py), with their factor again and a reason. Nothing of the case may be shredded while a
mark stands (case.restricted).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from tipline import clock, db, tables
from tipline.audit import actions
from tipline.cases import audit
from tipline.cases.index import Item
from tipline.cases.work import Access, Work
from tipline.errors import AccessError, RestrictedError, StateError
from tipline.links import parts
from tipline.papers import reason
from tipline.papers.reason import Reason
from tipline.routing import door


@dataclass(frozen=True)
class Place:
    """A file: number *place* (from 0) of the message *envelope*."""

    envelope: bytes
    place: int


@dataclass(frozen=True)
class Mark:
    """A mark, *of* one file or (None) all files of the case, by an officer of *desk*, in seconds."""

    id: int
    of: Place | None
    desk: bytes
    officer: str
    at: int


def of_case(connection: Connection, number: int) -> list[Mark]:
    """Return a case's marks, oldest first; then, with the id 0, those that only the audit has any more."""
    own, officer = tables.marked, tables.officer.c
    query = select(own, officer.name).join(tables.officer).where(own.c.case == number).order_by(own.c.id)
    found = [
        Mark(
            row.id,
            None if row.envelope is None else Place(row.envelope, row.place),
            row.desk,
            row.name,
            row.at,
        )
        for row in connection.execute(query)
    ]
    there = {one.of for one in found}
    return found + [one for one in _signed(connection, number) if one.of not in there]


def _signed(connection: Connection, number: int) -> list[Mark]:
    """Return the marks that officers signed for and nobody took back: deleting a row takes none back."""
    desks = connection.scalars(select(tables.desk.c.id)).all()
    found: dict[Place | None, Mark] = {}
    for one in audit.of_case(connection, desks, number):
        if one.holds and one.action in {actions.MARKED, actions.UNMARKED}:
            named = one.object.get("envelope")
            of = Place(bytes.fromhex(str(named)), int(one.object["file"])) if named else None
            found.pop(of, None)
            if one.action == actions.MARKED:
                found[of] = Mark(0, of, one.desk, one.officer_name, one.at)
    return list(found.values())


def is_held(connection: Connection, number: int) -> bool:
    """Tell whether something of a case is marked: then nothing of it may be shredded."""
    own = tables.case.c
    return bool(connection.scalar(select(own.restricted).where(own.id == number)))


def covers(marks: Iterable[Mark], items: Iterable[Item], file: Place) -> bool:
    """Tell whether a file is marked, in whichever sending of its message: *items* are the case's messages."""
    known = {item.envelope: item.same for item in items}
    return any(
        mark.of is None
        or mark.of == file
        or (mark.of.place == file.place and known.get(mark.of.envelope, b"") == known.get(file.envelope))
        for mark in marks
    )


def has(item: Item, file: Place) -> bool:
    """Tell whether a message has such a file."""
    return item.envelope == file.envelope and 0 <= file.place < item.files


def check(connection: Connection, access: Access, file: Place, why: Reason | None) -> bool:
    """Tell whether a file is marked; refuse one to whom it is not for, where its opening is recorded.

    Raises RestrictedError without the right, or without a reason.
    """
    marked = of_case(connection, access.number)
    if not covers(marked, access.items, file):
        return False
    if not access.desk.restricted:
        raise RestrictedError("your desk's roster does not let you open what is marked")
    if why is None:
        raise RestrictedError("say why you open what is marked")
    return True


def mark(own: Work, number: int, file: Place | None) -> None:
    """Mark a file, or all files of a case, as possible child-abuse material; again, it changes nothing.

    For triage all of a case is what was made one with it, too: its page shows that. Any officer of the case
    may. Raises AccessError without the case or for a file that is not there.
    """
    access = own.access(number)
    if file is not None and not any(has(item, file) for item in access.items):
        raise AccessError("there is no such file")
    with db.writing(own.engine) as connection:
        door.still(connection, number, own.member.id, access.unit)
        whole = file is None and access.triage
        for one in parts.together(connection, number) if whole else [number]:
            _mark(connection, own, access.desk.id, one, file)


def _mark(connection: Connection, own: Work, desk: bytes, number: int, file: Place | None) -> None:
    if any(one.of == file for one in of_case(connection, number)):
        return
    audit.append(connection, own.member, desk, (actions.MARKED, _object(number, file)))
    row = {"case": number, "desk": desk, "officer": own.member.id, "at": clock.seconds()}
    of = {"envelope": file.envelope, "place": file.place} if file else {}
    connection.execute(insert(tables.marked).values(row | of))
    _note(connection, number)


def unmark(own: Work, number: int, mark_id: int, why: Reason) -> None:
    """Take a mark back, for a reason. Only for who may open what is marked.

    Raises AccessError without the case, RestrictedError without the right, StateError when it is gone,
    FormatError for a bad reason.
    """
    access = own.access(number)
    if not access.desk.restricted:
        raise RestrictedError("your desk's roster does not let you take a mark back")
    why = reason.check(reason.UNMARK, why)
    with db.writing(own.engine) as connection:
        door.still(connection, number, own.member.id, access.unit)
        found = next((one for one in of_case(connection, number) if one.id == mark_id), None)
        if found is None:
            raise StateError("this mark was taken back already")
        said = reason.record(connection, own.member, number, why, [access.desk.id]).detail
        object_ = _object(number, found.of)
        audit.append(connection, own.member, access.desk.id, (actions.UNMARKED, object_), said)
        connection.execute(delete(tables.marked).where(tables.marked.c.id == mark_id))
        _note(connection, number)


def _object(number: int, file: Place | None) -> dict[str, object]:
    return {"case": number} | ({"envelope": file.envelope.hex(), "file": file.place} if file else {})


def _note(connection: Connection, number: int) -> None:
    """Keep case.restricted true to the marks that there are."""
    own = tables.case
    some = bool(of_case(connection, number))
    connection.execute(update(own).where(own.c.id == number).values(restricted=some))
