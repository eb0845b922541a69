"""PURE: who is on call: shifts of every week by the agency's clocks, and what stands in their place once.

A shift begins and ends at moments, so that nobody is on call twice in the hour that clocks repeat in autumn,
and no gap is made by the one that they leave out in spring: what ends then and what follows both move.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Protocol
from zoneinfo import ZoneInfo

FIRST, SECOND = 1, 2
PLACES = (FIRST, SECOND)
DAY_MINUTES = 24 * 60


class Known(Protocol):
    """What a row of the table shift has."""

    officer: bytes
    place: int
    weekday: int
    start: int
    minutes: int


class Once(Protocol):
    """What a row of the table shift_once has."""

    officer: bytes
    place: int
    start: int
    end: int


@dataclass(frozen=True, order=True)
class Period:
    """From second *start* until *end*: who is on call at a *place*. Nobody is a gap, several are a double."""

    start: int
    end: int
    place: int
    officers: tuple[bytes, ...]


@dataclass(frozen=True)
class Rota:
    """A desk's rota, by the clocks of *zone*."""

    zone: ZoneInfo
    weekly: Sequence[Known] = ()
    once: Sequence[Once] = ()

    def on_call(self, now: int, place: int = FIRST) -> tuple[bytes, ...]:
        """Return who is on call at second *now*: nobody, one, or all of several."""
        return self.periods(now, now + 1, place)[0].officers

    def periods(self, start: int, end: int, place: int = FIRST) -> list[Period]:
        """Return who is on call from second *start* to *end*, without holes and in order."""
        usual = list(self._weekly(start, end, place))
        instead = [(one.start, one.end, one.officer) for one in self.once if one.place == place]
        edges = {start, end}
        for begins, ends, _ in (*usual, *instead):
            edges |= {moment for moment in (begins, ends) if start < moment < end}
        found: list[Period] = []
        ordered = sorted(edges)
        for at, until in pairwise(ordered):
            officers = _at(instead, at) or _at(usual, at)
            if found and found[-1].officers == officers:
                at, found = found[-1].start, found[:-1]  # noqa: PLW2901 -- the one before goes on
            found.append(Period(at, until, place, officers))
        return found

    def _weekly(self, start: int, end: int, place: int) -> Iterable[tuple[int, int, bytes]]:
        """Yield the shifts of every week that touch *start* to *end*, as seconds."""
        # A shift of a day before may still last; two days bridge what clocks are set forward or back.
        first = datetime.fromtimestamp(start, self.zone).date() - timedelta(days=2)
        last = datetime.fromtimestamp(end, self.zone).date()
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            for one in self.weekly:
                if one.place == place and one.weekday == day.weekday():
                    begins = moment(self.zone, day, one.start)
                    ends = moment(self.zone, day, one.start + one.minutes)
                    if begins < end and ends > start:
                        yield begins, ends, one.officer


def moment(zone: ZoneInfo, day: date, minute: int) -> int:
    """Return the second at which the clocks of *zone* show so many minutes after midnight of *day*.

    The first of two where clocks are set back; where they leave it out, as many minutes after the leap.
    """
    later, minute = divmod(minute, DAY_MINUTES)
    shown = datetime.combine(day + timedelta(days=later), time(minute // 60, minute % 60), zone)
    return int(shown.astimezone(UTC).timestamp())


def _at(shifts: Sequence[tuple[int, int, bytes]], second: int) -> tuple[bytes, ...]:
    return tuple(sorted({officer for begins, ends, officer in shifts if begins <= second < ends}))
