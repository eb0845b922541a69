"""When covers are due, over days: what an observer counts is the stated number, whatever came."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tipline.collector import cover_plan
from tipline.collector.cover_plan import DAY_SECONDS, LAST_FROM, RESERVE_FROM

MOMENTS = st.lists(st.integers(0, DAY_SECONDS - 1), max_size=40)
SEEDS = st.integers(0, 2**32)


def day(per_day: int, tips: Iterable[int], seed: int, down: range = range(0)) -> list[int]:
    """Live a day in looks two minutes apart, none in the seconds *down*; return when covers were sent."""
    draw, sent, before = random.Random(seed).random, [], 0
    tips = sorted(tips)
    for now in range(0, DAY_SECONDS, cover_plan.LOOK_MAX):
        if now in down:
            continue
        counted = sum(moment <= now for moment in tips) + len(sent)
        sent += [now] * cover_plan.due(per_day, counted, (before, now), draw)
        before = now
    return sent


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 60), MOMENTS, SEEDS)
def test_a_day_ends_with_the_stated_number(per_day: int, tips: list[int], seed: int):
    """If so many tips came or fewer, the last not after the last look; else with as many as tips came."""
    early = [moment for moment in tips if moment < LAST_FROM]
    assert len(early) + len(day(per_day, early, seed)) == max(per_day, len(early))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 60), MOMENTS, SEEDS)
def test_covers_never_exceed_it_by_themselves(per_day: int, tips: list[int], seed: int):
    """Whenever a tip comes: at each cover's moment the count is at most the stated number."""
    sent = day(per_day, tips, seed)
    for place, moment in enumerate(sent, start=1):
        assert place + sum(tip <= moment for tip in tips) <= per_day


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 60), MOMENTS, SEEDS)
def test_a_tip_before_the_last_half_hour_finds_a_cover_to_take_the_place_of(per_day, tips, seed):
    """As long as no more tips came than the reserve has."""
    tips = [moment for moment in tips if moment < LAST_FROM][: cover_plan.reserve(per_day)]
    late = [moment for moment in tips if moment >= RESERVE_FROM]
    sent = day(per_day, tips, seed)
    if not late:
        assert len(sent) == per_day - len(tips)
        assert sum(moment >= RESERVE_FROM for moment in sent) >= cover_plan.reserve(per_day) - len(tips)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 60), SEEDS, st.integers(0, LAST_FROM), st.integers(0, LAST_FROM))
def test_what_an_outage_kept_back_is_spread_over_the_rest_of_the_day(per_day, seed, start, length):
    """Nothing is made up for at once, which would be seen; the day still ends with the number."""
    down = range(start, min(start + length, LAST_FROM))
    sent = day(per_day, [], seed, down)
    assert len(sent) == per_day
    assert not set(sent) & set(down)


def test_after_an_outage_of_hours_the_next_look_sends_hardly_more_than_any_other():
    """The chance of each cover is that of two minutes, and not that of the hours."""
    after = cover_plan.due(60, 0, (0, 12 * 3600), lambda: 120 / (RESERVE_FROM - 12 * 3600 + 120) + 1e-9)
    assert after == 0


def test_moments_are_spread_evenly_over_the_day():
    """Two hundred days of twenty: each quarter of the day has its share, and no two days are alike."""
    days = [day(20, [], seed) for seed in range(200)]
    early = [moment for sent in days for moment in sent if moment < RESERVE_FROM]
    # The last of them may fall into the last half hour.
    assert len(early) in range(200 * 15 - 30, 200 * 15 + 1)
    quarters = [sum(moment * 4 // RESERVE_FROM == quarter for moment in early) for quarter in range(4)]
    # 750 each, with a standard deviation of 24; seeds are fixed.
    assert all(abs(count - 750) < 100 for count in quarters)
    assert len({tuple(sent) for sent in days}) == 200


@pytest.mark.parametrize(("per_day", "kept"), [(0, 0), (1, 1), (4, 1), (5, 2), (60, 15)])
def test_a_quarter_is_kept(per_day: int, kept: int):
    """Rounded up, so that there is one."""
    assert cover_plan.reserve(per_day) == kept
