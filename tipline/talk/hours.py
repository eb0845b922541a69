"""PURE: the hours of a desk: "mon-fri 08:00-18:00", one line for each span. One may go over midnight."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LINE = re.compile(r"([a-z]{3})(?:-([a-z]{3}))? ([0-2]\d):([0-5]\d)-([0-2]\d):([0-5]\d)")
_DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Span:
    """On each of *days* (Monday is 0), for *minutes* from the minute *start* of the day."""

    days: frozenset[int]
    start: int
    minutes: int


def parse(line: str) -> Span:
    """Read one line. Raises ValueError that says what one looks like."""
    found = _LINE.fullmatch(line.strip().lower())
    days = _days(found[1], found[2] or found[1]) if found else None
    if not found or not days:
        raise ValueError('hours look like "mon-fri 08:00-18:00"')
    start, end = (int(found[at]) * 60 + int(found[at + 1]) for at in (3, 5))
    if max(start, end) > _DAY_MINUTES or start == end:
        raise ValueError("hours go from 00:00 to 24:00, and end at another minute than they begin")
    return Span(days, start, (end - start) % _DAY_MINUTES or _DAY_MINUTES)


def holds(spans: Iterable[Span], zone: tzinfo, seconds: int) -> bool:
    """Tell whether *seconds* since 1970-01-01 UTC are in one of the spans, on a wall clock of *zone*."""
    now = datetime.fromtimestamp(seconds, UTC).astimezone(zone)
    minute = now.hour * 60 + now.minute
    # A span that goes over midnight began yesterday.
    began = ((now, minute), (now - timedelta(days=1), minute + _DAY_MINUTES))
    return any(
        day.weekday() in span.days and span.start <= at < span.start + span.minutes
        for span in spans
        for day, at in began
    )


def _days(first: str, last: str) -> frozenset[int] | None:
    if first not in _DAYS or last not in _DAYS:
        return None
    one, other = _DAYS.index(first), _DAYS.index(last)
    return frozenset((one + step) % 7 for step in range((other - one) % 7 + 1))
