"""Papers: what officers write about a case. Each desk that may read one has its key, and no other has.

Whoever can write to the database can seal words to a desk's public key. So a paper counts only with the entry
in the audit, signed by the officer who wrote it, that names its id and the hash of its sealed bytes; and only
from a desk whose it is to write such a one, or any officer's word would stand as triage's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from tipline import clock, db, tables
from tipline.cases import audit
from tipline.errors import AccessError, FormatError, RosterError
from tipline.keys import rows
from tipline.papers import paper_box, paper_writers
from tipline.papers.paper_box import Label
from tipline.seal.suite import Suite
from tipline.staff.member import Desk, Member

REPORT, NOTE, QUESTION, REASON = paper_box.REPORT, paper_box.NOTE, paper_box.QUESTION, paper_box.REASON
REFERRAL = paper_box.REFERRAL


@dataclass(frozen=True)
class Reader:
    """A desk that a paper is sealed to: its newest key at rest, by *public* half and number (0, -1...)."""

    desk: bytes
    key: int
    public: bytes


@dataclass(frozen=True)
class Draft:
    """A paper that is not written yet, by an officer of *desk*."""

    label: Label
    desk: bytes
    text: str


@dataclass(frozen=True, repr=False)
class Paper:
    """A paper that a key of the officer's is sealed for.

    *text* is None where it does not open, or where no signed entry *vouches* for it: then it is not shown.
    *hash* is that of its sealed bytes; *readers* are the desks with a key of it.
    """

    label: Label
    desk: bytes
    officer: bytes
    officer_name: str
    at: int
    hash: bytes
    text: str | None
    vouched: bool
    readers: frozenset[bytes]


def reader(connection: Connection, who: Member, desk: bytes) -> Reader:
    """Return a desk's newest key at rest. Raises AccessError when its roster vouches for none."""
    try:
        at_rest = rows.at_rest(connection, who.rosters.of(connection, desk))
    except RosterError:
        at_rest = None
    if at_rest is None:
        raise AccessError("there is no such desk")
    return Reader(desk, *at_rest)


def write(connection: Connection, member: Member, draft: Draft, readers: Iterable[Reader]) -> bytes:
    """Write a paper for *readers*, with its entry in the audit, inside the caller's writing transaction.

    Returns the hash of its sealed bytes, which the audit has. Raises FormatError for what is no text.
    """
    label = draft.label
    sealed, key = paper_box.seal(member.suite, label, draft.text)
    connection.execute(
        insert(tables.paper).values(
            id=label.id,
            case=label.case,
            kind=label.kind,
            version=label.version,
            desk=draft.desk,
            officer=member.id,
            at=clock.seconds(),
            about=label.about,
            sealed=sealed,
        )
    )
    for to in readers:
        _give(connection, member.suite, (label.id, key), to)
    hash_ = hashlib.sha256(sealed).digest()
    audit.append(connection, member, draft.desk, (audit.WROTE, object_of(label)), {"hash": hash_.hex()})
    return hash_


def is_written(connection: Connection, paper: bytes) -> bool:
    """Tell whether there is a paper with this id: a form that is sent twice writes one."""
    own = tables.paper.c.id
    return connection.scalar(select(own).where(own == paper)) is not None


def give(connection: Connection, holder: Desk, paper: bytes, to: Reader) -> bool:
    """Seal the key of a paper that *holder* can read to one desk more; False when that desk has it.

    Inside the caller's transaction, which notes it in the audit. Raises AccessError without the key.
    """
    at = tables.paper_key.c
    if connection.scalar(select(at.paper).where(at.paper == paper, at.desk == to.desk)) is not None:
        return False
    key = _key(connection, holder, paper)
    if key is None:
        raise AccessError("no key of this desk opens this paper")
    _give(connection, holder.at_rest.suite, (paper, key), to)
    return True


def take(connection: Connection, number: int, desk: bytes) -> int:
    """Take a case's papers of other desks away from *desk*; return how many keys went.

    What was read before, or copied from the database, cannot be taken back.
    """
    own, at = tables.paper.c, tables.paper_key
    others = select(own.id).where(own.case == number, own.desk != desk)
    return connection.execute(delete(at).where(at.c.desk == desk, at.c.paper.in_(others))).rowcount


def of_case(
    connection: Connection, member: Member, number: int, entries: Sequence[audit.Entry] | None = None
) -> list[Paper]:
    """Return the papers of a case that are sealed to the member's desks, oldest first.

    *entries* are those of the case, of all desks that wrote papers, where they have been read already.
    """
    found = sealed_for(connection, member, number)
    if entries is None:
        entries = audit.of_case(connection, {row.desk for row in found}, number)
    readers = _readers(connection, [row.id for row in found])
    return [_paper(connection, member, row, entries, readers[row.id]) for row in found]


