"""Who is on call, through a week, the two nights on which clocks change, gaps and doubles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from tipline.alerts import rota
from tipline.alerts.rota import SECOND, Rota

BERLIN = ZoneInfo("Europe/Berlin")
ALICE, BOB, CARL = b"a" * 16, b"b" * 16, b"c" * 16
SATURDAY, SUNDAY = 5, 6


@dataclass
class Shift:
    officer: bytes
    weekday: int
    start: int
    minutes: int
    place: int = rota.FIRST


@dataclass
class Once:
    officer: bytes
    start: int
    end: int
    place: int = rota.FIRST


def at(text: str, zone=BERLIN, fold: int = 0) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC).timestamp())


def night(weekday: int, until: int = 150) -> tuple[Shift, Shift]:
    """Alice to half past two in the morning of a *weekday*, then Bob to eight."""
    before = Shift(ALICE, (weekday - 1) % 7, 20 * 60, 240 + until)
    return before, Shift(BOB, weekday, until, 480 - until)


def test_a_shift_over_midnight_holds_on_the_next_day():
    """From 20:00 to 02:30, then the other; outside nobody."""
    desk = Rota(BERLIN, night(SUNDAY))
    who = [
        desk.on_call(at(f"2026-11-{when}"))
        for when in ("28T19:59", "28T20:00", "29T02:29", "29T02:30", "29T08:00")
    ]
    assert who == [(), (ALICE,), (ALICE,), (BOB,), ()]


@pytest.mark.parametrize(
    ("day", "begins", "hours"),
    [("2027-03-28", "2027-03-27T20:00", 11), ("2026-10-25", "2026-10-24T20:00", 13)],
)
def test_on_the_nights_when_clocks_change_nobody_is_missing_or_double(day: str, begins: str, hours: int):
    """The change of shift stands at 02:30, an hour that does not come, or comes twice."""
    desk = Rota(BERLIN, night(SUNDAY))
    found = desk.periods(at(begins), at(f"{day}T08:00"))
    assert [period.officers for period in found] == [(ALICE,), (BOB,)]
    assert found[0].end == found[1].start
    assert found[1].end - found[0].start == hours * 3600


def test_in_the_hour_that_comes_twice_the_first_one_counts():
    """At 02:30 for the first time Bob takes over, and at 02:15 for the second he still has it."""
    desk = Rota(BERLIN, night(SUNDAY))
    assert desk.on_call(at("2026-10-25T02:15")) == (ALICE,)
    assert desk.on_call(at("2026-10-25T02:45")) == (BOB,)
    assert desk.on_call(at("2026-10-25T02:15", fold=1)) == (BOB,)


def test_gaps_and_doubles_are_told():
    """Of a day: nobody until eight, one, two at once, one, nobody."""
    desk = Rota(BERLIN, (Shift(ALICE, SATURDAY, 480, 300), Shift(BOB, SATURDAY, 720, 300)))
    found = desk.periods(at("2026-11-28T00:00"), at("2026-11-29T00:00"))
    assert [period.officers for period in found] == [(), (ALICE,), (ALICE, BOB), (BOB,), ()]
    assert [(period.start, period.end) for period in found][2] == (
        at("2026-11-28T12:00"),
        at("2026-11-28T13:00"),
    )


def test_an_exception_stands_in_the_place_of_the_week():
    """For as long as it lasts, and at its place alone."""
    once = Once(CARL, at("2026-11-28T09:00"), at("2026-11-28T10:00"))
    weekly = (Shift(ALICE, SATURDAY, 480, 300), Shift(BOB, SATURDAY, 480, 300, SECOND))
    desk = Rota(BERLIN, weekly, (once,))
    assert [desk.on_call(at(f"2026-11-28T{when}")) for when in ("08:59", "09:00", "09:59", "10:00")] == [
        (ALICE,), (CARL,), (CARL,), (ALICE,),
    ]  # fmt: skip
    assert desk.on_call(at("2026-11-28T09:30"), SECOND) == (BOB,)


def test_a_whole_week_by_one_officer_has_no_seam():
    """Seven shifts of a day each are one period, over the change of the clocks too."""
    desk = Rota(BERLIN, tuple(Shift(ALICE, day, 0, 24 * 60) for day in range(7)))
    (period,) = desk.periods(at("2026-10-19T00:00"), at("2026-10-26T00:00"))
    assert period.officers == (ALICE,)
    assert period.end - period.start == (7 * 24 + 1) * 3600


def test_a_moment_that_is_left_out_is_after_the_leap():
    """Half past two of a night on which it is never shown."""
    assert rota.moment(BERLIN, date(2027, 3, 28), 150) == at("2027-03-28T03:30")
    assert rota.moment(ZoneInfo("UTC"), date(2027, 3, 28), 150) == at("2027-03-28T02:30", ZoneInfo("UTC"))
