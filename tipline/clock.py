"""The only source of time. The public side knows nothing finer than a day."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

#: Seconds of a day.
DAY = 86400
EPOCH_DAY = date(1970, 1, 1)

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_THIS_PROCESS = secrets.token_hex(16)


@dataclass(frozen=True)
class Uptime:
    """Whole *seconds* that truly went by, whatever anybody set the clock to, since the start named *start*.

    Two of one start can be compared; two of different ones cannot.
    """

    start: str
    seconds: int


def today() -> date:
    """Return the date in UTC."""
    return datetime.now(UTC).date()


def day_number(day: date | None = None) -> int:
    """Return whole days since 1970-01-01 of *day*, or of today."""
    return ((day or today()) - EPOCH_DAY).days


def from_day_number(number: int) -> date:
    """Return the date *number* days after 1970-01-01."""
    return EPOCH_DAY + timedelta(days=number)


def in_words(number: int) -> str:
    """Return the date *number* days after 1970-01-01 as "3 Nov 2026"."""
    day = from_day_number(number)
    return f"{day.day} {day:%b %Y}"


def seconds() -> int:
    """Return seconds since 1970-01-01 UTC. For the agency's own records only, never for intake's."""
    return int(time.time())


def monotonic() -> float:
    """Return seconds on a clock that never goes back, to wait by. Its zero means nothing."""
    return time.monotonic()


def uptime() -> Uptime:
    """Return how long the machine is up; where its start has no name to read, how long this process knows."""
    try:
        start = _BOOT_ID.read_text().strip()
    except OSError:
        start = _THIS_PROCESS
    return Uptime(start, int(time.clock_gettime(time.CLOCK_BOOTTIME)))
