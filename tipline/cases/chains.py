"""What officers are shown of the chains: a lead the whole of the desk's, everybody who opened their cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, Connection, select, tuple_

from tipline import tables
from tipline.audit import heads, standing
from tipline.audit.actions import FILE_OPENED, OPENED, OPENED_TOGETHER
from tipline.audit.chain import Walk
from tipline.audit.day_head import START, Head
from tipline.audit.entry import Entry, Stored
from tipline.audit.signers import Signers
from tipline.cases import audit
from tipline.cases.work import Work
from tipline.errors import AccessError, AuditError
from tipline.keys.rows import ADMINISTRATORS
from tipline.routing import door

PAGE = 50
_AT_ONCE = 200
_WATCHED = {OPENED, FILE_OPENED, OPENED_TOGETHER}

#: Where a page of openings goes on: time, desk and number of its last entry.
Cursor = tuple[int, bytes, int]


@dataclass(frozen=True)
class Shown:
    """An entry as it is shown, with what is wrong with it."""

    entry: Entry
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Published:
    """The newest published day head: its *day*, how many entries of the desk it covers, whether they hold."""

    day: date
    seq: int
    agrees: bool


@dataclass(frozen=True)
class ChainPage:
    """A page of a desk's chain, newest first; *before* is where the next one begins, None at the end.

    *fault* says why nothing of it can be relied on, where the desk's roster does not hold.
    """

    desk: bytes
    entries: tuple[Shown, ...]
    before: int | None
    end: Head
    published: Published | None
    fault: str


@dataclass(frozen=True)
class Openings:
    """A page of who opened an officer's cases, newest first; *after* is where the next one begins."""

    entries: tuple[Entry, ...]
    after: Cursor | None


def readable(own: Work) -> list[bytes]:
    """Return the desks whose whole chain this officer may read: those they lead, and the administration."""
    led = [desk.id for desk in own.member.desks.values() if desk.leads]
    return [*led, ADMINISTRATORS] if own.member.administers else led


def of_desk(own: Work, desk: bytes, before: int | None = None) -> ChainPage:
    """Return a page of a desk's chain, of the entries below number *before*. Raises AccessError.

    Entries of cases that this officer is off are left out, unless something is wrong with them.
    """
    if desk not in readable(own):
        raise AccessError("only a lead of a desk reads all of its audit")
    with own.engine.connect() as connection:
        end = heads.end(connection, desk)
        first = max(1, (before or end.seq + 1) - PAGE)
        signers = audit.signers_of(connection, desk)
        at = tables.audit.c.seq
        rows = audit.stored(
            connection, tables.audit.c.desk == desk, at >= first - 1, at < (before or end.seq + 1)
        )
        off = door.off(connection, own.member.id)
        shown = [
            one
            for one in _shown(desk, [row for _, row in rows], first, signers)
            if one.faults or one.entry.object.get("case") not in off
        ]
        return ChainPage(
            desk=desk,
            entries=tuple(reversed(shown)),
            before=first if first > 1 else None,
            end=end,
            published=_published(connection, desk),
            fault=signers.fault,
        )


def openings(own: Work, after: Cursor | None = None) -> Openings:
    """Return who else opened the cases that this officer holds or wrote in, below *after*."""
    with own.engine.connect() as connection:
        found = [one for one, _ in zip(_openings(connection, own, after), range(PAGE + 1), strict=False)]
    more = found[PAGE - 1] if len(found) > PAGE else None
    return Openings(tuple(found[:PAGE]), (more.at, more.desk, more.seq) if more else None)


def _shown(desk: bytes, rows: list[Stored], first: int, signers: Signers) -> Iterator[Shown]:
    """Read entries from number *first* on; the one before it is there for its hash alone."""
    before = rows.pop(0) if rows and rows[0].seq < first else None
    walk = Walk(desk, signers, Head(before.seq, before.hash) if before else START if first == 1 else None)
    for row in rows:
        faults = tuple(walk.step(row))
        read = audit.read(desk, row, signers)
        yield Shown(replace(read, holds=read.holds and not faults), faults)


def _published(connection: Connection, desk: bytes) -> Published | None:
    try:
        says = standing.newest(connection, 1)
    except AuditError:
        return Published(date.min, 0, agrees=False)
    if not says:
        return None
    gone = {of for _, of in standing.missing(connection, says)}
    return Published(says[0].day, says[0].chains.get(desk, START).seq, desk not in gone)


def _openings(connection: Connection, own: Work, after: Cursor | None) -> Iterator[Entry]:
    signers: dict[bytes, Signers] = {}
    for desk, row in _rows(connection, _mine(connection, own), after):
        if desk not in signers:
            signers[desk] = audit.signers_of(connection, desk)
        one = audit.read(desk, row, signers[desk])
        # One that cannot be read may hide an opening.
        if not one.holds or (one.action in _WATCHED and one.officer != own.member.id):
            yield one


def _rows(
    connection: Connection, which: ColumnElement[bool], after: Cursor | None
) -> Iterator[tuple[bytes, Stored]]:
    own = tables.audit.c
    query = select(own.desk, own.seq, own.entry, own.signature, own.case, own.at).where(which)
    query = query.order_by(own.at.desc(), own.desk.desc(), own.seq.desc()).limit(_AT_ONCE)
    while True:
        place = tuple_(own.at, own.desk, own.seq)
        rows = connection.execute(query if after is None else query.where(place < after)).all()
        for row in rows:
            yield row.desk, Stored(*row[1:])
        if len(rows) < _AT_ONCE:
            return
        after = (rows[-1].at, rows[-1].desk, rows[-1].seq)


def _mine(connection: Connection, own: Work) -> ColumnElement[bool]:
    """Return which entries are about this officer's cases, in chains that they may read of.

    Whoever triages sees who of a unit opened a case, and a unit what its own officers did.
    """
    me, audited = own.member.id, tables.audit.c
    cases = {
        number
        for table in (tables.taken, tables.reply, tables.paper)
        for number in connection.scalars(select(table.c.case).where(table.c.officer == me))
    }
    which = audited.case.in_(cases - door.off(connection, me))
    return which if own.member.triages else which & audited.desk.in_(list(own.member.desks))
