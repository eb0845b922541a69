"""PURE: what becomes of a desk's one open alert as time goes by, and when somebody is to be told of it.

An alert is open while a tip waits too long unread. It climbs a step after each *climb*, is told again after
each *repeat*, and rests while whoever took it opens the tips. More tips raise its count; where they are more
urgent than those before, it begins anew. The clock may be set back: what is in the future counts as now.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tipline.alerts.settings import AlertsSettings

#: The steps: who is on call, the second, everybody at the desk but its leads, the leads.
ON_CALL, SECOND, MEMBERS, LEADS = range(4)
STEPS = (ON_CALL, SECOND, MEMBERS, LEADS)
#: What an alert is about: a danger that its giver names, one that may be, or that tips only wait.
DANGER, UNSURE, ONLY_WAITS = range(3)


@dataclass(frozen=True)
class Pace:
    """Seconds: between repeats, between steps, and for opening what somebody took."""

    repeat: int
    climb: int
    open: int


@dataclass(frozen=True)
class Waits:
    """What waits too long at a desk: *count* tips of its most urgent *mark*, the oldest since *oldest*.

    *opened* tells that one was opened since the last look.
    """

    count: int
    mark: int
    oldest: int
    opened: bool = False


@dataclass(frozen=True)
class Alert:
    """A desk's open alert, as its row has it (tables/alerts.py)."""

    mark: int
    count: int
    opened: int
    climbs: int
    step: int = ON_CALL
    sent: int | None = None
    taken: bytes | None = None
    attended: int | None = None

    def is_due(self, pace: Pace, now: int) -> bool:
        """Tell whether somebody is to be told at second *now*."""
        if self.taken is not None:
            return False
        return (
            self.sent is None or not 0 <= now - self.sent < pace.repeat or self.reached(pace, now) > self.step
        )

    def reached(self, pace: Pace, now: int) -> int:
        """Return the step that the alert has climbed to."""
        return max(self.step, min((now - self.climbs) // pace.climb, STEPS[-1]))

    def told(self, step: int, now: int) -> Alert:
        """Return the alert after everybody up to *step* was told."""
        return replace(self, step=step, sent=now)


def mark_of(priority: int) -> int:
    """Return what an alert is about where a tip of this *priority* waits."""
    return min(priority, ONLY_WAITS)


def pace(settings: AlertsSettings, mark: int) -> Pace:
    """Return the pace of an alert that is about *mark*."""
    slower = settings.patience if mark == ONLY_WAITS else 1
    minutes = (settings.repeat_minutes, settings.climb_minutes, settings.open_minutes)
    return Pace(*(60 * slower * one for one in minutes))


def look(alert: Alert | None, waits: Waits | None, pace_: Pace, now: int) -> Alert | None:
    """Return a desk's alert at second *now*, None when nothing waits too long; *pace_* is of what waits."""
    if waits is None:
        return None
    if alert is None or waits.mark < alert.mark:
        # More urgent than what was told or taken: it is told from the first step on, to all of them.
        return Alert(waits.mark, waits.count, now, now)
    if waits.mark > alert.mark:
        # What was urgent is opened; whoever took it has the rest too.
        return Alert(waits.mark, waits.count, now, now, taken=alert.taken, attended=alert.attended)
    alert = replace(alert, count=waits.count, climbs=min(alert.climbs, now))
    return alert if alert.taken is None else _taken(alert, waits, pace_, now)


def take(alert: Alert, officer: bytes, now: int) -> Alert:
    """Return the alert after an officer took it."""
    return replace(alert, taken=officer, attended=now)


def _taken(alert: Alert, waits: Waits, pace_: Pace, now: int) -> Alert:
    attended = now if waits.opened else min(alert.attended or now, now)
    # What came after it was taken has as long from when it came.
    came = waits.oldest if waits.oldest <= now else attended
    if now < max(attended, came) + pace_.open:
        return replace(alert, attended=attended)
    # Whoever was on call has had their time: it goes on with the second.
    return Alert(alert.mark, alert.count, alert.opened, now - pace_.climb)
