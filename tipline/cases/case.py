"""Reading a case: what the tipster said and what was answered, opened once the audit has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from tipline import clock, db, tables
from tipline.cases import audit, disposition, file, index, reply_copy, work
from tipline.cases.index import Item
from tipline.cases.work import Access, Work
from tipline.errors import FormatError
from tipline.papers import paper, paper_marks
from tipline.papers.paper import Paper
from tipline.seal.message import Message
from tipline.seal.padding import Body
from tipline.seal.suite import Suite
from tipline.staff.member import Desk, Member


@dataclass(frozen=True)
class Said:
    """A message of the tipster. *again* counts further sendings of the same; *missing* parcels by file, in
    the sending that has most of it.

    *units* are the desks that can read it besides the one that triaged it.
    """

    item: Item
    message: Message
    verified: bool
    units: frozenset[bytes]
    again: int = 0
    missing: tuple[int, ...] = ()


@dataclass(frozen=True)
class Answer:
    """A reply as sent; *text* is None where its copy cannot be opened, or nobody signed for having sent it.

    *after* is the envelope before it.
    """

    at: int
    officer: str
    text: str | None
    after: int


@dataclass(frozen=True)
class Case:
    """A case as one officer may see it, through *desk*; *triage* means that the desk may answer and route.

    *damaged* counts messages that could be read once, and whose stored bytes have changed since; *alarm*
    tells whether docket and message differed in any of them. *envelopes* are those of all messages that the
    officer's keys open. A unit sees no route but its own.
    """

    number: int
    desk: Desk
    triage: bool
    status: str
    priority: int
    day: int
    conversation: tuple[Said | Answer, ...]
    routes: tuple[Row[Any], ...]
    audit: tuple[audit.Entry, ...]
    damaged: int
    alarm: bool
    envelopes: tuple[bytes, ...]
    papers: tuple[Paper, ...]

    @property
    def raw(self) -> bool:
        """Tell whether the officer's keys open the tip itself, and not the report alone."""
        return bool(self.envelopes)

    @property
    def said(self) -> tuple[Said, ...]:
        """The tipster's messages alone."""
        return tuple(part for part in self.conversation if isinstance(part, Said))


def open_(own: Work, number: int) -> Case:
    """Open a case for reading. The audit has it, committed, before anything is opened.

    Raises AccessError when no key of this officer opens it, TakenError before a reason is given, AuditError
    when it cannot be recorded.
    """
    access = own.access(number)
    with db.writing(own.engine) as connection:
        papers = _record(connection, own.member, access)
    with own.engine.connect() as connection:
        return _read(connection, own.member, access, papers)


def _record(connection: Connection, member: Member, access: Access) -> list[bytes]:
    """Put the opening into the audit; return the ids of the papers that it names."""
    envelopes = [item.envelope for item in access.items]
    papers = paper_marks.note_opened(connection, member, access.number)
    what: dict[str, Any] = {"case": access.number}
    what |= {"envelopes": [one.hex() for one in envelopes]} if envelopes else {}
    what |= {"papers": [one.hex() for one in papers]} if papers else {}
    audit.append(connection, member, access.desk.id, (audit.OPENED, what), access.why)
    own = tables.opened
    mine = select(own.c.envelope).where(own.c.officer == member.id, own.c.envelope.in_(envelopes))
    unseen = set(envelopes) - set(connection.scalars(mine))
    rows = [{"envelope": one, "officer": member.id, "at": clock.seconds()} for one in unseen]
    if rows:
        connection.execute(insert(own), rows)
    if access.triage:
        work.happen(connection, access.number, disposition.OPENED)
    return papers


def _read(connection: Connection, member: Member, access: Access, papers: Sequence[bytes]) -> Case:
    number, desk = access.number, access.desk
    own = tables.case
    row = connection.execute(select(own).where(own.c.id == number)).one()
    routes = [one for one in _routes(connection, number) if access.triage or one.unit in member.desks]
    # And of who else writes papers for triage: translators.
    writers = {one.desk for one in paper.sealed_for(connection, member, number)}
    chains = {desk.id, *(route.unit for route in routes), *writers} if access.triage else {desk.id}
    said = _said(connection, member, access.items)
    entries = audit.of_case(connection, chains, number)
    answers = _answers(connection, desk, number, entries) if access.triage else []
    # Triage has the entries of every desk that writes papers for it here; a unit those of its own chain.
    written = paper.of_case(connection, member, number, entries if access.triage else None)
    return Case(
        number=number,
        desk=desk,
        triage=access.triage,
        status=row.status,
        priority=row.priority,
        day=row.day,
        conversation=in_order(said, answers),
        routes=tuple(routes),
        audit=tuple(entries),
        damaged=len(access.items) - sum(1 + one.again for one in said),
        alarm=any(item.alarm for item in access.items),
        envelopes=tuple(item.envelope for item in access.items),
        # What came since is in no entry yet, so the next look shows it.
        papers=tuple(one for one in written if one.label.id in papers),
    )


