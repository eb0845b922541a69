"""Cases that open only together: what each overseer sees of one that is sealed, and reading one that is open.

Nothing of what is opened is in the session's index. It is opened anew for every look, with the keys that are
in memory while the case is open, and the audit has it first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from tipline import db, tables
from tipline.audit import actions
from tipline.cases import audit, case, file, index, thread_hint
from tipline.cases.case import Answer, Said
from tipline.cases.index import Item
from tipline.cases.work import Work
from tipline.errors import AccessError, FormatError, MissingError, RosterError
from tipline.keys import seats
from tipline.papers import paper
from tipline.papers.paper import Paper
from tipline.restricted import marks
from tipline.seal import stanza
from tipline.seal.message import Message
from tipline.seal.padding import Body
from tipline.together import sealed_reply, together
from tipline.together.openings import Openings, Standing
from tipline.together.together import Place


@dataclass(frozen=True)
class Line:
    """A case in the list: what the docket told, and how far its opening is."""

    number: int
    status: str
    priority: int
    day: int
    messages: int
    alarm: bool
    standing: Standing


@dataclass(frozen=True)
class Seat:
    """A seat at the case's desk: whether its share is *given* now, and whether it was found *bad*."""

    name: str
    given: bool
    bad: bool
    mine: bool


@dataclass(frozen=True)
class Sealed:
    """A case as every overseer may see it. *asked* are the reasons that were given, newest last.

    *joined*: the case that its messages belong to now. *given* and *reads* speak of the officer who looks.
    """

    line: Line
    desk: str
    seats: tuple[Seat, ...]
    asked: tuple[Paper, ...]
    audit: tuple[audit.Entry, ...]
    joined: int | None
    given: bool
    reads: bool


@dataclass(frozen=True)
class Opened:
    """What was said in a case that is open, in order. *damaged* counts messages that do not open."""

    number: int
    conversation: tuple[Said | Answer, ...]
    damaged: int
    alarm: bool
    #: A case that opens only together is never routed.
    triage: bool = False
    routes: tuple[()] = ()

    @property
    def said(self) -> tuple[Said, ...]:
        """The tipster's messages alone."""
        return tuple(part for part in self.conversation if isinstance(part, Said))


def lines(own: Work, openings: Openings) -> list[Line]:
    """Return the cases at the desks where the officer has a seat, most urgent and newest first."""
    desks = {desk.seat_of for desk in own.member.desks.values() if desk.seat_of} & own.member.desks.keys()
    case_, what = tables.case.c, tables.envelope.c
    query = (
        select(tables.case, func.count().label("messages"), func.max(what.alarm).label("alarm"))
        .join(tables.envelope, what.case == case_.id)
        .where(case_.desk.in_(list(desks)))
        .group_by(case_.id)
        .order_by(case_.priority, case_.id.desc())
    )
    with own.engine.connect() as connection:
        return [_line(row, openings.standing(row.id)) for row in connection.execute(query)] if desks else []


def look(own: Work, openings: Openings, number: int) -> Sealed:
    """Return a case as it is while sealed. Raises AccessError for one who has no seat at its desk."""
    at, standing = together.place(own, number), openings.standing(number)
    with own.engine.connect() as connection:
        row = connection.execute(select(tables.case).where(tables.case.c.id == number)).one()
        what = tables.envelope.c
        many = connection.execute(select(func.count(), func.max(what.alarm)).where(what.case == number)).one()
        papers = [
            one for one in paper.of_case(connection, own.member, number) if one.label.kind == paper.REASON
        ]
        return Sealed(
            line=Line(number, row.status, row.priority, row.day, many[0], bool(many[1]), standing),
            desk=at.desk.name,
            seats=tuple(_seats(connection, own, at, standing)),
            asked=tuple(papers),
            audit=tuple(audit.of_case(connection, {at.desk.id}, number)),
            joined=thread_hint.joined_to(connection, at.desk, number),
            given=own.member.id in standing.givers,
            reads=bool(openings.keys(number, own)),
        )


