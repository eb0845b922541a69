"""PURE: when covers are sent, so that a day ends with so many envelopes for this console as is stated.

Covers are envelopes to nobody. Another console sees which envelopes it cannot open; with covers it sees as
many every day, whether tips came or not. Most are due at moments that are drawn anew at every look, evenly
over what is left of the day; a tip takes the place of one that is still to come, so nothing has to be
known ahead. A reserve is kept for the last half hour, for tips that come late.
"""

from __future__ import annotations

from collections.abc import Callable

DAY_SECONDS = 86_400
#: The reserve is sent from here on, and what is left at the last look from there on, in seconds of the day.
RESERVE_FROM = DAY_SECONDS - 1_800
LAST_FROM = DAY_SECONDS - 300
#: More seconds between two looks are an outage: nothing is made up for at once, which would be seen.
LOOK_MAX = 120


def reserve(per_day: int) -> int:
    """Return how many of a day's covers are kept for its end: a quarter, rounded up."""
    return -(-per_day // 4)


def due(per_day: int, counted: int, looks: tuple[int, int], draw: Callable[[], float]) -> int:
    """Return how many covers to send now.

    *counted* are the tips and covers of this day so far, *looks* the seconds of the day of the last look and
    of this one; *draw* returns a random number from 0 to 1.
    """
    before, now = max(looks[0], looks[1] - LOOK_MAX), looks[1]
    left = max(0, per_day - counted)
    if now >= LAST_FROM:
        return left
    if now >= RESERVE_FROM:
        return _fallen(left, max(before, RESERVE_FROM), now, LAST_FROM, draw)
    return _fallen(left - reserve(per_day), before, now, RESERVE_FROM, draw)


def _fallen(count: int, before: int, now: int, end: int, draw: Callable[[], float]) -> int:
    """Return how many of *count* moments, drawn evenly from *before* to *end*, are over *now*."""
    chance = (now - before) / (end - before)
    return sum(draw() < chance for _ in range(count))
