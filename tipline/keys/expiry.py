"""PURE: what runs out on which day, made into warnings: 30, 14, 7 and 2 days before, and from then on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

#: Days left, from which on a warning is more urgent.
STEPS = (30, 14, 7, 2)
_CALM, _SOON, _LOUD, _LOUDEST = STEPS
OVER = -1


@dataclass(frozen=True)
class Ending:
    """*what*, the beginning of a sentence, ends after its *last* day.

    *without* says what is not possible then, *todo* what to do, for somebody who is tired and does not know
    the program. What is renewed by itself warns only from *ahead* days on: by then it should have been.
    """

    what: str
    last: date
    without: str
    todo: str
    ahead: int = _CALM


@dataclass(frozen=True)
class Notice:
    """A warning: *step* is one of STEPS or OVER, *label* its urgency, *title* what ends and when."""

    step: int
    days: int
    title: str
    without: str
    todo: str

    @property
    def label(self) -> str:
        """A word for the urgency, since colour alone is not seen by everybody."""
        return {_CALM: "Soon", _SOON: "Soon", _LOUD: "This week", _LOUDEST: "Urgent", OVER: "Over"}[self.step]

    @property
    def is_loud(self) -> bool:
        """Whether it is to be shown as an alarm: a week before the end, and after it."""
        return self.step <= _LOUD

    @property
    def line(self) -> str:
        """All of it in one line, for a log."""
        return f"{self.label}: {self.title}. {self.without} {self.todo}"


def notices(endings: Iterable[Ending], today: date) -> list[Notice]:
    """Return the warnings of *today*, the most urgent first."""
    due = [ending for ending in endings if (ending.last - today).days <= ending.ahead]
    return sorted((_notice(ending, today) for ending in due), key=lambda notice: notice.days)


def in_words(day: date) -> str:
    """Return a date as it is said: 6 December 2026."""
    return f"{day.day} {day:%B %Y}"


def _notice(ending: Ending, today: date) -> Notice:
    days = (ending.last - today).days
    step = min((step for step in STEPS if days <= step), default=_CALM) if days >= 0 else OVER
    title = f"{ending.what} {_when(days)}, on {in_words(ending.last)}"
    return Notice(step, days, title, ending.without, ending.todo)


def _when(days: int) -> str:
    if days < 0:
        return "ended yesterday" if days == -1 else f"ended {-days} days ago"
    return ("ends today", "ends tomorrow")[days] if days < 2 else f"ends in {days} days"
