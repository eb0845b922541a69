"""The hours of a desk, on its own wall clock."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from tipline.talk import hours
from tipline.talk.settings import TalkSettings


@pytest.mark.parametrize(
    ("day", "at", "is_open"),
    [
        (23, "07:59", False), (23, "08:00", True), (23, "17:59", True), (23, "18:00", False),
        (27, "22:30", True), (28, "02:59", True), (28, "03:00", False), (29, "12:00", False),
    ],
)  # fmt: skip
def test_open_and_shut(day: int, at: str, *, is_open: bool):
    """On weekdays, and on a night that began on the day before. 23 Nov 2026 is a Monday."""
    spans = [hours.parse("mon-fri 08:00-18:00"), hours.parse("fri 22:00-03:00")]
    when = datetime.fromisoformat(f"2026-11-{day}T{at}:00+00:00").timestamp()
    assert hours.holds(spans, UTC, int(when)) is is_open


def test_summer_time_is_the_walls():
    """Eight o'clock in Lisbon is seven in UTC in summer."""
    spans, lisbon = [hours.parse("wed 08:00-09:00")], ZoneInfo("Europe/Lisbon")
    assert hours.holds(spans, lisbon, int(datetime(2026, 7, 1, 7, 30, tzinfo=UTC).timestamp()))
    assert hours.holds(spans, lisbon, int(datetime(2026, 12, 2, 8, 30, tzinfo=UTC).timestamp()))


@pytest.mark.parametrize(
    "line", ["", "mon", "mon 8-18", "mon-xyz 08:00-18:00", "mon 08:00-08:00", "mon 25:00-26:00"]
)
def test_nonsense_is_refused(line: str):
    """Where the settings are read."""
    with pytest.raises(ValidationError):
        TalkSettings(hours=(line,))
    with pytest.raises(ValidationError):
        TalkSettings(zone="Atlantis/Capital")


def test_without_hours_the_desk_is_always_there():
    assert TalkSettings().is_open(0)
    assert not TalkSettings(hours=("mon 00:00-24:00",)).is_open(0)
    assert TalkSettings(hours=("thu 00:00-24:00",)).is_open(0)
