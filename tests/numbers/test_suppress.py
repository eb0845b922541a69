from __future__ import annotations

import itertools

import pytest

from tipline.numbers import suppress
from tipline.numbers.suppress import SMALLEST


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([0, 5, 90], [0, 5, 90]),
        ([2, 3, 90], [None, None, 90]),
        # One alone, or several that come to little, would be found from the total.
        ([4, 9, 90], [None, None, 90]),
        ([1, 2, 9, 90], [None, None, None, 90]),
        ([3, 0, 0], [None, 0, 0]),
        ([], []),
    ],
)
def test_small_counts_are_not_shown(counts: list[int], shown: list[int | None]):
    assert suppress.suppressed(counts, sums=True) == shown


def test_where_nothing_adds_up_only_small_counts_are_held_back():
    assert suppress.suppressed([4, 9, 90], sums=False) == [None, 9, 90]


def test_no_small_count_can_be_told_from_the_total():
    """Whoever knows the total and what is shown cannot tell a single cell that is not."""
    for counts in itertools.product([0, 1, 3, 4, 5, 8], repeat=4):
        shown = suppress.suppressed(counts, sums=True)
        hidden = [count for count, cell in zip(counts, shown, strict=True) if cell is None]
        if suppress.total(sum(counts)) is None or not hidden:
            continue
        assert len(hidden) > 1
        assert sum(hidden) >= SMALLEST


def test_a_small_total_is_not_shown():
    assert [suppress.total(count) for count in (0, 1, 4, 5)] == [0, None, None, 5]
