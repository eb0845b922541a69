"""How a case ends, by the pages."""

from __future__ import annotations

import html
import re

import pytest

from tests.closing import shredded
from tests.conftest import REPORT
from tests.console.conftest import Desk, settings_of
from tipline.cases import case
from tipline.closing import closing
from tipline.closing.settings import Clocks
from tipline.console.app import create_app
from tipline.papers import paper_box, report
from tipline.routing import response, route


def shown(answer) -> str:
    """The words of a page."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


@pytest.fixture
def clocked(desk: Desk) -> Desk:
    """The same desk, whose agency names a category under the Directive."""
    settings = settings_of(desk.agency, clocks=Clocks(directive=("drugs",)))
    return Desk(desk.agency, create_app(settings, desk.agency.engine))


def test_it_is_closed_reported_on_opened_again_and_held(clocked: Desk):
    """By the forms of the page, each of which says what became of it."""
    desk = clocked
    desk.agency.tip("words")
    alice, unit = desk.agency.work("Alice"), desk.agency.desk("Narcotics")
    case.open_(alice, 1)
    report.write(alice, 1, "a report", paper_box.new_id(), 0)
    route.send(alice, 1, unit, REPORT)
    response.accept(desk.agency.work("Bob"), 1, unit)
    browser, bob = desk.browser("Alice"), desk.browser("Bob")
    page = shown(browser.get("/case/1"))
    assert "Acknowledge by" in page
    assert "A clock still runs" in page
    assert "Overdue None. Due soon None." in shown(browser.get("/retention"))
    assert "Not done: say why this case is closed" in shown(_follow(browser, "/case/1/close"))
    page = shown(_follow(browser, "/case/1/close", disposition="other-agency", words="Customs"))
    assert "The case is closed." in page
    assert "Other agency's work Closed by Alice" in page
    assert "Customs" in page
    bob.get("/case/1")
    page = shown(
        _follow(bob, "/case/1/outcome", kind="drugs:cocaine", grams="12 500", value="1,000", currency="eur")
    )
    assert "Drugs, cocaine: 12,500 g 1,000 EUR" in page
    assert "Drugs, cocaine: 12,500 g 1,000 EUR" in shown(browser.get("/case/1"))
    assert "The case is open again." in shown(_follow(browser, "/case/1/reopen", reason="unit"))
    assert "The case is held" in shown(_follow(browser, "/case/1/hold", reason="court"))
    assert "Legal hold: A court or a prosecutor ordered it." in shown(browser.get("/case/1"))
    assert "feedback is an answer" in shown(_follow(browser, "/case/1/feedback"))


def test_a_p0_is_closed_and_a_case_shredded_by_two(desk: Desk):
    """The page shows each what the other asks; afterwards it is in the list, with what it waits for."""
    desk.agency.tip("He has a gun.", danger="yes")
    alice, alan = desk.browser("Alice"), desk.browser("Alan")
    alice.get("/case/1")
    assert "It stays open until" in shown(_follow(alice, "/case/1/close", disposition="no-nexus"))
    page = shown(alan.get("/case/1"))
    assert "Alice asks to close this P0: No criminal nexus." in page
    seen = _seen(desk, "close")
    assert alice.post("/case/1/close/second", act="confirm", seen=seen).status_code == 404
    assert "Confirmed: the case is closed." in shown(
        _follow(alan, "/case/1/close/second", act="confirm", seen=seen)
    )
    assert "its period is not over" in shown(_follow(alan, "/case/1/shred", reason="period"))
    assert "has to confirm" in shown(_follow(alan, "/case/1/shred", reason="erasure"))
    assert "Alan asks you to confirm" in shown(alice.get("/retention"))
    page = shown(_follow(alice, "/case/1/shred/second", act="confirm", seen=_seen(desk, "shred")))
    assert "T-0001 is shredded." in page
    assert "Not yet. The keys of then have not ended at Triage" in page
    assert alice.get("/case/1").status_code == 404
    with desk.agency.engine.connect() as connection:
        assert closing.status(connection, 1) == "shredded"


def _follow(browser, path: str, **fields: str):
    answer = browser.post(path, **fields)
    assert answer.status_code == 303, answer.text
    return browser.get(answer.location)


def _seen(desk: Desk, act: str) -> str:
    return str(shredded.proposed(desk.agency.work("Alan"), act))
