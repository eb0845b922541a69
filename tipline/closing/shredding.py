"""Shredding a closed case: two officers, all that it had is deleted, and its desks' keys at rest are renewed.

What is left is its number, its disposition, the counts that a unit reported, and the audit, which has that it
was shredded and never what it was. A copy of the database from before still has its rows; it opens nothing of
them once the keys that they are sealed to have ended: closing/final.py says when.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, insert, select, text, update

from tipline import clock, db, tables
from tipline.assessment import second
from tipline.audit import actions
from tipline.cases import audit, disposition, index
from tipline.cases.work import Access, Work
from tipline.closing import final, hold, retention, rows
from tipline.closing.closing import status, triage
from tipline.closing.settings import Retention
from tipline.errors import FormatError, StateError
from tipline.links import parts
from tipline.papers import reason
from tipline.papers.reason import Reason
from tipline.routing import door
from tipline.seal import parcel
from tipline.seal.message import File
from tipline.staff import rekey

PERIOD = "period"


def ask(own: Work, number: int, code: str, policy: Retention) -> None:
    """Ask a second officer to have a closed case shredded.

    Raises AccessError for who does not triage it, StateError while it is held, is not closed or, for the
    reason PERIOD, its term is not over; FormatError for a bad reason.
    """
    access = triage(own, number)
    why = reason.check(reason.SHRED, Reason(code))
    with db.writing(own.engine) as connection:
        _check(connection, own, access, code, policy)
        second.propose(connection, own, access, (second.SHRED, code), why)


def drop(own: Work, number: int, seen: int) -> None:
    """Leave a case as it is: its first officer takes the proposal back, or another refuses it."""
    access = triage(own, number)
    with db.writing(own.engine) as connection:
        second.drop(connection, own, access, second.SHRED, seen)


def confirm(own: Work, number: int, seen: int, policy: Retention) -> None:
    """Shred a case as the second officer; *seen* is the proposal's number. Raises as *ask*.

    All or nothing: one transaction. Raises AccessError for the first officer too.
    """
    access = triage(own, number)
    with own.engine.connect() as connection:
        numbers = parts.together(connection, number)
    parcels = [one for each in numbers for one in _parcels(own, each)]
    with db.writing(own.engine) as connection:
        proposed = second.confirm(connection, own, access, second.SHRED, seen)
        _check(connection, own, access, proposed.to, policy)
        if parts.together(connection, number) != numbers:
            raise StateError("another case was made part of this one meanwhile: look again")
        final.note_keys(connection, numbers)
        for one in numbers:
            what, said = {"case": one}, {"reason": proposed.to, "first": proposed.officer.hex()}
            audit.append(connection, own.member, access.desk.id, (actions.SHREDDED, what), said)
            by = {"officer": proposed.officer, "second": own.member.id, "at": clock.seconds()}
            row = {"case": one, "desk": access.desk.id, "reason": proposed.to}
            connection.execute(insert(tables.shredded).values(**row, **by))
        for desk in final.desks(connection, numbers):
            rekey.ask(connection, desk)
        rows.delete_all(connection, numbers, parcels)
        left = {"status": disposition.SHREDDED, "into": None, "next_slot": 0, "restricted": False}
        own_ = tables.case
        connection.execute(update(own_).where(own_.c.id.in_(numbers)).values(left))
    _forget(own)


def _check(connection: Connection, own: Work, access: Access, code: str, policy: Retention) -> None:
    number = access.number
    door.still(connection, number, own.member.id, access.unit)
    if parts.whole(connection, number) != number:
        raise StateError("it is part of another case: shred that one")
    if status(connection, number) != disposition.CLOSED:
        raise StateError("only a closed case is shredded, and the tipster may have written again")
    if hold.is_held(connection, number):
        raise StateError("this case is held: nobody shreds it")
    term = retention.term(connection, number, policy)
    if code == PERIOD and not (term and term.is_over):
        raise StateError("its period is not over")


def _parcels(own: Work, number: int) -> list[bytes]:
    """Return the parcels of a case's files that are its own: who names another's has no key that opens it."""
    found: list[bytes] = []
    for item in own.known.items(number):
        with own.engine.connect() as connection:
            held = index.key_of(connection, own.member.desks[item.desk], item.envelope)
        try:
            files: Sequence[File] = index.read(*held)[1].files if held else ()
        except FormatError:
            files = ()
        for one in files:
            found += _proven(own, one)
    return found


def _proven(own: Work, what: File) -> Iterable[bytes]:
    for place, id_ in enumerate(what.parcels):
        with own.engine.connect() as connection:
            sealed = connection.scalar(select(tables.parcel.c.bytes).where(tables.parcel.c.id == id_))
        if sealed is not None and _opens(own, what, place, sealed):
            yield id_


def _opens(own: Work, what: File, place: int, sealed: bytes) -> bool:
    try:
        parcel.open_(own.member.suite, what.key, place, len(what.parcels), sealed)
    except FormatError:
        return False
    return True


def _forget(own: Work) -> None:
    """Empty the journal, which has pages of what is gone, and what this program knew of it.

    Somebody who reads at this moment keeps the journal: the next checkpoint empties it, and what is in it is
    as sealed as every copy from before.
    """
    with own.engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        own.known.compare(connection, own.member)
