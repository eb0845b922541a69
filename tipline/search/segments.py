"""The rows of segments: read, written, sealed anew and deleted inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from tipline import db, tables
from tipline.search import entry, segment_box, sources
from tipline.staff.member import Desk

_AT_ONCE = 8


@dataclass(frozen=True)
class Mark:
    """How many segments a desk has, and the newest: another mark means that they are others."""

    count: int
    newest: int


def mark(connection: Connection, desk: bytes) -> Mark:
    """Return what to know by whether a desk's segments are still the same."""
    own = tables.segment.c
    row = connection.execute(
        select(func.count(), func.coalesce(func.max(own.seq), 0)).where(own.desk == desk)
    ).one()
    return Mark(*row)


def numbers(connection: Connection, desk: bytes) -> list[int]:
    """Return the numbers of a desk's segments, in order."""
    own = tables.segment.c
    return list(connection.scalars(select(own.seq).where(own.desk == desk).order_by(own.seq)))


def read(
    connection: Connection, desk: Desk, wanted: Sequence[int]
) -> Iterator[tuple[int, list[bytes] | None]]:
    """Yield segments by number, with their entries; None for one that does not open."""
    own = tables.segment.c
    for at in range(0, len(wanted), _AT_ONCE):
        these = own.seq.in_(wanted[at : at + _AT_ONCE])
        query = select(own.seq, own.key, own.sealed).where(own.desk == desk.id, these).order_by(own.seq)
        for row in connection.execute(query).all():
            private = desk.stored(row.key)
            yield row.seq, segment_box.open_(private, desk.id, row.sealed) if private else None


def write(connection: Connection, desk: Desk, lines: Sequence[bytes], cases: Iterable[int]) -> int:
    """Write a segment with something of these *cases*; return its number."""
    sealed = segment_box.seal(desk.at_rest, desk.id, lines)
    made = connection.execute(
        insert(tables.segment).values(desk=desk.id, key=desk.newest, sealed=sealed)
    ).inserted_primary_key
    assert made is not None
    number = int(made[0])
    rows = [{"segment": number, "case": case} for case in sorted(set(cases))]
    if rows:
        connection.execute(insert(tables.segment_case), rows)
    return number


def cases_of(connection: Connection, number: int) -> set[int]:
    """Return which cases a segment has something of."""
    own = tables.segment_case.c
    return set(connection.scalars(select(own.case).where(own.segment == number)))


def drop(connection: Connection, these: Iterable[int]) -> None:
    """Delete segments by number."""
    wanted = list(these)
    connection.execute(delete(tables.segment_case).where(tables.segment_case.c.segment.in_(wanted)))
    connection.execute(delete(tables.segment).where(tables.segment.c.seq.in_(wanted)))


def forget(connection: Connection, cases: Iterable[int], desk: bytes | None = None) -> None:
    """Delete what all desks' indexes, or one *desk*'s, have on disk of *cases*; it takes no key.

    What stood beside them in the same segments is made anew from the originals by the desk's next officer.
    """
    own, at = tables.segment.c, tables.segment_case.c
    query = select(at.segment).where(at.case.in_(list(cases)))
    if desk is not None:
        query = query.join(tables.segment, own.seq == at.segment).where(own.desk == desk)
    drop(connection, set(connection.scalars(query)))


def rewrap(connection: Connection, desk: Desk, limit: int) -> int:
    """Seal up to *limit* of a desk's segments anew, from its older keys at rest to its newest; how many.

    What no key opens is deleted, and what has something that the desk has not got any more, whatever the
    rows beside it say: it is made anew from the originals.
    """
    own, done = tables.segment, 0
    old = select(own).where(own.c.desk == desk.id, own.c.key > desk.newest)
    for row in db.in_pages(connection, old, own.c.seq, _AT_ONCE):
        if done == limit:
            break
        private = desk.stored(row.key)
        lines = segment_box.open_(private, desk.id, row.sealed) if private else None
        if lines is None or not _is_all_there(connection, desk.id, lines):
            drop(connection, [row.seq])
        else:
            sealed = segment_box.seal(desk.at_rest, desk.id, lines)
            this = update(own).where(own.c.seq == row.seq)
            connection.execute(this.values(key=desk.newest, sealed=sealed))
        done += 1
    return done


def _is_all_there(connection: Connection, desk: bytes, lines: Sequence[bytes]) -> bool:
    """Tell whether a desk still has all that entries are of; False for what cannot be read as entries."""
    try:
        entries = entry.decode(lines)
    except (ValueError, TypeError, KeyError):
        return False
    of = {what: {one.text.source for one in entries if one.what == what} for what in sources.KINDS}
    there = (sources.there(connection, desk, what, list(ids)) for what, ids in of.items())
    return sum(map(len, there)) == len({one.text.source for one in entries})
