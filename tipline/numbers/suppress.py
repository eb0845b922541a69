"""Small cells of a table that is published: who told something must not be found by counting.

A count from 1 to 4 is not shown. Where a total of the table is known, a single cell that is not shown could
be found by subtracting the others: then the next smallest is not shown either. The rule is that of official
statistics (primary and complementary suppression).
"""

from __future__ import annotations

from collections.abc import Sequence

#: From here on a count is shown.
SMALLEST = 5


def suppressed(counts: Sequence[int], *, sums: bool) -> list[int | None]:
    """Return the counts of one table, None for each that is not shown. Zero is shown: nobody is in it.

    *sums*: what the counts add up to is known. Then those that are not shown are several, and come to
    SMALLEST at least, where the table has such.
    """
    hidden = {place for place, count in enumerate(counts) if 0 < count < SMALLEST}
    if sums and hidden and (len(hidden) == 1 or sum(counts[place] for place in hidden) < SMALLEST):
        hidden |= _next(counts, hidden)
    return [None if place in hidden else count for place, count in enumerate(counts)]


def _next(counts: Sequence[int], hidden: set[int]) -> set[int]:
    """Return the place of the smallest count that is shown and not nothing, if there is one."""
    left = [place for place, count in enumerate(counts) if count and place not in hidden]
    return {min(left, key=lambda place: counts[place])} if left else set()


def total(count: int) -> int | None:
    """Return a total as it may be published: None for a small one."""
    return None if 0 < count < SMALLEST else count
