"""What is known of each message without showing it, and how a sealed original is opened."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from tipline import tables
from tipline.errors import FormatError
from tipline.seal import message, opening, rewrap, stanza
from tipline.seal.message import Message
from tipline.seal.padding import Body
from tipline.seal.suite import Suite
from tipline.search import forms
from tipline.staff.member import Desk


@dataclass(frozen=True, slots=True)
class Item:
    """One message of a tipster: its place, the *desk* whose key opens it, and its facts.

    *whole* is true where the desk holds K (it may answer), false where it holds K_text (a unit). *words*
    counts the text's, two characters of a script without spaces as one.
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
    words: int
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


def item_of(row: Any, desk: bytes, said: Message, *, whole: bool) -> Item:
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
        words=forms.count(said.text),
        digest=digest(said),
        unverified=row.unverified,
        alarm=row.alarm,
    )
