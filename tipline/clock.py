"""The only source of time. The public side knows nothing finer than a day."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

EPOCH_DAY = date(1970, 1, 1)


def today() -> date:
    """Return the date in UTC."""
    return datetime.now(UTC).date()


def day_number(day: date | None = None) -> int:
    """Return whole days since 1970-01-01 of *day*, or of today."""
    return ((day or today()) - EPOCH_DAY).days


def from_day_number(number: int) -> date:
    """Return the date *number* days after 1970-01-01."""
    return EPOCH_DAY + timedelta(days=number)


def seconds() -> int:
    """Return seconds since 1970-01-01 UTC. For the agency's own records only, never for intake's."""
    return int(time.time())


def monotonic() -> float:
    """Return seconds on a clock that never goes back, to wait by. Its zero means nothing."""
    return time.monotonic()
