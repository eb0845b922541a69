"""Filing what opened, under the write lock: key re-wrapped, case made or continued, every doubt marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from tipline import clock, tables
from tipline.backup import note
from tipline.cases import disposition, happening, index
from tipline.links import parts
from tipline.routing import door
from tipline.seal import acknowledgement, docket, header, rewrap, stanza
from tipline.seal.message import Message
from tipline.seal.padding import Body
from tipline.search.known import Index
from tipline.staff.member import Desk

#: In envelope.broken: the docket names the desk, and none of its keys opens it.
NO_KEY = "no key"
#: What can be wrong for one desk or docket alone. The collector's other findings are wrong for everybody.
BROKEN_FOR_A_DESK = frozenset(
    {NO_KEY, "epoch", "stanza", "commitment", "body", "padding", "message", "reply"}
)

#: A case's number, and the follow-up key that proves what continues it (None: its tip cannot be answered).
_Thread = tuple[int, bytes | None]


@dataclass(frozen=True)
class Tried:
    """An envelope that was tried: *key* is K if it opened, *said* what it says if that could be read.

    *broken* names what is wrong with one that is this desk's, *sealed* is K, or a seat's share, for the key
    at rest. One that *waits* did not open, and may for an officer who has a key that this one lacks.
    """

    row: Row[Any]
    key: bytes | None = None
    body: Body | None = None
    said: Message | None = None
    broken: str | None = None
    sealed: bytes | None = None
    waits: bool = False

    @property
    def order(self) -> tuple[bool, int, int]:
        """A tip is filed before what follows it, although the relay's order is shuffled."""
        return (
            self.said is None or self.said.kind != "tip",
            self.said.counter if self.said else 0,
            self.row.seq,
        )


def keep(desk: Desk, row: Row[Any], what: stanza.Stanza) -> bytes:
    """Seal an envelope's K, or a seat's share, to its own at-rest key: the epoch's key will be destroyed."""
    return rewrap.rewrap(header.suite_in(row.bytes), desk.at_rest.public, row.id, desk.id, what)


def file(connection: Connection, known: Index, desk: Desk, tried: Sequence[Tried]) -> list[int]:
    """File what one desk tried. *known* must have taken in all that was filed before, in this transaction.

    Returns the closed cases that their tipsters opened again by it, for the audit.
    """
    opened: list[int] = []
    # What this batch files itself is in no index until it is committed.
    threads: dict[bytes, _Thread] = {}
    for one in tried:
        if one.broken:
            _mark(connection, one.row, broken=one.broken, alarm=one.broken == NO_KEY)
        if one.sealed is None or _is_filed(connection, one.row.id, desk.id):
            continue
        row = {"envelope": one.row.id, "desk": desk.id, "key": desk.newest, "sealed": one.sealed}
        connection.execute(insert(tables.stanza).values(row))
        if _has_case(connection, one.row.id):
            continue
        if desk.seat_of is not None:
            _sealed_case(connection, desk.seat_of, one.row)
        elif one.said is not None:
            opened += _case(connection, known, desk, one, threads)
    return opened


def _case(
    connection: Connection, known: Index, desk: Desk, one: Tried, threads: dict[bytes, _Thread]
) -> list[int]:
    said, row = one.said, one.row
    assert said is not None and one.body is not None and one.key is not None  # noqa: PT018 -- for the types
    thread = threads.get(said.thread) or _thread(connection, known, desk, said.thread)
    urgent = disposition.priority(row.danger, said.danger)
    opened: list[int] = []
    if thread:
        number, follow_up = thread
        opened = _continue(connection, number, urgent)
    else:
        number, follow_up = _new(connection, desk.id, row, urgent), index.follow_up_key(row.bytes, one.key)
    threads[said.thread] = (number, follow_up)
    # What continues a thread that this desk never had proves nothing by its own key.
    proven = bool(thread or said.kind == "tip") and index.is_from(desk.at_rest.suite, one.body, follow_up)
    alarm = row.alarm or _differs(connection, desk, one)
    _mark(connection, row, case=number, unverified=not proven, alarm=alarm)
    return opened


def _thread(connection: Connection, known: Index, desk: Desk, thread: bytes) -> _Thread | None:
    """Return the case of a thread and the follow-up key that speaks for it: that of the tip itself."""
    number = known.of_thread(desk.id, thread)
    if number is None or door.is_shredded(connection, number):
        return None
    first = index.root(known.items(number))
    held = index.key_of(connection, desk, first.envelope) if first else None
    return number, index.follow_up_key(held[0], held[1].key) if held else None


def _sealed_case(connection: Connection, desk: bytes, row: Row[Any]) -> None:
    """Make the case of an envelope that a *desk* opens only together: what is known of it is its docket."""
    number = _new(connection, desk, row, disposition.priority(row.danger))
    _mark(connection, row, case=number)


def _new(connection: Connection, desk: bytes, row: Row[Any], priority: int) -> int:
    what = {
        "desk": desk,
        "status": disposition.NEW,
        "priority": priority,
        "day": row.day,
        "next_slot": note.first_slot(connection, row.day),
    }
    made = connection.execute(insert(tables.case).values(what)).inserted_primary_key
    assert made is not None
    return int(made[0])


def _continue(connection: Connection, number: int, priority: int) -> list[int]:
    """Note that a tipster wrote again: urgency may raise a priority, never lower it.

    Where their case is part of another it is noted there too. Returns those that were closed till now.
    """
    own = tables.case
    these = {number, parts.whole(connection, number)}
    raised = own.c.id.in_(these) & (own.c.priority > priority)
    connection.execute(update(own).where(raised).values(priority=priority))
    closed = own.c.id.in_(these) & (own.c.status == disposition.CLOSED)
    opened = list(connection.scalars(select(own.c.id).where(closed)))
    happening.happen(connection, number, disposition.FOLLOW_UP)
    return opened


def _differs(connection: Connection, desk: Desk, one: Tried) -> bool:
    """Tell whether docket and message differ, or the message names another desk than opened it."""
    said, row = one.said, one.row
    assert said is not None
    named = None if said.desk == docket.NO_DESK else said.desk
    return (
        (row.desk, row.danger) != (named, said.danger)
        or named not in (None, desk.id)
        or not _acknowledged(connection, row, said)
    )


def _acknowledged(connection: Connection, row: Row[Any], said: Message) -> bool:
    """Tell whether "collected" is promised to who wrote this, while tokens of that day are kept."""
    day = row.acknowledgement_day
    if day is None or clock.day_number() - day >= acknowledgement.DAYS:
        return True
    token = acknowledgement.token(header.suite_in(row.bytes), said.acknowledgement, day)
    return connection.scalar(select(tables.token.c.day).where(tables.token.c.token == token)) is not None


def _is_filed(connection: Connection, envelope: bytes, desk: bytes) -> bool:
    at = tables.stanza.c
    query = select(at.seq).where(at.envelope == envelope, at.desk == desk)
    return connection.scalar(query) is not None


def _has_case(connection: Connection, envelope: bytes) -> bool:
    what = tables.envelope.c
    return connection.scalar(select(what.case).where(what.id == envelope)) is not None


def _mark(connection: Connection, row: Row[Any], **marks: object) -> None:
    connection.execute(update(tables.envelope).where(tables.envelope.c.id == row.id).values(marks))