def read(own: Work, openings: Openings, number: int) -> Opened:
    """Open a case for reading, once the audit has it. Raises AccessError when it is not open here."""
    at, keys = together.place(own, number), openings.keys(number, own)
    if not keys:
        raise AccessError("this case is not open here")
    with db.writing(own.engine) as connection:
        what = {"case": number, "envelopes": [envelope.hex() for envelope in keys]}
        audit.append(connection, own.member, at.desk.id, (actions.OPENED, what))
    with own.engine.connect() as connection:
        opened = _open(connection, at, keys)
        follow_up = _follow_up_key(connection, keys, [item for item, _, _ in opened])
        said = case.told(connection, own.member.suite, opened, follow_up, {})
        answers = sealed_reply.copies(connection, at.desk.id, number, keys)
        return Opened(
            number,
            case.in_order(said, answers),
            _count(connection, number) - len(opened),
            _differs(connection, at, {item.envelope: message for item, _, message in opened}),
        )


def save(
    own: Work, openings: Openings, number: int, where: marks.Place, how: str = file.SAVED
) -> file.Opened:
    """Open a file of an open case: whole, and in the audit with *how* before its first byte.

    Raises AccessError, MissingError, FormatError "parcel" or AuditError, as for other cases.
    """
    at, keys = together.place(own, number), openings.keys(number, own)
    with own.engine.connect() as connection:
        opened = {item.envelope: message for item, _, message in _open(connection, at, keys)}
        files = opened[where.envelope].files if where.envelope in opened else ()
        if not 0 <= where.place < len(files):
            raise AccessError("there is no such file")
        what = files[where.place]
        lost = len(file.missing(connection, what))
    if lost:
        raise MissingError(f"{lost} of {len(what.parcels)} parts have not arrived")
    with db.writing(own.engine) as connection:
        object_ = {"case": number, "envelope": where.envelope.hex(), "file": where.place}
        audit.append(connection, own.member, at.desk.id, (actions.FILE_OPENED, object_), {"how": how})
    # Twice through all parcels: a changed one is found before anything is handed out.
    for _ in file.pieces(own, what):
        pass
    return file.Opened(what.name, what.type, what.size, file.pieces(own, what))


def answer(own: Work, openings: Openings, number: int, text: str, reply_id: bytes) -> bool:
    """Answer the tipster of an open case; False when this reply was sent before.

    Raises AccessError when it is not open here, FormatError "too long", "empty" or "slots".
    """
    at, keys = together.place(own, number), openings.keys(number, own)
    with own.engine.connect() as connection:
        first = index.root([item for item, _, _ in _open(connection, at, keys)])
    if first is None:
        raise AccessError("this case is not open here")
    return sealed_reply.send(own, at, (first.envelope, keys[first.envelope]), text, reply_id)


def _line(row: Row[Any], standing: Standing) -> Line:
    return Line(row.id, row.status, row.priority, row.day, row.messages, bool(row.alarm), standing)


def _seats(connection: Connection, own: Work, at: Place, standing: Standing) -> list[Seat]:
    found = []
    for row in seats.of(connection, at.desk.id):
        try:
            listed = own.member.rosters.of(connection, row.id).members
        except RosterError:
            listed = ()
        given = any(one.officer in standing.givers for one in listed)
        found.append(Seat(row.name, given, row.id in standing.bad, row.id == at.seat.id))
    return found


def _open(connection: Connection, at: Place, keys: Mapping[bytes, bytes]) -> list[tuple[Item, Body, Message]]:
    """Open every message whose key is here, in the thread's order."""
    opened = []
    for row in together.envelopes(connection, keys):
        try:
            body, message = index.read(row.bytes, stanza.Stanza(stanza.WHOLE, keys[row.id]))
        except FormatError:
            continue
        opened.append((index.item_of(row, at.desk.id, message, whole=True), body, message))
    return sorted(opened, key=lambda one: one[0].order)


def _follow_up_key(
    connection: Connection, keys: Mapping[bytes, bytes], items: Sequence[Item]
) -> bytes | None:
    """Return the key that proves messages: that of the tip which began the thread, if it is here."""
    first = index.root(items)
    if first is None or first.kind != "tip":
        return None
    (row,) = together.envelopes(connection, {first.envelope: None})
    return index.follow_up_key(row.bytes, keys[first.envelope])


def _differs(connection: Connection, at: Place, said: Mapping[bytes, Message]) -> bool:
    """Tell whether any docket said something else than its message, or a message names another desk."""
    return any(
        row.alarm
        or (row.desk, row.danger) != (said[row.id].desk, said[row.id].danger)
        or said[row.id].desk != at.desk.id
        for row in together.envelopes(connection, said)
    )


def _count(connection: Connection, number: int) -> int:
    own = tables.envelope.c
    return connection.scalar(select(func.count()).where(own.case == number)) or 0
