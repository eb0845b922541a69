"""What a desk has to be searched: rows of its messages, papers and replies, and how each becomes an entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from tipline import tables
from tipline.cases import audit, index, reply_copy
from tipline.errors import FormatError
from tipline.languages import written
from tipline.links import entities, likeness, region
from tipline.papers import paper
from tipline.seal import rewrap, stanza
from tipline.seal.message import Message
from tipline.search import forms
from tipline.search.entry import MESSAGE, PAPER, REPLY, Entry, Said, ids_of
from tipline.search.facts import Text
from tipline.staff.member import Desk, Member

_AT_ONCE = 500
#: What there is, in the order in which it is looked for.
KINDS = (MESSAGE, PAPER, REPLY)


@dataclass(frozen=True, slots=True)
class Source:
    """A row that gives an entry: *id* of the envelope, paper or reply, *at* its number in the desk's order.

    The rest is that of a message, and 0 or False for others.
    """

    what: str
    at: int
    id: bytes
    case: int
    seq: int = 0
    day: int = 0
    unverified: bool = False
    alarm: bool = False


def newer(connection: Connection, desk: bytes, what: str, after: int) -> list[Source]:
    """Return what a desk was given of one of KINDS after number *after*, in order."""
    query, at, _ = _query(desk, what)
    return [Source(what, *row) for row in connection.execute(query.where(at > after).order_by(at))]


def there(connection: Connection, desk: bytes, what: str, ids: Sequence[bytes]) -> list[Source]:
    """Return those of these *ids* that the desk still has."""
    query, _, id_ = _query(desk, what)
    pages = (ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE))
    return [Source(what, *row) for page in pages for row in connection.execute(query.where(id_.in_(page)))]


def count(connection: Connection, desk: bytes) -> int:
    """Return how many messages a desk was given."""
    at = tables.stanza.c
    return connection.scalar(select(func.count()).where(at.desk == desk)) or 0


def _query(
    desk: bytes, what: str
) -> tuple[Select[*tuple[Any, ...]], ColumnElement[int], ColumnElement[bytes]]:
    message, at = tables.envelope.c, tables.stanza.c
    written, key, answer = tables.paper.c, tables.paper_key.c, tables.reply.c
    query: Select[*tuple[Any, ...]]
    if what == MESSAGE:
        own = (message.id, message.case, message.seq, message.day, message.unverified, message.alarm)
        query = select(at.seq, *own).join(tables.envelope, at.envelope == message.id)
        # What has no case is listed as broken.
        return query.where(at.desk == desk, message.case.is_not(None)), at.seq, message.id
    if what == PAPER:
        query = select(key.seq, written.id, written.case).join(tables.paper, key.paper == written.id)
        return query.where(key.desk == desk), key.seq, written.id
    query = select(answer.seq, answer.id, answer.case).where(answer.desk == desk)
    return query, answer.seq, answer.id


def open_(
    connection: Connection, member: Member, desk: Desk, sources: Iterable[Source]
) -> Iterator[tuple[Source, Entry]]:
    """Open what gives entries, with the desk's keys. What does not open, or nobody signed for, gives none."""
    of: dict[str, dict[bytes, Source]] = {what: {} for what in KINDS}
    for source in sources:
        of[source.what][source.id] = source
    yield from _messages(connection, desk, of[MESSAGE])
    for number in dict.fromkeys(one.case for one in of[PAPER].values()):
        yield from _papers(connection, member, number, of[PAPER])
    for number in dict.fromkeys(one.case for one in of[REPLY].values()):
        yield from _replies(connection, desk, number, of[REPLY])


def _messages(connection: Connection, desk: Desk, of: dict[bytes, Source]) -> Iterator[tuple[Source, Entry]]:
    what, at = tables.envelope.c, tables.stanza.c
    query = select(what.id, what.bytes, at.sealed, at.key).join(tables.stanza, at.envelope == what.id)
    ids = list(of)
    for start in range(0, len(ids), 100):
        page = query.where(at.desk == desk.id, what.id.in_(ids[start : start + 100]))
        for row in connection.execute(page):
            entry = _message(desk, row, region.of(connection))
            if entry is not None:
                yield of[row.id], entry


def _message(desk: Desk, row: Row[*tuple[Any, ...]], country: str) -> Entry | None:
    """None for what is not wrapped for this desk's key at all, or is a seat's share."""
    try:
        private = desk.stored(row.key)
        key = rewrap.unwrap(private, row.id, desk.id, row.sealed) if private else None
        if key is None or key.kind == stanza.SHARE:
            return None
        _, said = index.read(row.bytes, key)
    except FormatError:
        return None
    return of_message(row.id, said, whole=key.kind == stanza.WHOLE, country=country)


def of_message(id_: bytes, said: Message, *, whole: bool, country: str) -> Entry:
    """Return the entry of a message that was opened, by its envelope's id; *country* as of links.region."""
    also = tuple(file.name for file in said.files)
    named = entities.find("\n".join((said.text, *also)), country)
    marks, ids = likeness.marks(said.text), ids_of(said.text, also, named)
    return Entry(MESSAGE, Text(id_, said.kind, said.text), also, named, _said(said, whole=whole), marks, ids)


def _said(said: Message, *, whole: bool) -> Said:
    return Said(
        whole=whole,
        # What the words are in, where that is clear: the page may have been in another language.
        lang=written.guess(said.text) or said.lang,
        category=said.category,
        danger=said.danger,
        thread=said.thread,
        counter=said.counter,
        files=len(said.files),
        words=forms.count(said.text),
        digest=index.digest(said),
    )


def _papers(
    connection: Connection, member: Member, number: int, of: dict[bytes, Source]
) -> Iterator[tuple[Source, Entry]]:
    for one in paper.of_case(connection, member, number):
        source = of.get(one.label.id)
        if source is not None and one.text is not None:
            text = Text(source.id, one.label.kind, one.text)
            named = entities.find(one.text, region.of(connection))
            yield source, Entry(PAPER, text, entities=named, ids=ids_of(one.text, (), named))


def _replies(
    connection: Connection, desk: Desk, number: int, of: dict[bytes, Source]
) -> Iterator[tuple[Source, Entry]]:
    """Open a case's replies: those that somebody of the desk signed for having sent."""
    sent = {
        (entry.object.get("reply"), entry.officer)
        for entry in audit.of_case(connection, [desk.id], number)
        if entry.holds and entry.action == audit.REPLIED
    }
    own = tables.reply
    for row in connection.execute(select(own).where(own.c.case == number, own.c.desk == desk.id)).all():
        source = of.get(row.id)
        if source is None or (row.id.hex(), row.officer) not in sent:
            continue
        text = reply_copy.open_copy(desk, row.id, row.key, row.sealed)
        if text is not None:
            # What it names is as a rule the agency's own, which would make all answered cases look alike.
            yield source, Entry(REPLY, Text(row.id, "reply", text), ids=ids_of(text, (), ()))