def reports_of(connection: Connection, member: Member, numbers: Iterable[int]) -> dict[int, Desk]:
    """Return, of these cases, those with a report that a key of the member's opens, and whose key it is."""
    own, at = tables.paper.c, tables.paper_key.c
    query = (
        select(own.case, at.paper, at.desk, at.key, at.sealed)
        .join(tables.paper_key, at.paper == own.id)
        .where(own.case.in_(list(numbers)), own.kind == REPORT, at.desk.in_(list(member.desks)))
        .order_by(own.version.desc())
    )
    found: dict[int, Desk] = {}
    for row in connection.execute(query).all():
        desk = member.desks[row.desk]
        if row.case not in found and _open_key(desk, row) is not None:
            found[row.case] = desk
    return found


def rewrap(connection: Connection, desk: Desk, to: Reader, limit: int) -> int:
    """Seal up to *limit* of a desk's paper keys anew, from its older keys at rest to its newest.

    Returns how many. What no key opens stays as it is.
    """
    at, done = tables.paper_key, 0
    old = select(at).where(at.c.desk == desk.id, at.c.key > to.key)
    for row in db.in_pages(connection, old, at.c.paper, limit):
        if done == limit:
            break
        key = _open_key(desk, row)
        if key is not None:
            sealed = paper_box.seal_key(desk.at_rest.suite, to.public, row.paper, desk.id, key)
            this = (at.c.paper == row.paper, at.c.desk == desk.id)
            connection.execute(update(at).where(*this).values(key=to.key, sealed=sealed))
            done += 1
    return done


def object_of(label: Label) -> dict[str, Any]:
    """Return how entries in the audit name a paper."""
    what = {"case": label.case, "paper": label.id.hex(), "kind": label.kind, "version": label.version}
    return what | ({"about": label.about.hex()} if label.about else {})


def is_about(entry: audit.Entry, label: Label, hash_: bytes) -> bool:
    """Tell whether an entry whose signature holds names exactly this paper, as it is sealed."""
    same = entry.object == object_of(label) and entry.detail.get("hash") == hash_.hex()
    return entry.holds and same


def sealed_for(connection: Connection, member: Member, number: int) -> Sequence[Row[Any]]:
    """Return the rows of a case's papers that are sealed to the member's desks, oldest first."""
    own, at, officer = tables.paper, tables.paper_key.c, tables.officer
    mine = select(at.paper).where(at.desk.in_(list(member.desks)))
    query = (
        select(own, officer.c.name)
        .join(officer, officer.c.id == own.c.officer)
        .where(own.c.case == number, own.c.id.in_(mine))
        .order_by(own.c.seq)
    )
    return connection.execute(query).all()


def _readers(connection: Connection, papers: Iterable[bytes]) -> dict[bytes, frozenset[bytes]]:
    at = tables.paper_key.c
    found: dict[bytes, set[bytes]] = {paper: set() for paper in papers}
    for row in connection.execute(select(at.paper, at.desk).where(at.paper.in_(list(found)))):
        found[row.paper].add(row.desk)
    return {paper: frozenset(desks) for paper, desks in found.items()}


def _paper(
    connection: Connection,
    member: Member,
    row: Row[Any],
    entries: Iterable[audit.Entry],
    readers: frozenset[bytes],
) -> Paper:
    label = Label(row.id, row.case, row.kind, row.version, row.about)
    hash_ = hashlib.sha256(row.sealed).digest()
    written = (one for one in entries if one.action == audit.WROTE and is_about(one, label, hash_))
    vouched = any((one.desk, one.officer) == (row.desk, row.officer) for one in written)
    vouched = vouched and paper_writers.may_write(connection, member, label, row.desk, readers)
    text = _text(connection, member, label, row.sealed, readers) if vouched else None
    return Paper(label, row.desk, row.officer, row.name, row.at, hash_, text, vouched, readers)


def _text(
    connection: Connection, member: Member, label: Label, sealed: bytes, readers: Iterable[bytes]
) -> str | None:
    held = (_key(connection, member.desks[desk], label.id) for desk in readers if desk in member.desks)
    key = next((one for one in held if one is not None), None)
    try:
        return None if key is None else paper_box.open_(member.suite, label, key, sealed)
    except FormatError:
        return None


def _key(connection: Connection, desk: Desk, paper: bytes) -> bytes | None:
    at = tables.paper_key
    row = connection.execute(select(at).where(at.c.paper == paper, at.c.desk == desk.id)).one_or_none()
    return _open_key(desk, row) if row else None


def _open_key(desk: Desk, row: Row[*tuple[Any, ...]]) -> bytes | None:
    private = desk.keys.get(row.key)
    return paper_box.open_key(private, row.paper, desk.id, row.sealed) if private else None


def _give(connection: Connection, suite: Suite, paper: tuple[bytes, bytes], to: Reader) -> None:
    id_, key = paper
    sealed = paper_box.seal_key(suite, to.public, id_, to.desk, key)
    row = {"paper": id_, "desk": to.desk, "key": to.key, "sealed": sealed}
    connection.execute(insert(tables.paper_key).values(row))
