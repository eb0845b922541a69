from __future__ import annotations

from datetime import date

import pytest

from tipline import clock
from tipline.errors import FormatError
from tipline.numbers import month
from tipline.numbers.month import Month


def test_it_knows_its_days_and_neighbours():
    december = month.read("2026-12")
    assert (december.before, december.after) == (Month(2026, 11), Month(2027, 1))
    assert december.after.before == december
    assert clock.from_day_number(december.days[0]) == date(2026, 12, 1)
    assert len(month.read("2028-02").days) == 29
    assert december.in_words == "December 2026"


@pytest.mark.parametrize("written", ["", "2026-13", "2026-00", "2026-1", "26-01", "2026-01-01", "1999-01"])
def test_it_refuses_what_is_no_month(written: str):
    with pytest.raises(FormatError):
        month.read(written)


def test_this_month_is_not_over():
    assert not month.of_today().is_over
    assert month.of_today().before.is_over
