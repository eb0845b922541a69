"""The facts of a desk's cases, and which cases have which: a list is narrowed without opening anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from tipline.cases.index import Item
from tipline.search.facts import Filter


class Facets:
    """Messages by case, and cases by what their messages say."""

    def __init__(self) -> None:
        self._cases: dict[int, dict[bytes, Item]] = {}
        self._threads: dict[bytes, tuple[int, int]] = {}
        self._with: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._whole: set[int] = set()

    def items(self, number: int) -> Iterable[Item]:
        """Return the messages of a case, in no order."""
        return tuple(self._cases.get(number, {}).values())

    def numbers(self) -> set[int]:
        """Return every case with a message."""
        return set(self._cases)

    @property
    def whole(self) -> set[int]:
        """The cases of which the desk holds the conversation, and not texts alone."""
        return self._whole

    def of_thread(self, thread: bytes) -> int | None:
        """Return the case of a thread: that of its first message to be filed."""
        found = self._threads.get(thread)
        return found[1] if found else None

    def values(self, what: str) -> dict[str, int]:
        """Return which values there are of a facet ("category", "lang", "danger"), and in how many cases."""
        return {value: len(cases) for (of, value), cases in self._with.items() if of == what and cases}

    def add(self, item: Item) -> None:
        """Take a message in."""
        self._cases.setdefault(item.case, {})[item.envelope] = item
        self._mark(item)
        if item.whole:
            self._whole.add(item.case)
            first = self._threads.get(item.thread)
            if first is None or item.seq < first[0]:
                self._threads[item.thread] = (item.seq, item.case)

    def remove(self, number: int, envelope: bytes) -> None:
        """Forget a message."""
        of = self._cases.get(number, {})
        gone = of.pop(envelope, None)
        if gone is None:
            return
        for cases in self._with.values():
            cases.discard(number)
        for item in of.values():
            self._mark(item)
        if not of:
            del self._cases[number]
        if gone.whole:
            self._whole.discard(number)
            self._threads.pop(gone.thread, None)
            for item in of.values():
                self.add(item)

    def matching(self, wanted: Filter) -> set[int]:
        """Return the cases that have what is *wanted*."""
        named = (("category", wanted.categories), ("lang", wanted.langs), ("danger", wanted.dangers))
        some = [self._any(of, values) for of, values in named if values]
        flags = (("files", wanted.files), ("alarm", wanted.alarm), ("unverified", wanted.unverified))
        some += [self._with.get((of, ""), set()) for of, value in flags if value]
        found = set.intersection(*some) if some else self.numbers()
        for of, value in flags:
            if value is False:
                found -= self._with.get((of, ""), set())
        return found

    def _any(self, of: str, values: Iterable[str]) -> set[int]:
        return set().union(*(self._with.get((of, one), set()) for one in values))

    def _mark(self, item: Item) -> None:
        for of, value in (("category", item.category), ("lang", item.lang), ("danger", item.danger)):
            self._with[of, value].add(item.case)
        for of, has in (("files", item.files), ("alarm", item.alarm), ("unverified", item.unverified)):
            if has:
                self._with[of, ""].add(item.case)
