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


@pytest.mark.parametrize("status", [d.NEW, d.AGAIN])
def test_what_nobody_has_read_is_not_closed(status: str):
    """Nor what came while somebody was about to close the case."""
    assert d.after(status, d.CLOSING) == status


def test_a_closed_case_is_opened_again_by_the_tipster_and_by_hand_alone():
    """Whatever a unit does with what it has, and whoever looks at it, leaves it closed."""
    leads = {event: d.after(d.CLOSED, event) for event in d.EVENTS}
    opens = {event: status for event, status in leads.items() if status != d.CLOSED}
    assert opens == {d.FOLLOW_UP: d.AGAIN, d.REOPENING: d.READ}


def test_a_hold_hides_nothing_that_waits_for_somebody():
    """What is unread, at a unit or back from one keeps its status."""
    held = {status for status in d.STATUSES if d.after(status, d.HOLDING) == d.HELD}
    assert held == {d.READ, d.ANSWERED, d.HELD}
