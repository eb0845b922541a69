"""A clock is walked, second by second where it matters, past alerts that nobody takes, takes, or opens."""

from __future__ import annotations

from tipline.alerts import ladder
from tipline.alerts.ladder import DANGER, ONLY_WAITS, UNSURE, Alert, Pace, Waits
from tipline.alerts.settings import AlertsSettings
from tipline.cases import disposition

START = 1_800_000_000
PACE = Pace(repeat=300, climb=600, open=900)
ALICE = b"a" * 16


def walk(minutes: int, waits=lambda _: Waits(1, DANGER, START), acts=None) -> list[tuple[int, int, int]]:
    """Walk a clock by minutes; return (minute, step, count) of all that was told."""
    alert, told = None, []
    for minute in range(minutes):
        now = START + 60 * minute
        alert = ladder.look(alert, waits(minute), PACE, now)
        if alert and acts and minute in acts:
            alert = acts[minute](alert, now)
        if alert and alert.is_due(PACE, now):
            step = alert.reached(PACE, now)
            alert = alert.told(step, now)
            told.append((minute, step, alert.count))
    return told


def test_it_is_told_at_once_then_repeated_and_climbs():
    """On call, the second, everybody, the leads; and the leads again for as long as nobody takes it."""
    assert walk(46) == [
        (0, 0, 1), (5, 0, 1), (10, 1, 1), (15, 1, 1), (20, 2, 1), (25, 2, 1), (30, 3, 1), (35, 3, 1),
        (40, 3, 1), (45, 3, 1),
    ]  # fmt: skip


def test_a_flood_is_one_alert_with_a_count():
    """A tip a minute: no more is told than of a single one, and each time how many there are."""
    told = walk(16, lambda minute: Waits(minute + 1, DANGER, START))
    assert told == [(0, 0, 1), (5, 0, 6), (10, 1, 11), (15, 1, 16)]


def test_who_takes_it_stops_it():
    """Nothing is told while the one who took it still has time; when the tip is opened it is over."""
    opened = lambda minute: None if minute >= 12 else Waits(1, DANGER, START)  # noqa: E731 -- read beside its use
    assert walk(60, opened, {3: lambda alert, now: ladder.take(alert, ALICE, now)}) == [(0, 0, 1)]


def test_taken_and_not_opened_it_goes_on_with_the_second():
    """Fifteen minutes after it was taken, and from there on up the ladder."""
    told = walk(40, acts={3: lambda alert, now: ladder.take(alert, ALICE, now)})
    assert told == [(0, 0, 1), (18, 1, 1), (23, 1, 1), (28, 2, 1), (33, 2, 1), (38, 3, 1)]


def test_a_later_tip_has_as_long_as_the_first():
    """It came eight minutes after the first was taken, which is open since: fifteen minutes from then."""

    def waits(minute: int) -> Waits:
        return Waits(1, DANGER, START if minute < 11 else START + 11 * 60)

    assert walk(30, waits, {3: lambda alert, now: ladder.take(alert, ALICE, now)}) == [(0, 0, 1), (26, 1, 1)]


def test_who_opens_one_after_the_other_is_left_in_peace():
    """Of many, one is opened every ten minutes: whoever took them is at it."""

    def waits(minute: int) -> Waits:
        return Waits(20 - minute // 10, DANGER, START, opened=minute > 0 and minute % 10 == 0)

    assert walk(100, waits, {1: lambda alert, now: ladder.take(alert, ALICE, now)}) == [(0, 0, 20)]


def test_a_more_urgent_one_begins_anew():
    """Somebody has taken what only waits: that does not keep a danger from whoever is on call."""

    def waits(minute: int) -> Waits:
        return Waits(4, ONLY_WAITS, START) if minute < 7 else Waits(1, DANGER, START + 7 * 60)

    told = walk(13, waits, {2: lambda alert, now: ladder.take(alert, ALICE, now)})
    assert told == [(0, 0, 4), (7, 0, 1), (12, 0, 1)]


def test_when_the_urgent_is_opened_the_rest_is_an_alert_of_its_own():
    """What only waits does not go on at the step to which the danger had climbed."""

    def waits(minute: int) -> Waits:
        return Waits(1, DANGER, START) if minute < 31 else Waits(9, ONLY_WAITS, START)

    assert [told for told in walk(36, waits) if told[0] > 30] == [(31, 0, 9)]
    taken = Alert(DANGER, 1, START, START, taken=ALICE, attended=START)
    after = ladder.look(taken, Waits(9, ONLY_WAITS, START), PACE, START + 60)
    assert (after.mark, after.taken) == (ONLY_WAITS, ALICE)


def test_a_collector_that_was_down_goes_on_where_the_clock_is():
    """Half an hour in which nobody could be told: now everybody is, at once and once."""
    alert = Alert(DANGER, 1, START, START, step=0, sent=START)
    now = START + 1900
    assert alert.is_due(PACE, now)
    after = alert.told(alert.reached(PACE, now), now)
    assert after.step == ladder.LEADS
    assert not after.is_due(PACE, now + 1)


def test_a_clock_that_is_set_back_silences_nothing():
    """What was told, or taken, in a future that did not come yet counts as told and taken now."""
    told = Alert(DANGER, 1, START, START, sent=START)
    assert told.is_due(PACE, START - 86400)
    taken = Alert(DANGER, 1, START, START, sent=START, taken=ALICE, attended=START)
    back, waits = START - 86400, Waits(1, DANGER, START)
    after = ladder.look(taken, waits, PACE, back)
    assert (after.taken, after.attended) == (ALICE, back)
    assert ladder.look(after, waits, PACE, back + PACE.open).taken is None
    still = ladder.look(told, waits, PACE, back)
    assert still.reached(PACE, back + PACE.climb) == ladder.SECOND


def test_what_only_waits_is_told_more_slowly():
    """Nobody is woken every five minutes for a routine tip that is a day old."""
    settings = AlertsSettings()
    assert ladder.pace(settings, DANGER) == ladder.pace(settings, UNSURE) == PACE
    assert ladder.pace(settings, ONLY_WAITS).repeat == 12 * PACE.repeat
    assert [ladder.mark_of(number) for number in disposition.PRIORITIES] == [0, 1, 2, 2, 2]
