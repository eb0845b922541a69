"""A calendar month, which is what reports are about."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from tipline import clock
from tipline.errors import FormatError

_WRITTEN = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, order=True)
class Month:
    """A *year* and the *number* of a month in it, from 1."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02d}"

    @property
    def in_words(self) -> str:
        """The month as people say it, as "November 2026"."""
        return f"{calendar.month_name[self.number]} {self.year}"

    @property
    def days(self) -> range:
        """Its days, counted since 1970-01-01."""
        first = clock.day_number(date(self.year, self.number, 1))
        return range(first, first + calendar.monthrange(self.year, self.number)[1])

    @property
    def seconds(self) -> tuple[int, int]:
        """Its first second (UTC, since 1970-01-01), and the first of the next month."""
        return self.days.start * 86_400, self.days.stop * 86_400

    @property
    def before(self) -> Month:
        """The month before it."""
        return Month(self.year, self.number - 1) if self.number > 1 else Month(self.year - 1, 12)

    @property
    def after(self) -> Month:
        """The month after it."""
        return Month(self.year, self.number + 1) if self.number < 12 else Month(self.year + 1, 1)

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more can come in it."""
        return clock.day_number() >= self.days.stop


def read(written: str) -> Month:
    """Read a month as "2026-11". Raises FormatError "month"."""
    found = _WRITTEN.fullmatch(written)
    if not found:
        raise FormatError("month", "a month is written as 2026-11")
    return Month(int(found[1]), int(found[2]))


def of_today() -> Month:
    """Return the month that it is."""
    today = clock.today()
    return Month(today.year, today.month)
