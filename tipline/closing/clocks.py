"""Clocks: by when a tip is to be read, acknowledged and given feedback on. Pure: days, from workflow facts.

Of Directive (EU) 2019/1937 for the categories that the agency names, and of its own. Days count since
1970-01-01. All count from the day of arrival, which is never later than what the Directive counts from.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass

from tipline import clock
from tipline.closing.settings import Clocks

READ, ACKNOWLEDGE, FEEDBACK = "read", "acknowledge", "feedback"
#: As the Directive has it: acknowledged in so many days, feedback in so many months, or in justified cases.
ACKNOWLEDGE_DAYS, FEEDBACK_MONTHS, JUSTIFIED_MONTHS = 7, 3, 6
DIRECTIVE = "Directive 2019/1937"
DONE, LATE, RUNNING, SOON, OVERDUE = "done", "done-late", "running", "soon", "overdue"


@dataclass(frozen=True)
class Facts:
    """What happened, on which days: *arrived*, *read* by an officer, *answered* first, given *feedback* last.

    *justified*: an officer said why feedback takes longer.
    """

    arrived: int
    read: int | None = None
    answered: int | None = None
    feedback: int | None = None
    justified: bool = False


@dataclass(frozen=True)
class Clock:
    """One clock of a case: *whose* it is, *what* is to be done by the day *due*, and when it was *done*."""

    whose: str
    what: str
    due: int
    done: int | None

    def state(self, today: int, soon: int) -> str:
        """Return how it stands; *soon* is how many days before *due* it is said to be so."""
        if self.done is not None:
            return DONE if self.done <= self.due else LATE
        return OVERDUE if today > self.due else SOON if today + soon >= self.due else RUNNING


def of(policy: Clocks, category: str, facts: Facts) -> tuple[Clock, ...]:
    """Return the clocks that run for a case of a *category*; none where the agency names none."""
    found = []
    if category in policy.directive:
        found += _directive(facts)
    for one in policy.own:
        if not one.categories or category in one.categories:
            times = [
                (READ, one.read_days, facts.read),
                (ACKNOWLEDGE, one.acknowledge_days, facts.answered),
                (FEEDBACK, one.feedback_days, facts.feedback),
            ]
            found += [Clock(one.name, what, facts.arrived + days, done) for what, days, done in times if days]
    return tuple(found)


def months_after(day: int, months: int) -> int:
    """Return the day so many calendar months after *day*; the month's last where it has no such day."""
    from_ = clock.from_day_number(day)
    place = from_.month - 1 + months
    year, month = from_.year + place // 12, place % 12 + 1
    last = calendar.monthrange(year, month)[1]
    return clock.day_number(from_.replace(year=year, month=month, day=min(from_.day, last)))


def _directive(facts: Facts) -> list[Clock]:
    months = JUSTIFIED_MONTHS if facts.justified else FEEDBACK_MONTHS
    return [
        Clock(DIRECTIVE, ACKNOWLEDGE, facts.arrived + ACKNOWLEDGE_DAYS, facts.answered),
        Clock(DIRECTIVE, FEEDBACK, months_after(facts.arrived, months), facts.feedback),
    ]
