"""The index of one desk, in memory: shared by the sessions that hold its keys, gone with the last of them.

On disk its entries are sealed in segments. What no segment has is opened from the original, and written into
one by *write*. Locks: whoever wants the database's write lock takes it before an index's own.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from weakref import WeakKeyDictionary, WeakValueDictionary

from sqlalchemy import Connection, Engine

from tipline import db
from tipline.cases.index import Item
from tipline.search import entry, segment_box, segments, sources
from tipline.search.entry import MESSAGE, Entry, Said
from tipline.search.facets import Facets
from tipline.search.memory import Doc, Memory
from tipline.search.segments import Mark
from tipline.search.sources import Source
from tipline.staff.member import Desk, Member

#: So many texts go into the full-text search at once.
_BATCH = 2000


@dataclass
class Progress:
    """How far an index is that is being read: *done* of *total* texts."""

    done: int = 0
    total: int = 0


@dataclass
class _Segment:
    """What is known of a segment on disk: whose entries it has, and how many bytes they take."""

    ids: tuple[bytes, ...] = ()
    used: int = 0


class DeskIndex:
    """What the keys of one desk open. Every session that joins compares it with the rows that are there."""

    def __init__(self, desk: bytes) -> None:
        self.desk = desk
        self.lock = threading.RLock()
        self.progress = Progress()
        self.facets = Facets()
        self.memory = Memory()
        self._placed: dict[bytes, Source] = {}
        self._read = dict.fromkeys(sources.KINDS, 0)
        self._segments: dict[int, _Segment] = {}
        self._mark = Mark(0, 0)
        self._written: set[bytes] = set()
        self._unwritten: dict[bytes, bytes] = {}
        self._waiting: list[Doc] = []

    @property
    def is_read(self) -> bool:
        """Tell whether it was read once: until then, much may have to be."""
        return any(self._read.values())

    def compare(self, connection: Connection, desk: Desk) -> None:
        """Forget what the desk has not got any more, and have what changed be read again by *read*."""
        with self.lock:
            if not self.is_read:
                return
            of = (sources.newer(connection, desk.id, what, 0) for what in sources.KINDS)
            there = {one.id: one for each in of for one in each}
            changed = [id_ for id_, one in self._placed.items() if there.get(id_) != one]
            self._take_out(changed)
            self._read = dict.fromkeys(sources.KINDS, 0) if changed else self._read

    def read(self, connection: Connection, member: Member, desk: Desk) -> None:
        """Take in what the desk was given since the last time, and forget what was deleted."""
        with self.lock:
            rows, read = self._new_rows(connection, desk.id)
            self.progress = Progress(0, len(rows))
            self._read_segments(connection, desk, rows)
            for source, what in sources.open_(connection, member, desk, rows.values()):
                self._place(source, what)
                self._unwritten[source.id] = what.encode()
            self._hand_over()
            # Only now: what failed half way is looked for again.
            self._read = read

    def write(self, engine: Engine, desk: Desk) -> None:
        """Seal into segments what was opened from originals. Not to be called with the index's lock held."""
        if not self._unwritten:
            return
        with db.writing(engine) as connection, self.lock:
            opened = [one for one in self._unwritten if one in self._placed]
            # What was shredded or withdrawn since it was opened is not written down again.
            there = self._there(connection, opened)
            self._take_out(set(opened) - {one.id for one in there})
            self._append(connection, desk, there, [self._unwritten[one.id] for one in there])
            self._mark = segments.mark(connection, desk.id)
            self._unwritten.clear()

    def _new_rows(self, connection: Connection, desk: bytes) -> tuple[dict[bytes, Source], dict[str, int]]:
        """Return what is new by its id, and up to where that reaches."""
        rows: dict[bytes, Source] = {}
        read = dict(self._read)
        for what in sources.KINDS:
            for one in sources.newer(connection, desk, what, self._read[what]):
                read[what] = one.at
                if one.id not in self._placed:
                    rows[one.id] = one
        return rows, read

    def _read_segments(self, connection: Connection, desk: Desk, rows: dict[bytes, Source]) -> None:
        """Take in entries of segments that are new, each with its row, which is taken from *rows*."""
        mark = segments.mark(connection, desk.id)
        if mark == self._mark and not rows:
            return
        there = segments.numbers(connection, desk.id)
        new = [number for number in there if number not in self._segments]
        for number, lines in segments.read(connection, desk, new):
            self._segments[number] = self._take_in(lines or [], rows)
        gone = self._segments.keys() - set(there)
        before = [id_ for number in gone for id_ in self._segments.pop(number).ids]
        self._written = {id_ for one in self._segments.values() for id_ in one.ids}
        lost = [id_ for id_ in before if id_ not in self._written and id_ in self._placed]
        # What lost its segment is opened anew, as far as it is still the desk's.
        rows.update({one.id: one for one in self._there(connection, lost)})
        self._take_out(lost)
        self._mark = mark

    def _take_in(self, lines: list[bytes], rows: dict[bytes, Source]) -> _Segment:
        try:
            entries = entry.decode(lines)
        except (ValueError, TypeError, KeyError):
            return _Segment()
        for one in entries:
            source = rows.pop(one.text.source, None)
            if source is not None and source.what == one.what:
                self._place(source, one)
        return _Segment(tuple(one.text.source for one in entries), segment_box.used(lines))

    def _there(self, connection: Connection, ids: Iterable[bytes]) -> list[Source]:
        """Return those of these, all of them placed, that the desk still has."""
        of: dict[str, list[bytes]] = {what: [] for what in sources.KINDS}
        for one in ids:
            of[self._placed[one].what].append(one)
        return [
            one for what, these in of.items() for one in sources.there(connection, self.desk, what, these)
        ]

    def _place(self, source: Source, one: Entry) -> None:
        self._placed[source.id] = source
        if one.said is not None:
            self.facets.add(_item(self.desk, source, one.text.kind, one.said))
        self._waiting.append(Doc(source.case, one.text, one.also, one.entities, one.marks, one.ids))
        self.progress.done += 1
        if len(self._waiting) >= _BATCH:
            self._hand_over()

    def _hand_over(self) -> None:
        if self._waiting:
            self.memory.add(self._waiting)
            self._waiting = []

    def _take_out(self, ids: Iterable[bytes]) -> None:
        self._hand_over()
        gone = [self._placed.pop(id_) for id_ in ids]
        for one in gone:
            self._unwritten.pop(one.id, None)
            if one.what == MESSAGE:
                self.facets.remove(one.case, one.id)
        self.memory.remove(one.id for one in gone)

    def _append(self, connection: Connection, desk: Desk, of: list[Source], lines: list[bytes]) -> None:
        """Write *lines*, after those of the newest segment if it has room."""
        last = max(self._segments, default=0)
        begun = self._segments[last].used if last else segment_box.ROOM
        groups = list(segment_box.split(lines, segment_box.ROOM - begun))
        at = 0
        for place, group in enumerate(groups):
            these = of[at : at + len(group)]
            at += len(group)
            if group:
                self._write(connection, desk, these, group, last if place == 0 else 0)

    def _write(
        self, connection: Connection, desk: Desk, of: list[Source], lines: list[bytes], last: int
    ) -> None:
        cases, ids = {one.case for one in of}, tuple(one.id for one in of)
        before = dict(segments.read(connection, desk, [last])).get(last) if last else None
        if before is not None:
            cases |= segments.cases_of(connection, last)
            segments.drop(connection, [last])
            ids, lines = self._segments.pop(last).ids + ids, before + lines
        number = segments.write(connection, desk, lines, cases)
        self._segments[number] = _Segment(ids, segment_box.used(lines))
        self._written.update(ids)


_OPEN: WeakKeyDictionary[Engine, WeakValueDictionary[bytes, DeskIndex]] = WeakKeyDictionary()
_OPEN_LOCK = threading.Lock()


def of(engine: Engine, desk: Desk) -> DeskIndex:
    """Return the index that the sessions of a desk share; a new one where there is none.

    Only for who holds the desk's key: it is kept alive by them.
    """
    with _OPEN_LOCK:
        shared = _OPEN.setdefault(engine, WeakValueDictionary())
        found = shared.get(desk.id)
        if found is None:
            found = shared[desk.id] = DeskIndex(desk.id)
        return found


def _item(desk: bytes, source: Source, kind: str, said: Said) -> Item:
    return Item(
        envelope=source.id, seq=source.seq, day=source.day, case=source.case, desk=desk, whole=said.whole,
        kind=kind, lang=said.lang, category=said.category, danger=said.danger, thread=said.thread,
        counter=said.counter, files=said.files, words=said.words, digest=said.digest,
        unverified=source.unverified, alarm=source.alarm,
    )  # fmt: skip