def in_order(said: Sequence[Said], answers: Sequence[Answer]) -> tuple[Said | Answer, ...]:
    """Put messages in the tipster's own order (the relay shuffles a day), answers where they were written."""
    placed: list[tuple[int, int, int, Said | Answer]] = [
        (one.after, one.at, place, one) for place, one in enumerate(answers)
    ]
    seq = max((one.item.seq for one in said), default=0)
    for place in reversed(range(len(said))):
        seq = min(seq, said[place].item.seq)
        placed.append((seq, 0, place, said[place]))
    return tuple(part for *_, part in sorted(placed, key=lambda one: one[:3]))


def _said(connection: Connection, member: Member, items: Sequence[Item]) -> list[Said]:
    """Open every message."""
    opened = ((item, _open(connection, member, item)) for item in items)
    readable = [(item, *what) for item, what in opened if what is not None]
    follow_up = _follow_up_key(connection, member, items)
    return told(connection, member.suite, readable, follow_up, _units(connection, items))


def told(
    connection: Connection,
    suite: Suite,
    opened: Iterable[tuple[Item, Body, Message]],
    follow_up: bytes | None,
    units: Mapping[bytes, frozenset[bytes]],
) -> list[Said]:
    """Return messages that were *opened*, each once; what was sent again is counted with its first sending.

    *follow_up* is the key that proves them, *units* who else can read each.
    """
    found: dict[tuple[object, bool], Said] = {}
    files: dict[tuple[object, bool], list[tuple[int, ...]]] = {}
    for item, body, message in opened:
        verified = index.is_from(suite, body, follow_up) if item.whole else not item.unverified
        same = (item.same, verified)
        before = found.get(same)
        said = Said(item, message, verified, units.get(item.envelope, frozenset()))
        found[same] = _again(before) if before else said
        files.setdefault(same, []).append(_missing(connection, message))
    return [_with_files(said, files[same]) for same, said in found.items()]


def _open(connection: Connection, member: Member, item: Item) -> tuple[Body, Message] | None:
    held = index.key_of(connection, member.desks[item.desk], item.envelope)
    try:
        return held and index.read(*held)
    except FormatError:
        return None


def _follow_up_key(connection: Connection, member: Member, items: Sequence[Item]) -> bytes | None:
    """Return the follow-up key of the tip that began the thread, if this desk has it and it can be read."""
    first = index.root(items)
    if first is None or first.kind != "tip":
        return None
    held = index.key_of(connection, member.desks[first.desk], first.envelope)
    return index.follow_up_key(held[0], held[1].key) if held else None


def _again(before: Said) -> Said:
    return Said(before.item, before.message, before.verified, before.units, before.again + 1)


def _missing(connection: Connection, message: Message) -> tuple[int, ...]:
    return tuple(len(file.missing(connection, one)) for one in message.files)


def _with_files(said: Said, missing: Sequence[tuple[int, ...]]) -> Said:
    least = tuple(min(of_file) for of_file in zip(*missing, strict=True))
    return Said(said.item, said.message, said.verified, said.units, said.again, least)


def _units(connection: Connection, items: Sequence[Item]) -> dict[bytes, frozenset[bytes]]:
    """Return which other desks hold a key for each message."""
    at = tables.stanza.c
    rows = connection.execute(
        select(at.envelope, at.desk).where(at.envelope.in_([item.envelope for item in items]))
    ).all()
    units: dict[bytes, set[bytes]] = {item.envelope: set() for item in items}
    for row in rows:
        units[row.envelope].add(row.desk)
    return {item.envelope: frozenset(units[item.envelope] - {item.desk}) for item in items}


def _answers(connection: Connection, desk: Desk, number: int, entries: Iterable[audit.Entry]) -> list[Answer]:
    """Return the replies; one that its officer did not sign for in the audit is shown without its words."""
    sent = {
        (entry.object.get("reply"), entry.officer)
        for entry in entries
        if entry.holds and entry.action == audit.REPLIED and entry.desk == desk.id
    }
    own = tables.reply
    rows = connection.execute(
        select(own, tables.officer.c.name)
        .join(tables.officer)
        .where(own.c.case == number, own.c.desk == desk.id)
    )
    return [
        Answer(row.at, row.name, _copy(desk, row) if (row.id.hex(), row.officer) in sent else None, row.after)
        for row in rows
    ]


def _copy(desk: Desk, row: Row[Any]) -> str | None:
    return reply_copy.open_copy(desk, row.id, row.key, row.sealed)


def _routes(connection: Connection, number: int) -> list[Row[Any]]:
    own = tables.route
    query = (
        select(own, tables.desk.c.name, tables.officer.c.name.label("by"))
        .join(tables.desk, tables.desk.c.id == own.c.unit)
        .join(tables.officer, tables.officer.c.id == own.c.officer)
        .where(own.c.case == number)
        .order_by(own.c.at)
    )
    return list(connection.execute(query))
