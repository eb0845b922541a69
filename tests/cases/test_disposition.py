"""The table of statuses."""

from __future__ import annotations

import pytest

from tipline.cases import disposition as d


def test_the_table_speaks_of_known_statuses_and_events_only():
    """Every cell leads from a status through an event to a status."""
    for (status, event), after in d.CHANGES.items():
        assert {status, after} <= set(d.STATUSES)
        assert event in d.EVENTS


@pytest.mark.parametrize("status", d.STATUSES)
@pytest.mark.parametrize("event", d.EVENTS)
def test_nothing_becomes_new_again(status: str, event: str):
    """What was read stays read, whatever happens."""
    assert status == d.NEW or d.after(status, event) != d.NEW


@pytest.mark.parametrize(
    ("words", "priority"),
    [
        (("no",), 3),
        (("unsure",), 1),
        (("yes",), 0),
        (("no", "yes"), 0),
        ((None, "no"), 3),
        ((), 3),
        (("?",), 3),
    ],
)
def test_the_most_urgent_word_sets_the_priority(words, priority: int):
    """Docket or message, whichever is worse."""
    assert d.priority(*words) == priority
