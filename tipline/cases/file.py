"""A file of a tip, opened piece by piece of at most 1 MiB: never whole in memory, never on disk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, select

from tipline import db, tables
from tipline.cases import audit, index
from tipline.cases.index import Item
from tipline.cases.work import Access, Work
from tipline.errors import AccessError, FormatError, MissingError
from tipline.papers import reason
from tipline.papers.reason import Reason
from tipline.restricted import marks
from tipline.restricted.marks import Place
from tipline.seal import parcel
from tipline.seal.message import File
from tipline.staff.member import Member

#: How a file is opened: to be shown as pictures, to compute its SHA-256, to be saved.
PREVIEW, CHECK, SAVED = "preview", "check", "saved"
_AT_ONCE = 500


@dataclass(frozen=True)
class Opened:
    """A file that is opened: *name* and *type* are the tipster's words, *pieces* the plaintext in order."""

    name: str
    type: str
    size: int
    pieces: Iterator[bytes]


def missing(connection: Connection, what: File) -> list[bytes]:
    """Return the ids of a file's parcels that have not arrived."""
    own = tables.parcel.c.id
    there: set[bytes] = set()
    for at in range(0, len(what.parcels), _AT_ONCE):
        there.update(connection.scalars(select(own).where(own.in_(what.parcels[at : at + _AT_ONCE]))))
    return [one for one in what.parcels if one not in there]


def open_(own: Work, number: int, at: Place, how: str = SAVED, why: Reason | None = None) -> Opened:
    """Open a file: whole and unchanged, and in the audit with *how* it is opened, before its first byte.

    *why* is needed where it is marked as possible child-abuse material. Raises AccessError (no such case,
    message or file for this officer), TakenError before a reason is given, RestrictedError for what is marked
    without the right or a reason, MissingError when parcels have not arrived, FormatError "parcel" when one
    was changed or "reason", AuditError when the opening cannot be recorded.
    """
    access = own.access(number)
    items = list(access.items)
    item = next((item for item in items if item.envelope == at.envelope), None)
    if item is None:
        raise AccessError("no key of this officer opens this message")
    what = _find(own, items, item, at.place)
    with db.writing(own.engine) as connection:
        detail = access.why | {"how": how} | _restricted(connection, own, access, at, why)
        object_ = {"case": number, "envelope": at.envelope.hex(), "file": at.place}
        audit.append(connection, own.member, item.desk, (audit.FILE_OPENED, object_), detail)
    # Twice through all parcels: a changed one is found before anything is handed out.
    for _ in pieces(own, what):
        pass
    return Opened(what.name, what.type, what.size, pieces(own, what))


def _restricted(
    connection: Connection, own: Work, access: Access, at: Place, why: Reason | None
) -> dict[str, str]:
    """Return what the audit says about opening a file that is marked; nothing of one that is not."""
    if not marks.check(connection, access, at, why) or why is None:
        return {}
    why = reason.check(reason.LOOK, why)
    said = reason.record(connection, own.member, access.number, why, [access.desk.id]).detail
    return {f"marked-{name}": value for name, value in said.items()}


def _find(own: Work, items: list[Item], item: Item, place: int) -> File:
    """Return the file of this message or, when parcels of it are missing, of another sending of the same.

    What nobody proves never stands in for what is proven: a stranger can repeat words, and swap the file.
    """
    others = [one for one in items if one is not item and one.same == item.same]
    others = [one for one in others if item.unverified or not one.unverified]
    gaps = []
    with own.engine.connect() as connection:
        for one in [item, *others]:
            what = _read(connection, own.member, one, place)
            gaps.append((len(missing(connection, what)), len(what.parcels)))
            if gaps[-1][0] == 0:
                return what
    lost, of = gaps[0]
    raise MissingError(f"{lost} of {of} parts have not arrived")


def _read(connection: Connection, member: Member, item: Item, place: int) -> File:
    held = index.key_of(connection, member.desks[item.desk], item.envelope)
    files = index.read(*held)[1].files if held else ()
    if not 0 <= place < len(files):
        raise AccessError("there is no such file")
    what = files[place]
    if len(what.parcels) != parcel.count_for(what.size):
        raise FormatError("parcel", f"{what.size} bytes do not come in {len(what.parcels)} parts")
    return what


def pieces(own: Work, what: File) -> Iterator[bytes]:
    """Yield the plaintext of a file whose parcels are all here, at most 1 MiB at a time."""
    parcels = (_parcel(own.engine, one) for one in what.parcels)
    return parcel.open_file(own.member.suite, what.key, what.size, parcels)


def _parcel(engine: Engine, parcel_id: bytes) -> bytes:
    # A connection for each: a slow download must not hold a read transaction open, or the WAL grows.
    own = tables.parcel.c
    with engine.connect() as connection:
        return bytes(connection.execute(select(own.bytes).where(own.id == parcel_id)).scalar_one())
