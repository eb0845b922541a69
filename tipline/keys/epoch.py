"""PURE: given the facts of the epochs, which is to be made, published or destroyed, and for what it waits.

An epoch is a week; its number is that of the week. Its keys are made three days before it, published while
it lasts, and destroyed when

1. the last keyring that named it ended more than seven days ago, by the clock; and, since a clock can be
   wrong, three weeks truly went by since one was signed; and the relay took a keyring that names another;
2. after that, a collection brought in everything the relay had, without a fault;
3. every desk that has keys in it tried everything that was collected by then.

A clock that jumps, an outage or officers who are away delay this. Nothing hurries it.

None of the three looks at the number that an envelope bears: that is the greatest epoch of all consoles, and
what bears N may be sealed to our key of an epoch before. Who seals holds a keyring of today, so the key that
it names lives for weeks whatever the number; and a desk has tried what came in when it did so with every key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tipline import clock

#: The "epoch" of a desk's first key for re-wrapped stanzas, notes and replies; -1, -2... are those that took
#: its place. They are not destroyed weekly.
AT_REST = 0
DAYS = 7
#: An envelope has so many numbers for an epoch.
NUMBERS = 2**32
#: A section of the keyring is valid so long, so an epoch is named that much longer than its week.
NAMED_DAYS = 14
MADE_BEFORE_DAYS = 3
#: After the last keyring's end: for who sent at the last minute, and a relay that was not reached at once.
SPARE_DAYS = 7
LIVED_SECONDS = (NAMED_DAYS + SPARE_DAYS) * 86_400

_Key = TypeVar("_Key")


@dataclass(frozen=True)
class Epoch:
    """What is known of one epoch, as the table says it; *key* tells whether its key file can be read.

    *lacking* tells that a desk that receives has no key in it yet.
    """

    number: int
    made: int
    named_until: int | None = None
    at_relay: bool = False
    lived: int = 0
    collected: int | None = None
    destroyed: int | None = None
    key: bool = True
    lacking: bool = False

    @property
    def usable(self) -> bool:
        """Tell whether tips can be sealed to it and opened."""
        return self.key and self.destroyed is None

    @property
    def named_to(self) -> int:
        """The day on which its last keyring ends; of one that was never named, will end."""
        planned = first_day(self.number + 1) - 1 + NAMED_DAYS
        return planned if self.named_until is None else self.named_until


@dataclass(frozen=True)
class Desk:
    """How far a desk is with what was collected: *untried* arrivals, and the day somebody last signed in.

    *own* are those of them whose docket names the desk, or does not open.
    """

    name: str
    untried: int
    signed_in: int | None
    own: int = 0


def is_at_rest(epoch: int) -> bool:
    """Tell whether the number is that of a key at rest, and not of a week."""
    return epoch <= AT_REST


def of(day: int) -> int:
    """Return the epoch of a *day* (since 1970-01-01): its week."""
    return day // DAYS


def first_day(epoch: int) -> int:
    """Return the first day of an *epoch*'s week."""
    return epoch * DAYS


def to_try(keys: Mapping[int, _Key], named: int) -> list[_Key]:
    """Return a desk's or console's *keys* in the order to try them on an envelope that bears epoch *named*.

    That epoch's first, then the newest first; keys at rest are never tried. An envelope bears the greatest
    epoch of all consoles, and so may be sealed to an earlier one of ours.
    """
    of_epochs = sorted((number for number in keys if number > AT_REST), reverse=True)
    return [keys[number] for number in sorted(of_epochs, key=lambda number: number != named)]


def may_open(epochs: Iterable[int], named: int) -> bool:
    """Tell whether an envelope that bears epoch *named* may be sealed to one of *epochs*: none is later."""
    return any(AT_REST < number <= named for number in epochs)


