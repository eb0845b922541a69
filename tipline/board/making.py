"""PURE: which slots and tokens the next board has, so that watching boards tells as little as can be.

What an observer of all boards can count: how many groups of four slots a posting added at least (never how
many replies), and the powers of two above the number of living slots and above each day's tokens.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from tipline.board.board import SLOTS_MAX
from tipline.seal import acknowledgement, slot

#: A reply's slot; a dummy that came with it and lives as long; a dummy that may go any time.
REPLY, BATCH, FILLER = "reply", "batch", "filler"
#: Every posting adds replies and their dummies in multiples of this.
BATCH_SIZE = 4
SLOTS_MIN = 16
TOKENS_MIN = 16

T = TypeVar("T")


@dataclass(frozen=True)
class Slot:
    """A slot of *kind*: its 1,024 *bytes*, the *day* it was posted, whether it was *posted* at all."""

    bytes: bytes
    kind: str
    day: int
    posted: bool


@dataclass(frozen=True)
class Tokens:
    """One day's tokens: *real* ones and *dummies*."""

    real: frozenset[bytes]
    dummies: frozenset[bytes]

    @property
    def all(self) -> frozenset[bytes]:
        """Both, as they are published."""
        return self.real | self.dummies


def choose_slots(slots: Iterable[Slot], today: int, reply_days: int) -> tuple[Slot, ...]:
    """Return the slots of a board made *today* out of those there are, new dummies among them, shuffled.

    A slot that is not returned has had its time (or is a filler), except for unposted replies when the board
    is full: these must be kept for a later one. What is posted first today gets today as its day, so that
    replies and the dummies beside them leave together, *reply_days* later.
    """
    slots = list(slots)
    living = [item for item in slots if item.kind != FILLER and item.posted and today < item.day + reply_days]
    room = (SLOTS_MAX - len(living)) // BATCH_SIZE * BATCH_SIZE
    fresh = [replace(item, day=today) for item in slots if item.kind != FILLER and not item.posted][:room]
    fresh += [_dummy(BATCH, today) for _ in range(-len(fresh) % BATCH_SIZE)]
    stay = living + fresh
    wanted = power_of_two(len(stay), SLOTS_MIN) - len(stay)
    fillers = [item for item in slots if item.kind == FILLER]
    secrets.SystemRandom().shuffle(fillers)
    fillers = fillers[:wanted] + [_dummy(FILLER, today) for _ in range(wanted - len(fillers))]
    return tuple(shuffled(stay + fillers))


def fill_tokens(tokens: Tokens, least: int = TOKENS_MIN) -> Tokens:
    """Fill a day's tokens up to a power of two, of *least* or more, keeping as many old dummies as fit.

    A day is filled when it is published, which with the usual delay is once and after its end. Published
    while it still grows (a delay of 0), its real tokens can be told by their coming later.
    """
    wanted = power_of_two(len(tokens.real), max(least, TOKENS_MIN)) - len(tokens.real)
    kept = sorted(tokens.dummies)[:wanted]
    made = (secrets.token_bytes(acknowledgement.SIZE) for _ in range(wanted - len(kept)))
    return Tokens(tokens.real, frozenset(kept) | frozenset(made))


def token_days(today: int, delay_days: int) -> range:
    """Return the days whose tokens a board of *today* carries: the last 14 that are old enough."""
    last = today - delay_days
    return range(last - acknowledgement.DAYS + 1, last + 1)


def choose_tokens(
    by_day: Mapping[int, Tokens], today: int, delay_days: int, least: int = TOKENS_MIN
) -> tuple[dict[int, Tokens], list[bytes]]:
    """Return each published day's tokens, filled up, and all of them as one shuffled list.

    A day on which nothing was collected has dummies too. A console that hides up to *least* tips a day behind
    covers shows no fewer tokens, or these would tell how many of both were tips.
    """
    nothing = Tokens(frozenset(), frozenset())
    filled = {day: fill_tokens(by_day.get(day, nothing), least) for day in token_days(today, delay_days)}
    return filled, shuffled(frozenset().union(*(tokens.all for tokens in filled.values())))


def power_of_two(count: int, least: int) -> int:
    """Return the smallest power of two that is not under *count* nor under *least*."""
    return 1 << (max(count, least) - 1).bit_length()


def shuffled(items: Iterable[T]) -> list[T]:
    """Return *items* in an order that says nothing."""
    mixed = list(items)
    secrets.SystemRandom().shuffle(mixed)
    return mixed


def _dummy(kind: str, day: int) -> Slot:
    return Slot(slot.dummy(), kind, day, posted=False)
