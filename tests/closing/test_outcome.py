"""What came of a case, as units report it."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from tests.conftest import REPORT, Agency
from tipline import db, tables
from tipline.cases import audit, case
from tipline.cases.work import Work
from tipline.closing import closing, outcome
from tipline.closing.disposition import Disposition
from tipline.closing.outcome import Report
from tipline.errors import AccessError, FormatError, StateError
from tipline.papers import paper_box, report
from tipline.routing import response, route, route_state


@pytest.fixture
def bob(agency_: Agency) -> Work:
    """Bob, whose unit accepted case 1; Carol's has it for information."""
    agency_.tip("words")
    alice, unit = agency_.work("Alice"), agency_.desk("Narcotics")
    case.open_(alice, 1)
    report.write(alice, 1, "a report", paper_box.new_id(), 0)
    route.send(alice, 1, unit, REPORT)
    route.send(alice, 1, agency_.desk("Traffic"), REPORT, route_state.INFORM)
    own = agency_.work("Bob")
    response.accept(own, 1, unit)
    return own


def reported(agency_: Agency) -> list[outcome.Reported]:
    with agency_.engine.connect() as connection:
        entries = audit.of_case(connection, [agency_.desk(), agency_.desk("Narcotics")], 1)
        return outcome.of_case(connection, 1, entries)


def test_who_has_it_for_information_and_who_triages_it_reports_nothing(agency_: Agency, bob: Work):
    """An arrest is counted once, by the unit that made it."""
    for name in ("Alice", "Carol"):
        with pytest.raises(AccessError):
            outcome.report(agency_.work(name), 1, Report("arrests", count=1))
    outcome.report(bob, 1, Report("arrests", count=1))
    assert [one.what for one in reported(agency_)] == [Report("arrests", count=1)]


def test_a_correction_is_a_report_and_changes_none(agency_: Agency, bob: Work):
    """Both rows stay; the one that was corrected says so, and is corrected once."""
    with pytest.raises(FormatError, match="more than nothing"):
        outcome.report(bob, 1, Report("drugs", "heroin"))
    outcome.report(bob, 1, Report("drugs", "heroin", grams=100))
    (first,) = reported(agency_)
    outcome.report(bob, 1, Report("drugs", "heroin", grams=90), first.id)
    assert [(one.what.grams, one.corrected) for one in reported(agency_)] == [(100, True), (90, False)]
    with pytest.raises(StateError, match="already"):
        outcome.report(bob, 1, Report("drugs", "heroin", grams=80), first.id)
    with pytest.raises(StateError, match="no such"):
        outcome.report(bob, 1, Report("arrests", count=1), bytes(16))


def test_a_closed_case_can_still_get_outcomes(agency_: Agency, bob: Work):
    """What comes of a tip comes months later."""
    closing.close(agency_.work("Alice"), 1, Disposition("actioned"))
    outcome.report(bob, 1, Report("victims", count=3))
    assert [one.what.count for one in reported(agency_)] == [3]


def test_a_row_that_nobody_signed_for_is_not_shown(agency_: Agency, bob: Work):
    """Who writes to the database changes no figure."""
    outcome.report(bob, 1, Report("cash", value=1000, currency="eur"))
    assert reported(agency_)[0].what.currency == "EUR"
    with db.writing(agency_.engine) as connection:
        connection.execute(update(tables.outcome).values(value=9))
    assert reported(agency_) == []


@pytest.mark.parametrize(
    "what",
    [
        Report("medals", count=1), Report("arrests", count=-1), Report("arrests", "x", 1),
        Report("drugs", grams=1), Report("cash", value=1),
        Report("cash", value=1, currency="E1R"), Report("arrests", count=10**13),
    ],
)  # fmt: skip
def test_it_refuses_what_is_no_outcome(what: Report):
    """An unknown kind or sort, less than nothing, money without a currency."""
    with pytest.raises(FormatError):
        outcome.check(what)
