"""What one session knows: the indexes of the desks whose keys it holds, and which of their cases are its own.

In memory only. A desk's index is shared with its other officers; what stands between this officer and a case
(routing/door.py) is looked at here, at every refresh.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import Connection, Engine

from tipline.cases import disposition
from tipline.cases.index import Item
from tipline.keys.rows import QUORUM, REWARDS, SEAT, TRANSLATION
from tipline.links.entities import Entity
from tipline.routing import door
from tipline.search import desk_index, sources
from tipline.search.desk_index import DeskIndex, Progress
from tipline.search.facts import Facts, Filter, Text
from tipline.search.memory import FOUND_MAX
from tipline.staff.member import Desk, Member

#: A desk with more messages takes seconds to read.
LARGE = 3000
#: What seats have opens only together, translators get single texts, a board nothing: none is searched.
_WITHOUT = frozenset({QUORUM, REWARDS, SEAT, TRANSLATION})


class Index:
    """What one session knows, of all desks of its officer."""

    def __init__(self) -> None:
        self._desks: dict[bytes, DeskIndex] = {}
        self._joined: list[DeskIndex] = []
        self._looked: dict[bytes, tuple[frozenset[int], int]] = {}
        self._live: set[tuple[int, bytes]] = set()
        self._off: set[int] = set()
        # Requests of one session run in several threads.
        self._lock = threading.RLock()

    def items(self, number: int) -> list[Item]:
        """Return the messages of a case that these keys open, in order; none for a case of others."""
        found: dict[bytes, Item] = {}
        for desk, own in self._held():
            for item in own.facets.items(number):
                may = item.whole or (number, desk) in self._live
                if may and (item.envelope not in found or item.whole):
                    found[item.envelope] = item
        return sorted(found.values(), key=lambda item: item.order)

    def of_thread(self, desk: bytes, thread: bytes) -> int | None:
        """Return the number of a desk's case for a thread."""
        own = self._desks.get(desk)
        return own.facets.of_thread(thread) if own else None

    def facts(self, number: int) -> Facts | None:
        """Return what is known of a case; None where no message of it is this officer's to know."""
        items = [] if number in self._off else self.items(number)
        if not items:
            return None
        return Facts(
            category=items[0].category,
            langs=frozenset(item.lang for item in items),
            danger=min((item.danger for item in items), key=disposition.priority),
            files=sum(item.files for item in items),
            words=sum(item.words for item in items),
            messages=len(items),
            alarm=any(item.alarm for item in items),
            unverified=any(item.unverified for item in items),
        )

    def matching(self, wanted: Filter) -> set[int]:
        """Return the cases that have what is *wanted*, of those whose messages are this officer's to know.

        A small set is best looked up in the database by number, a large one asked for each row of a page.
        """
        return self._gather(lambda own: own.facets.matching(wanted))

    def values(self, what: str) -> dict[str, int]:
        """Return the values of a facet ("category", "lang", "danger"), and in about how many cases each."""
        found: dict[str, int] = {}
        for _, own in self._held():
            for value, count in own.facets.values(what).items():
                found[value] = found.get(value, 0) + count
        return found

    @property
    def searches(self) -> bool:
        """Tell whether there is anything to search: not for who has seats, translates, or is on a board."""
        return bool(self._desks)

    def search(self, query: str) -> list[int]:
        """Return the cases with a text that answers a *query* (search/query.py), highest number first."""
        return self.look_up(query)[0]

    def look_up(self, query: str) -> tuple[list[int], bool]:
        """Search, and tell whether more texts answer than were looked at: then older cases may be missing."""
        cut = False

        def of(own: DeskIndex) -> set[int]:
            nonlocal cut
            hits = own.memory.hits(query)
            cut = cut or len(hits) >= FOUND_MAX
            return set(hits)

        return sorted(self._gather(of), reverse=True), cut

    def entities(self, number: int) -> tuple[Entity, ...]:
        """Return what the texts of a case name, each once."""
        found = [one for own in self._of(number) for one in own.memory.entities(number)]
        return tuple({(one.kind, one.value): one for one in found}.values())

    def with_entity(self, kind: str, value: str) -> set[int]:
        """Return the cases with a text that names this."""
        return self._gather(lambda own: own.memory.with_entity(kind, value))

    def alike(self, marks: Sequence[int]) -> list[int]:
        """Return the cases with a text that shares one of these marks, each as often as it shares one."""
        found = ((own, desk, number) for desk, own in self._held() for number in own.memory.alike(marks))
        return [number for own, desk, number in found if self._may(own, desk, number)]

    def texts(self, number: int) -> tuple[Text, ...]:
        """Return all words of a case that these keys open: messages, papers and replies, each once."""
        found = [one for own in self._of(number) for one in own.memory.texts(number)]
        return tuple({one.source: one for one in found}.values())

    def may(self, number: int) -> bool:
        """Tell whether a case is this officer's to know, as it stood at the last *read_new*."""
        return any(self._may(own, desk, number) for desk, own in self._held())

    def is_behind(self, connection: Connection, member: Member) -> bool:
        """Tell whether the next *read_new* has a large index to read."""
        new = [desk for id_, desk in _searched(member).items() if id_ not in self._desks]
        return any(
            not desk_index.of(connection.engine, desk).is_read and sources.count(connection, desk.id) > LARGE
            for desk in new
        )

    @property
    def progress(self) -> Progress:
        """How far *read_new* is, over all desks."""
        parts = [own.progress for own in self._joined]
        return Progress(sum(one.done for one in parts), sum(one.total for one in parts))

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._desks = {}
            self._looked.clear()
            self._live, self._off = set(), set()

    def looked(self, desk: Desk) -> int:
        """Return up to which envelope this session tried the keys that it has of *desk*: 0 after a change."""
        keys, seq = self._looked.get(desk.id, (frozenset(), 0))
        return seq if keys == desk.keys.keys() else 0

    def look(self, desk: Desk, seq: int) -> None:
        """Note that this session tried everything up to *seq* with the keys that it has of *desk*."""
        self._looked[desk.id] = frozenset(desk.keys), seq

    def read_new(self, connection: Connection, member: Member) -> None:
        """Take in what was sealed to the member's desks since the last call; drop desks left since."""
        with self._lock:
            desks = _searched(member)
            self._live = door.live(connection, member.desks)
            self._off = door.off(connection, member.id)
            held = {id_: own for id_, own in self._desks.items() if id_ in desks}
            for id_, desk in desks.items():
                if id_ not in held:
                    held[id_] = desk_index.of(connection.engine, desk)
                    self._joined = list(held.values())
                    held[id_].compare(connection, desk)
                held[id_].read(connection, member, desk)
            self._desks, self._joined = held, []

    def compare(self, connection: Connection, member: Member) -> None:
        """Forget what the member's desks have not got any more, whatever was not read anew since."""
        for id_, own in self._held():
            if id_ in member.desks:
                own.compare(connection, member.desks[id_])

    def write_new(self, engine: Engine, member: Member) -> None:
        """Seal what was opened from originals into the desks' indexes on disk."""
        for id_, own in self._held():
            if id_ in member.desks:
                own.write(engine, member.desks[id_])

    def _held(self) -> Iterable[tuple[bytes, DeskIndex]]:
        return tuple(self._desks.items())

    def _of(self, number: int) -> list[DeskIndex]:
        """Return the indexes through which a case is this officer's to know."""
        return [own for desk, own in self._held() if self._may(own, desk, number)]

    def _may(self, own: DeskIndex, desk: bytes, number: int) -> bool:
        return number not in self._off and ((number, desk) in self._live or number in own.facets.whole)

    def _gather(self, of: Callable[[DeskIndex], set[int]]) -> set[int]:
        found: set[int] = set()
        for desk, own in self._held():
            some = of(own)
            given = {number for number, to in self._live if to == desk}
            found |= some & own.facets.whole | some & given
        return found - self._off


def _searched(member: Member) -> dict[bytes, Desk]:
    """Return the desks whose keys open something by themselves."""
    return {id_: desk for id_, desk in member.desks.items() if desk.kind not in _WITHOUT}