def lost(living: Iterable[int], first: int, *, alone: bool) -> range:
    """Return the numbers of which no console is left to open an envelope, if none of *living* opens it.

    *first* is the first epoch that this console ever had keys of; *alone* tells that the keyring has no other
    console. Beside another one an envelope that nothing here opens is the other's, unless its week is long
    over: the relay must have kept that back, since no key ends before a full collection.
    """
    return range(NUMBERS) if alone else range(first, min(living, default=first))


def to_make(epochs: Iterable[Epoch], today: int, floor: int = 0) -> list[int]:
    """Return the epochs whose keys are to be made or completed: this week's, and soon the next one's.

    None below *floor*, the first whose number a machine that was lost cannot have used: one of a week to
    come then serves before its week.
    """
    known = {epoch.number: epoch for epoch in epochs}
    wanted = sorted({max(floor, of(day)) for day in (today, today + MADE_BEFORE_DAYS)})
    return [number for number in wanted if number not in known or _to_complete(known[number])]


def to_publish(epochs: Iterable[Epoch], today: int, floor: int = 0) -> Epoch | None:
    """Return the epoch that the keyring is to name: this week's, or if it was not made the one before.

    A clock that was ahead and is right again may have left only epochs that are still to come: then the next.
    Those below *floor* only where there is no other.
    """
    found = [epoch for epoch in epochs if epoch.usable]
    usable = [epoch for epoch in found if epoch.number >= floor] or found
    past = [epoch for epoch in usable if epoch.number <= of(today)]
    if past:
        return max(past, key=lambda epoch: epoch.number)
    return min(usable, key=lambda epoch: epoch.number, default=None)


def ended(epoch: Epoch, today: int) -> bool:
    """Tell whether the first condition holds: nobody seals to the epoch any more."""
    return today > epoch.named_to + SPARE_DAYS and epoch.lived >= LIVED_SECONDS and not epoch.at_relay


def to_destroy(epoch: Epoch, today: int, desks: Sequence[Desk]) -> bool:
    """Tell whether all three conditions hold; *desks* are those with keys in the epoch."""
    return epoch.destroyed is None and not waits(epoch, today, desks)


def waits(epoch: Epoch, today: int, desks: Sequence[Desk]) -> list[str]:
    """Return for what the keys of *epoch* wait before they are destroyed, each in plain words."""
    over, waiting = epoch.named_to + SPARE_DAYS, []
    if today <= over:
        waiting.append(
            f"{clock.in_words(over)} to be over: its last keyring ends on {clock.in_words(epoch.named_to)}, "
            "and tips may come in for a week after that"
        )
    days = _days_to_live(epoch)
    if days:
        waiting.append(
            f"{days} more {'day' if days == 1 else 'days'} of running: three weeks must truly go by after it "
            "was last published, whatever the clock says"
        )
    if epoch.at_relay:
        waiting.append("the relay to take a newer keyring: the one it has may still name this epoch")
    if epoch.collected is None:
        waiting.append("a collection, after all of that, that brings in everything the relay has")
    return waiting + [of_desk(desk) for desk in desks if desk.untried]


def not_before(epoch: Epoch, today: int) -> int:
    """Return the day before which the keys of *epoch* are not destroyed if the machine runs all the time."""
    return max(epoch.named_to + SPARE_DAYS + 1, today + _days_to_live(epoch))


def of_desk(desk: Desk) -> str:
    """Say that a *desk* is behind, and since when nobody was there."""
    count = desk.own or desk.untried
    arrivals = f"{count} {'arrival' if count == 1 else 'arrivals'}"
    if not desk.own:
        arrivals += ", which may be for other desks,"
    last = "has ever signed in there"
    if desk.signed_in is not None:
        last = f"has signed in there since {clock.in_words(desk.signed_in)}"
    return f"{desk.name}: {arrivals} not yet opened by anybody at the desk, and nobody {last}"


def _days_to_live(epoch: Epoch) -> int:
    return max(0, -(-(LIVED_SECONDS - epoch.lived) // 86_400))


def _to_complete(epoch: Epoch) -> bool:
    return epoch.lacking and epoch.usable
