"""The decisions: what is made, published and destroyed, and for what it waits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tipline.keys import epoch
from tipline.keys.epoch import LIVED_SECONDS, Desk, Epoch

WEEK = 2968
FIRST = WEEK * 7
#: An epoch whose last section, signed on its last day, has been over for eight days.
OVER = Epoch(WEEK, FIRST - 3, named_until=FIRST + 19, lived=LIVED_SECONDS, collected=5)
DAY = FIRST + 27
TRIED = [Desk("Triage", 0, DAY)]


def made(*numbers: int, **facts: object) -> list[Epoch]:
    return [Epoch(number, 0, **facts) for number in numbers]


def test_an_epoch_is_a_week_and_none_is_the_one_at_rest():
    assert [epoch.of(day) for day in (20776, 20782, 20783)] == [2968, 2968, 2969]
    assert epoch.of(epoch.first_day(2968)) == 2968
    assert epoch.of(20776) != epoch.AT_REST


@pytest.mark.parametrize(
    ("day", "wanted"), [(0, [WEEK]), (3, [WEEK]), (4, [WEEK, WEEK + 1]), (6, [WEEK, WEEK + 1])]
)
def test_it_makes_this_week_and_three_days_ahead_the_next(day: int, wanted: list[int]):
    assert epoch.to_make([], FIRST + day) == wanted
    assert epoch.to_make(made(WEEK), FIRST + day) == wanted[1:]
    assert epoch.to_make(made(WEEK, WEEK + 1), FIRST + day) == []


def test_it_completes_what_a_new_desk_lacks_and_nothing_that_is_gone():
    assert epoch.to_make(made(WEEK, lacking=True), FIRST) == [WEEK]
    assert epoch.to_make(made(WEEK, lacking=True, key=False), FIRST) == []
    assert epoch.to_make(made(WEEK, lacking=True, destroyed=FIRST), FIRST) == []


@pytest.mark.parametrize(
    ("there", "chosen"),
    [
        ((WEEK - 1, WEEK, WEEK + 1), WEEK),
        ((WEEK - 2, WEEK - 1, WEEK + 1), WEEK - 1),
        ((WEEK + 1, WEEK + 9), WEEK + 1),
        ((), None),
    ],
)
def test_it_publishes_the_weeks_epoch_or_the_nearest(there: tuple[int, ...], chosen: int | None):
    """The old one goes on where the week's was not made; one yet to come is better than none."""
    found = epoch.to_publish(made(*there), FIRST)
    assert (found and found.number) == chosen


@pytest.mark.parametrize("lost", [{"key": False}, {"destroyed": FIRST}])
def test_it_publishes_nothing_that_nobody_could_open(lost: dict[str, object]):
    assert epoch.to_publish([*made(WEEK - 1), *made(WEEK, **lost)], FIRST).number == WEEK - 1


def test_it_destroys_what_meets_all_conditions():
    assert epoch.to_destroy(OVER, DAY, TRIED)
    assert epoch.waits(OVER, DAY, TRIED) == []


@pytest.mark.parametrize(
    ("changes", "day", "desks", "says"),
    [
        ({}, DAY - 1, TRIED, "15 Dec 2026"),
        ({"lived": LIVED_SECONDS - 1}, DAY, TRIED, "1 more day of running"),
        ({"at_relay": True}, DAY, TRIED, "the relay"),
        ({"collected": None}, DAY, TRIED, "a collection"),
        ({}, DAY, [*TRIED, Desk("Harbour", 8, DAY - 4, 3)], "Harbour: 3 arrivals not"),
        (
            {},
            DAY,
            [Desk("Harbour", 1, None)],
            "1 arrival, which may be for other desks, not yet",
        ),
        ({"named_until": None}, DAY - 8, TRIED, "16 Dec 2026"),
    ],
)
def test_it_destroys_nothing_sooner_and_says_for_what_it_waits(changes, day: int, desks, says: str):
    """Each condition by itself holds it, and the sentence names that one."""
    waiting = replace(OVER, **changes)
    assert not epoch.to_destroy(waiting, day, desks)
    assert says in "; ".join(epoch.waits(waiting, day, desks))


@pytest.mark.parametrize(
    ("changes", "day"), [({}, DAY - 1), ({"lived": LIVED_SECONDS - 1}, DAY), ({"at_relay": True}, DAY)]
)
def test_no_collection_counts_before_nobody_seals_to_it(changes, day: int):
    """One that ended sooner has not brought in what came after it."""
    assert epoch.ended(OVER, DAY)
    assert not epoch.ended(replace(OVER, **changes), day)


@pytest.mark.parametrize(
    ("lived", "day"), [(LIVED_SECONDS, FIRST + 27), (0, FIRST + 41), (86_400, FIRST + 40)]
)
def test_it_knows_the_earliest_day(lived: int, day: int):
    """By the calendar, and by the days that must truly go by."""
    assert epoch.not_before(replace(OVER, lived=lived), FIRST + 20) == day


def test_it_says_when_nobody_ever_signed_in():
    assert epoch.of_desk(Desk("Harbour", 1, None, 1)).endswith("and nobody has ever signed in there")


def test_it_destroys_nothing_twice():
    assert not epoch.to_destroy(replace(OVER, destroyed=DAY), DAY + 9, TRIED)


def test_keys_are_tried_from_the_one_that_is_named_on():
    """Then from the newest; keys at rest never."""
    keys = {0: "rest", -1: "older rest", 5: "five", 7: "seven", 6: "six"}
    assert epoch.to_try(keys, 6) == ["six", "seven", "five"]
    assert epoch.to_try(keys, 99) == ["seven", "six", "five"]
    assert epoch.to_try({0: "rest"}, 0) == []


def test_no_key_of_a_later_week_than_is_named_may_open():
    """Who seals names the greatest epoch of all."""
    assert [epoch.may_open({0, -1, 6}, named) for named in (0, 5, 6, 9)] == [False, False, True, True]


def test_what_is_lost_is_known_beside_another_console_too_when_it_is_old():
    """Alone on its relay, a console can say so of any number; and nothing was lost before its first."""
    assert all(number in epoch.lost({8, 9}, 5, alone=True) for number in (0, 5, 9, 2**32 - 1))
    assert list(epoch.lost({8, 9}, 5, alone=False)) == [5, 6, 7]
    assert list(epoch.lost([], 5, alone=False)) == []
