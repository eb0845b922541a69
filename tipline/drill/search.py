"""Many needles in gigabytes: a sieve of aligned words first, then an exact search for what it held back.

Every needle of 15 bytes or more covers, wherever it lies, at least one whole 8-byte word of the data. So the
data is read as a row of such words and cut with the set of all words that needles can show: one pass in C,
whatever the number of needles. Only needles of which a word was seen are then looked for byte by byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tipline.drill.encodings import Needle

_WORD = 8
_SIEVED = 2 * _WORD - 1


@dataclass(frozen=True, order=True)
class Hit:
    """*needle* lies at *offset* (bytes) of the searched data."""

    offset: int
    needle: Needle


class Sieve:
    """The needles of one search, made ready."""

    def __init__(self, needles: Iterable[Needle]) -> None:
        self.needles = tuple(needles)
        self._short = tuple(needle for needle in self.needles if len(needle.data) < _SIEVED)
        self._by_word: dict[int, list[Needle]] = {}
        for needle in self.needles:
            if len(needle.data) >= _SIEVED:
                for word in _words(needle.data):
                    self._by_word.setdefault(word, []).append(needle)
        self._words = frozenset(self._by_word)
        #: A needle that starts before a border between two chunks reaches at most so many bytes over it.
        self.overlap = max((len(needle.data) for needle in self.needles), default=1) - 1

    def find(self, data: bytes) -> Iterator[Hit]:
        """Give every place of every needle in *data*."""
        for needle in self._candidates(data):
            at = data.find(needle.data)
            while at >= 0:
                yield Hit(at, needle)
                at = data.find(needle.data, at + 1)

    def _candidates(self, data: bytes) -> set[Needle]:
        words = memoryview(data)[: len(data) // _WORD * _WORD].cast("Q")
        seen = self._words.intersection(words)
        return {needle for word in seen for needle in self._by_word[word]} | set(self._short)


def _words(data: bytes) -> set[int]:
    """The words that can lie aligned within *data*: those at its first eight offsets."""
    return {_native(data[at : at + _WORD]) for at in range(_WORD)}


def _native(word: bytes) -> int:
    return memoryview(word).cast("Q")[0]
