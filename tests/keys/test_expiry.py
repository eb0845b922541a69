from __future__ import annotations

from datetime import date, timedelta

import pytest

from tipline.keys import expiry
from tipline.keys.expiry import OVER, Ending

LAST = date(2026, 12, 31)


def ending(what: str = "The certificate", last: date = LAST, **changes: int) -> Ending:
    return Ending(what, last, "Nothing works.", "Call somebody.", **changes)


@pytest.mark.parametrize(
    ("days", "step", "label", "loud", "when"),
    [
        (30, 30, "Soon", False, "ends in 30 days"),
        (15, 30, "Soon", False, "ends in 15 days"),
        (14, 14, "Soon", False, "ends in 14 days"),
        (8, 14, "Soon", False, "ends in 8 days"),
        (7, 7, "This week", True, "ends in 7 days"),
        (3, 7, "This week", True, "ends in 3 days"),
        (2, 2, "Urgent", True, "ends in 2 days"),
        (1, 2, "Urgent", True, "ends tomorrow"),
        (0, 2, "Urgent", True, "ends today"),
        (-1, OVER, "Over", True, "ended yesterday"),
        (-9, OVER, "Over", True, "ended 9 days ago"),
    ],
)  # fmt: skip
def test_it_grows_louder_towards_the_end(days: int, step: int, label: str, loud: bool, when: str):
    """At 30, 14, 7 and 2 days; and it does not stop after the end."""
    (notice,) = expiry.notices([ending()], LAST - timedelta(days=days))
    assert (notice.step, notice.label, notice.is_loud) == (step, label, loud)
    assert notice.title == f"The certificate {when}, on 31 December 2026"
    assert notice.line == f"{label}: {notice.title}. Nothing works. Call somebody."


def test_it_is_silent_before():
    assert expiry.notices([ending()], LAST - timedelta(days=31)) == []


def test_what_is_renewed_by_itself_warns_only_when_it_was_not():
    """Otherwise every week would begin with a warning, and nobody would read the real one."""
    assert expiry.notices([ending(ahead=5)], LAST - timedelta(days=6)) == []
    (notice,) = expiry.notices([ending(ahead=5)], LAST - timedelta(days=5))
    assert notice.is_loud


def test_the_most_urgent_comes_first():
    today = LAST - timedelta(days=10)
    found = expiry.notices([ending("B"), ending("A", LAST - timedelta(days=9))], today)
    assert [notice.title[0] for notice in found] == ["A", "B"]
