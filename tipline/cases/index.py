"""The index of one session: what is known of each tip without showing it. In memory only, gone at sign-out.

It holds no word of a tip: category, language, danger, counts, and a hash of the text to know a repetition by.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from tipline import tables
from tipline.errors import FormatError
from tipline.routing import door
from tipline.seal import message, opening, rewrap, stanza
from tipline.seal.message import Message
from tipline.seal.padding import Body
from tipline.seal.suite import Suite
from tipline.staff.member import Desk, Member

_BATCH = 200


@dataclass(frozen=True)
class Item:
    """One message of a tipster: its place, the *desk* whose key opens it, and its facts.

    *whole* is true where the desk holds K (it may answer), false where it holds K_text (a unit).
    """

    envelope: bytes
    seq: int
    day: int
    case: int
    desk: bytes
    whole: bool
    kind: str
    lang: str
    category: str
    danger: str
    thread: bytes
    counter: int
    files: int
    digest: bytes
    unverified: bool
    alarm: bool

    @property
    def same(self) -> tuple[bytes, int, bytes]:
        """What two sendings of one message share."""
        return (self.thread, self.counter, self.digest)

    @property
    def order(self) -> tuple[bool, int, int]:
        """Sorts a thread: the tip that began it, then what followed, in the tipster's own count."""
        return (self.kind != "tip", self.counter, self.seq)


class Index:
    """What one session knows. Not shared: a session of another officer makes its own, with its own keys."""

    def __init__(self) -> None:
        self._cases: dict[int, dict[bytes, Item]] = {}
        self._threads: dict[tuple[bytes, bytes], int] = {}
        self._read: dict[bytes, int] = {}
        self._looked: dict[bytes, tuple[frozenset[int], int]] = {}
        # Requests of one session run in several threads.
        self._lock = threading.RLock()

    def items(self, number: int) -> list[Item]:
        """Return the messages of a case that these keys open, in order; none for a case of others."""
        with self._lock:
            return sorted(self._cases.get(number, {}).values(), key=lambda item: item.order)

    def of_thread(self, desk: bytes, thread: bytes) -> int | None:
        """Return the number of a desk's case for a thread."""
        with self._lock:
            return self._threads.get((desk, thread))

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._cases.clear()
            self._threads.clear()
            self._read.clear()
            self._looked.clear()

    def looked(self, desk: Desk) -> int:
        """Return up to which envelope this session tried the keys that it has of *desk*: 0 after a change."""
        keys, seq = self._looked.get(desk.id, (frozenset(), 0))
        return seq if keys == desk.keys.keys() else 0

    def look(self, desk: Desk, seq: int) -> None:
        """Note that this session tried everything up to *seq* with the keys that it has of *desk*."""
        self._looked[desk.id] = frozenset(desk.keys), seq

    def read_new(self, connection: Connection, member: Member) -> None:
        """Take in what was re-wrapped to the member's desks since the last call; drop desks left since.

        So is a unit's case whose route ended: what is not known any more is not shown by mistake.
        """
        with self._lock:
            given = door.given(connection, member.desks)
            if self._read.keys() - member.desks.keys() or not self._holds(given):
                # Another desk may open the same messages, so all of it is read again.
                self.clear()
            for desk in member.desks.values():
                for row in _newer(connection, desk.id, self._read.get(desk.id, 0)):
                    self._read[desk.id] = row.stanza_seq
                    item = _item(desk, row)
                    if item is not None and (item.whole or (item.envelope, item.desk) in given):
                        self._add(item)

    def _holds(self, given: set[tuple[bytes, bytes]]) -> bool:
        """Tell whether everything known of units' cases is still theirs."""
        items = (item for case in self._cases.values() for item in case.values())
        return all(item.whole or (item.envelope, item.desk) in given for item in items)

    def _add(self, item: Item) -> None:
        known = self._cases.setdefault(item.case, {})
        before = known.get(item.envelope)
        if before is None or item.whole:
            known[item.envelope] = item
        if item.whole:
            self._threads.setdefault((item.desk, item.thread), item.case)


