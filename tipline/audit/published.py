"""PURE: day heads against chains: those that are stored, and those that somebody kept outside.

A stored day head proves nothing to somebody who can write to the database, since they can write another. What
was published does: it is on a board that the signer signed, or in the notes of whoever looked that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from tipline import clock
from tipline.audit import day_head
from tipline.audit.chain import Chain
from tipline.audit.day_head import DayHead, Head
from tipline.board import board
from tipline.errors import AuditError


@dataclass(frozen=True)
class Opening:
    """A stored day head: the *day* it is filed under, its published *digest*, and what it *says*."""

    day: int
    digest: bytes
    says: DayHead


@dataclass(frozen=True)
class Kept:
    """A published head from outside: its *digest*, and the *head* of the board that it is from, if any."""

    digest: bytes
    head: board.Head | None = None

    def __str__(self) -> str:
        if self.head is None:
            return f"the head {self.digest.hex()[:16]}..."
        return f"the head published on {_in_words(self.head.day)} (board {self.head.serial})"


def read(rows: Iterable[tuple[int, bytes]]) -> tuple[list[Opening], list[str]]:
    """Read stored day heads (day and opening); return them in their order, and what is wrong with them."""
    found, faults = [], []
    for day, opening in rows:
        try:
            says = day_head.read(opening)
        except AuditError as error:
            faults.append(f"the day head of {clock.in_words(day)} cannot be read: {error}")
            continue
        if clock.day_number(says.day) != day:
            faults.append(f"the day head of {_in_words(says.day)} is filed under {clock.in_words(day)}")
        found.append(Opening(day, day_head.digest(opening), says))
    return sorted(found, key=lambda one: one.says.serial), faults


def wanted(openings: Iterable[Opening]) -> dict[bytes, set[int]]:
    """Return the entries, by desk, that day heads speak of."""
    found: dict[bytes, set[int]] = {}
    for one in openings:
        for desk, head in one.says.chains.items():
            found.setdefault(desk, set()).add(head.seq)
    return found


def missing_in(says: DayHead, chains: Mapping[bytes, Chain], names: Mapping[bytes, str]) -> list[str]:
    """Return why the *chains* do not contain what a day head *says*; nothing when they do."""
    return [
        f"desk {names.get(desk, desk.hex())}: the chain {_why(chains.get(desk), head)}, "
        f"as it was published on {_in_words(says.day)}"
        for desk, head in says.chains.items()
        if not (desk in chains and chains[desk].contains(head))
    ]


def shrunk(openings: Sequence[Opening], names: Mapping[bytes, str]) -> list[str]:
    """Return where a day head ends before the one that was made before it."""
    return [
        f"desk {names.get(desk, desk.hex())}: the day head of {_in_words(after.says.day)} ends before "
        f"that of {_in_words(before.says.day)}"
        for before, after in pairwise(openings)
        for desk, head in before.says.chains.items()
        if after.says.chains.get(desk, day_head.START).seq < head.seq
    ]


def opened(kept: Kept, openings: Iterable[Opening]) -> Opening | None:
    """Return the stored day head that a published one opens to, None if there is none."""
    for one in openings:
        if one.digest == kept.digest:
            return one
    return None


def differs(kept: Kept, says: DayHead) -> str:
    """Return what the board of a published head says otherwise than its opening, or nothing."""
    head = kept.head
    if head is None or (head.console, head.day) == (says.console, says.day):
        return ""
    return f"{kept} opens to what console {says.console} stored for {_in_words(says.day)}"


def growth(earlier: DayHead, later: DayHead) -> int:
    """Return how many entries all chains together gained from one day head to another."""
    return sum(head.seq - earlier.chains.get(desk, day_head.START).seq for desk, head in later.chains.items())


def _why(chain: Chain | None, head: Head) -> str:
    if chain is None or chain.end.seq < head.seq:
        return f"was cut off: it does not reach entry {head.seq}"
    return f"does not have entry {head.seq}"


def _in_words(day: date) -> str:
    return clock.in_words(clock.day_number(day))
