"""Clocks: by which day, and how they stand."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update

from tests.conftest import Agency
from tipline import clock, db, tables
from tipline.cases import case, reply
from tipline.closing import clocks, closing, timekeeping
from tipline.closing.clocks import ACKNOWLEDGE, FEEDBACK, READ, Clock, Facts
from tipline.closing.disposition import Disposition
from tipline.closing.settings import Clocks, OwnClock
from tipline.errors import StateError
from tipline.papers.reason import Reason

POLICY = Clocks(directive=("drugs",), soon_days=2)


def day(year: int, month: int, day_: int) -> int:
    return clock.day_number(date(year, month, day_))


@pytest.mark.parametrize(
    ("from_", "months", "to"),
    [
        ((2026, 1, 15), 3, (2026, 4, 15)),
        ((2026, 11, 30), 3, (2027, 2, 28)),
        ((2027, 11, 30), 3, (2028, 2, 29)),
        ((2026, 8, 31), 6, (2027, 2, 28)),
        ((2026, 12, 1), 1, (2027, 1, 1)),
    ],
)
def test_months_are_the_calendars(from_, months: int, to):
    """A month without that day ends the term on its last."""
    assert clocks.months_after(day(*from_), months) == day(*to)


def test_the_directive_runs_for_its_categories_alone():
    """7 days and 3 months from the day of arrival, 6 where that is justified; the agency's own beside it."""
    facts = Facts(arrived=day(2026, 1, 1))
    assert clocks.of(POLICY, "missing", facts) == ()
    due = {one.what: one.due for one in clocks.of(POLICY, "drugs", facts)}
    assert due == {ACKNOWLEDGE: day(2026, 1, 8), FEEDBACK: day(2026, 4, 1)}
    longer = clocks.of(POLICY, "drugs", Facts(arrived=day(2026, 1, 1), justified=True))
    assert {one.what: one.due for one in longer}[FEEDBACK] == day(2026, 7, 1)
    ours = Clocks(
        own=(OwnClock(name="Ours", read_days=1), OwnClock(name="X", categories=("x",), read_days=9))
    )
    assert [(one.whose, one.what, one.due) for one in clocks.of(ours, "drugs", facts)] == [
        ("Ours", READ, day(2026, 1, 2))
    ]


@pytest.mark.parametrize(
    ("done", "today", "state"),
    [(None, 7, clocks.RUNNING), (None, 8, clocks.SOON), (None, 10, clocks.SOON), (None, 11, clocks.OVERDUE),
     (10, 99, clocks.DONE), (11, 99, clocks.LATE)],
)  # fmt: skip
def test_a_clock_says_how_it_stands(done: int | None, today: int, state: str):
    """Due on day 10 is in time on day 10."""
    assert Clock("", READ, 10, done).state(today, 2) == state


def test_it_counts_from_workflow_facts_and_indexing_is_not_reading(agency_: Agency):
    """Signing in opens the tip for the index; an officer who opens the case reads it."""
    agency_.tip("words")
    alice = agency_.work("Alice")

    def facts() -> Facts:
        with agency_.engine.connect() as connection:
            return timekeeping.facts_of(connection, [1])[1]

    today = clock.day_number()
    assert facts() == Facts(today)
    case.open_(alice, 1)
    assert facts() == Facts(today, read=today)
    with pytest.raises(StateError, match="feedback is an answer"):
        timekeeping.feedback(alice, 1)
    reply.send(alice, 1, "Thank you.")
    timekeeping.feedback(alice, 1)
    timekeeping.justify(alice, 1, Reason("complex"))
    assert facts() == Facts(today, today, today, today, justified=True)


def test_lists_can_ask_which_are_overdue_and_which_soon(agency_: Agency):
    """Of the officer's open cases; a closed one is due for nothing in a list."""
    for _ in range(4):
        agency_.tip("words")
    agency_.tip("words", category="missing")
    alice = agency_.work("Alice")
    with db.writing(agency_.engine) as connection:
        for number, ago in ((1, 8), (2, 6), (3, 1), (4, 8), (5, 8)):
            own = tables.case
            back = own.c.day - ago
            connection.execute(update(own).where(own.c.id == number).values(day=back))
    drugs = [number for number in range(1, 6) if alice.known.facts(number).category == "drugs"]
    late = [number for number in (1, 4, 5) if number in drugs]
    case.open_(alice, late[-1])
    closing.close(alice, late[-1], Disposition("spam"))
    with agency_.engine.connect() as connection:
        due = timekeeping.due(connection, alice, POLICY)
        assert timekeeping.due(connection, agency_.work("Bob"), POLICY).overdue == frozenset()
        assert timekeeping.due(connection, alice, Clocks()).overdue == frozenset()
    assert due.overdue == frozenset(late[:-1])
    assert due.soon == frozenset({2} & set(drugs))