def root(items: Iterable[Item]) -> Item | None:
    """Return the message whose keys speak for a thread: its proven tip, or else what came first.

    None where no key of the desk's gives the conversation. A tip that came later, and is not proven by what
    was there, does not take the thread over.
    """
    whole = (item for item in items if item.whole)
    return min(whole, key=lambda item: (item.kind != "tip" or item.unverified, item.seq), default=None)


def digest(what: Message) -> bytes:
    """Return what two sendings of the same message share: all that was said, the files' keys apart."""
    files = [(file.name, file.type, file.size) for file in what.files]
    said = (what.kind, what.category, what.danger, what.text, files)
    return hashlib.sha256(json.dumps(said).encode()).digest()


def key_of(connection: Connection, desk: Desk, envelope: bytes) -> tuple[bytes, stanza.Stanza] | None:
    """Return a sealed original and the key that *desk* holds for it; None when it holds none."""
    what, at = tables.envelope.c, tables.stanza.c
    row = connection.execute(
        select(what.bytes, at.sealed, at.key)
        .join(tables.stanza, at.envelope == what.id)
        .where(what.id == envelope, at.desk == desk.id)
    ).one_or_none()
    private = desk.stored(row.key) if row else None
    key = rewrap.unwrap(private, envelope, desk.id, row.sealed) if row and private else None
    return (row.bytes, key) if row and key else None


def read(envelope: bytes, key: stanza.Stanza) -> tuple[Body, Message]:
    """Open an envelope's body with K or K_text. Raises FormatError when it is ours and broken."""
    text_key = opening.text_key_of(envelope, key.key) if key.kind == stanza.WHOLE else key.key
    body = opening.open_body(envelope, text_key)
    return body, message.decode(body.message)


def follow_up_key(envelope: bytes, key: bytes) -> bytes | None:
    """Return the key that proves later messages of the same tipster; None where the reply part is damaged."""
    try:
        return opening.open_reply(envelope, key)[1]
    except FormatError:
        return None


def is_from(suite: Suite, body: Body, key: bytes | None) -> bool:
    """Tell whether *body* was written by the holder of a follow-up key."""
    return key is not None and opening.is_from(suite, body, key)


def _newer(connection: Connection, desk: bytes, seq: int) -> Iterator[Row[*tuple[Any, ...]]]:
    what, at = tables.envelope.c, tables.stanza.c
    while True:
        rows = connection.execute(
            select(
                at.seq.label("stanza_seq"), at.sealed, at.key,
                what.seq, what.id, what.day, what.case, what.unverified, what.alarm, what.bytes,
            )
            .join(tables.envelope, at.envelope == what.id)
            .where(at.desk == desk, at.seq > seq)
            .order_by(at.seq)
            .limit(_BATCH)
        ).all()  # fmt: skip
        yield from rows
        if len(rows) < _BATCH:
            return
        seq = rows[-1].stanza_seq


def _item(desk: Desk, row: Row[Any]) -> Item | None:
    """None for what has no case (it is listed as broken) or was not wrapped for this desk's key at all."""
    if row.case is None:
        return None
    try:
        private = desk.stored(row.key)
        key = rewrap.unwrap(private, row.id, desk.id, row.sealed) if private else None
        if key is None or key.kind == stanza.SHARE:
            return None
        _, said = read(row.bytes, key)
    except FormatError:
        return None
    return item_of(row, desk.id, said, whole=key.kind == stanza.WHOLE)


def item_of(row: Row[Any], desk: bytes, said: Message, *, whole: bool) -> Item:
    """Return what is known of a message, as the key of *desk* opened it, from its envelope's *row*."""
    return Item(
        envelope=row.id,
        seq=row.seq,
        day=row.day,
        case=row.case,
        desk=desk,
        whole=whole,
        kind=said.kind,
        lang=said.lang,
        category=said.category,
        danger=said.danger,
        thread=said.thread,
        counter=said.counter,
        files=len(said.files),
        digest=digest(said),
        unverified=row.unverified,
        alarm=row.alarm,
    )
