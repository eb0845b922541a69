"""Which place of the rack is free and which taken: known in memory only, in no order of arrival."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from tipline.errors import FullError
from tipline.intake.writer import Batch


@dataclass
class Taken:
    """A taken *place*, the *day* number of arrival, and which consoles have what stands there.

    *leaving* while it is being erased.
    """

    place: int
    day: int
    acknowledged: set[str] = field(default_factory=set)
    leaving: bool = False


class Places:
    """The places of one shelf, for one thread at a time. *found*: (place, id, day number or None if free)."""

    def __init__(self, found: Iterable[tuple[int, bytes, int | None]]) -> None:
        self.taken: dict[bytes, Taken] = {}
        #: What is being written: a second PUT of it waits for the first.
        self.coming: dict[bytes, Batch] = {}
        self._free: list[int] = []
        for place, key, day in found:
            if day is None or key in self.taken:
                self._free.append(place)
            else:
                self.taken[key] = Taken(place, day)

    def take(self) -> int:
        """Return a random free place, no longer free. Raises FullError."""
        if not self._free:
            raise FullError("the rack is full")
        at = secrets.randbelow(len(self._free))
        self._free[at], self._free[-1] = self._free[-1], self._free[at]
        return self._free.pop()

    def give_back(self, place: int) -> None:
        """Make *place* free: what stands there is random."""
        self._free.append(place)

    def acknowledge(self, key: bytes, console: str, consoles: frozenset[str]) -> int | None:
        """Note that *console* has *key*; return its place to be erased once all *consoles* have it."""
        item = self.taken.get(key)
        if item is None:
            return None
        item.acknowledged.add(console)
        if item.leaving or not item.acknowledged >= consoles:
            return None
        item.leaving = True
        return item.place

    def erased(self, key: bytes, *, failed: bool) -> None:
        """Free the place of *key*; if erasing it *failed*, offer it to every console again instead."""
        if failed:
            item = self.taken[key]
            item.leaving = False
            item.acknowledged.clear()
        else:
            self.give_back(self.taken.pop(key).place)

    def forget_order(self) -> None:
        """Rebuild the map in random order: a dict remembers the order in which its keys came."""
        items = list(self.taken.items())
        secrets.SystemRandom().shuffle(items)
        self.taken = dict(items)
