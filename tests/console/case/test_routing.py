"""Routing on the pages of triage and of a unit."""

from __future__ import annotations

import re

import pytest

from tests.console.conftest import Browser, Desk
from tipline.papers import report
from tipline.papers.paper_box import new_id

WORDS = "They meet at pier 7."


@pytest.fixture
def pages(desk: Desk) -> tuple[Browser, Browser, str]:
    """Alice's browser with a case that Bob's unit was given whole, Bob's, and the unit's id."""
    desk.agency.tip(WORDS)
    alice, unit = desk.browser("Alice"), desk.agency.desk("Narcotics").hex()
    alice.get("/case/1")
    alice.post("/case/1/route", unit=unit, reason="exact")
    return alice, desk.browser("Bob"), unit


def test_without_a_report_the_page_says_so_and_gives_nothing_by_itself(desk: Desk):
    """It offers to write one, and refuses a choice without a reason; with a report that is the default."""
    desk.agency.tip(WORDS)
    alice, unit = desk.browser("Alice"), desk.agency.desk("Narcotics").hex()
    shown = alice.get("/case/1").text
    assert 'There is no report that can be given. <a href="/case/1/report">Write one</a>' in shown
    alice.post("/case/1/route", unit=unit, reason="")
    assert "Not done: there is nothing to give" in alice.get("/case/1").text
    alice.post("/case/1/route", unit=unit, reason="other", words=" ")
    assert "Not done: another reason takes words" in alice.get("/case/1").text
    assert desk.agency.count("route") == 0

    own, alan = desk.agency.work("Alice"), desk.agency.work("Alan")
    paper = new_id()
    report.write(own, 1, "the report", paper, 0)
    with own.engine.connect() as connection:
        (version,) = report.versions(connection, own.member, 1)
    assert "There is no report that can be given." in alice.get("/case/1").text
    report.approve(alan, 1, paper, version.paper.hash)
    assert "The report alone, version 1" in alice.get("/case/1").text
    alice.post("/case/1/route", unit=unit, reason="")
    shown = desk.browser("Bob").get("/case/1").text
    assert "the report" in shown
    assert WORDS not in shown


def test_a_unit_accepts_and_returns(pages):
    """Triage sees each state, in the case and in the inbox, and what of it cannot be taken back."""
    alice, bob, unit = pages
    assert "Narcotics</bdi>: asked to take it on, today" in alice.get("/").text
    assert "By the audit, nobody there has opened it." in alice.get("/case/1").text
    shown = bob.get("/case/1").text
    assert "Triage asks your unit to take this case on." in shown
    bob.post("/case/1/accept", unit=unit)
    assert "Your unit works on this case." in bob.get("/case/1").text
    assert "Narcotics</bdi>: responsible, today" in alice.get("/").text
    assert bob.post("/case/1/return", unit=unit, reason="actioned", words="two arrests").location == "/"
    assert "The case went back to triage." in bob.get("/").text
    assert bob.get("/case/1").status_code == 404
    shown = alice.get("/case/1").text
    for words in (
        "Back from unit",
        "Returned",
        "It was acted on",
        "two arrests",
        "Bob</bdi> opened the tipster&#39;s own words 2 times",
    ):
        assert words in shown
    assert "What they read they know" in shown


def test_a_unit_declines_with_a_reason_or_not_at_all(pages):
    """A refusal stays on the page with why; the page of a case that is the unit's no more is nothing."""
    alice, bob, unit = pages
    bob.get("/case/1")
    assert bob.post("/case/1/decline", unit=unit).location == "/case/1"
    assert "none of the reasons in the list" in bob.get("/case/1").text
    assert bob.post("/case/1/return", unit=unit, reason="known").location == "/case/1"
    assert "somebody was faster" in bob.get("/case/1").text
    bob.post("/case/1/decline", unit=unit, reason="known")
    assert bob.post("/case/1/accept", unit=unit).status_code == 404
    assert "Declined" in alice.get("/case/1").text


def test_triage_changes_the_part_and_withdraws(pages, desk: Desk):
    """Of one responsible unit at a time; nothing is withdrawn without a reason."""
    alice, bob, unit = pages
    other = desk.agency.desk("Traffic").hex()
    alice.post("/case/1/route", unit=other, reason="exact", act="route")
    assert "another unit is responsible for this case" in alice.get("/case/1").text
    alice.post("/case/1/route", unit=unit, act="inform")
    shown = alice.get("/case/1").text
    assert "For information" in shown
    assert "Make it responsible" in shown
    assert "This is for your information" in bob.get("/case/1").text
    alice.post("/case/1/withdraw", unit=unit)
    assert WORDS in bob.get("/case/1").text
    alice.post("/case/1/withdraw", unit=unit, reason="source")
    assert "See below what the unit had opened." in alice.get("/case/1").text
    assert bob.get("/case/1").status_code == 404
    assert "/case/1" not in bob.get("/").text


def given_form(page: str) -> dict[str, str]:
    """Return the hidden fields of the form that gives a case to a unit, as they stand on the page."""
    form = page.split('<form class="routing"')[1].split("</form>", maxsplit=1)[0]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def approved(desk: Desk, words: str, after: int = 0) -> None:
    """Let Alice write a version of the report, and Alan approve it."""
    own, alan, paper = desk.agency.work("Alice"), desk.agency.work("Alan"), new_id()
    report.write(own, 1, words, paper, after)
    with own.engine.connect() as connection:
        newest = report.versions(connection, own.member, 1)[0]
    report.approve(alan, 1, paper, newest.paper.hash)


def test_a_report_that_was_not_on_the_page_is_not_given(desk: Desk):
    """A colleague's newer version, approved while the page was open, is read before it goes out."""
    desk.agency.tip(WORDS)
    alice, unit = desk.browser("Alice"), desk.agency.desk("Narcotics").hex()
    alice.get("/case/1")
    approved(desk, "the first")
    form = given_form(alice.get("/case/1").text)
    approved(desk, "the second", after=1)
    alice.post("/case/1/route", **form, unit=unit, act="inform", reason="")
    assert desk.agency.count("route") == 0
    page = alice.get("/case/1").text
    assert "the report for units is another one since you looked" in page
    alice.post("/case/1/route", **given_form(page), unit=unit, act="inform", reason="")
    assert "the second" in desk.browser("Bob").get("/case/1").text


def test_words_that_were_not_on_the_page_are_not_given(desk: Desk):
    """What the tipster wrote while the page was open is read before a unit gets it; not so a report."""
    keys = desk.agency.tip(WORDS)
    alice, unit = desk.browser("Alice"), desk.agency.desk("Narcotics").hex()
    alice.get("/case/1")
    approved(desk, "the report")
    form = given_form(alice.get("/case/1").text)
    desk.agency.receive(desk.agency.seal(keys, "I am her sister.", kind="follow-up", counter=1))
    alice.post("/case/1/route", **form, unit=unit, act="inform", reason="exact")
    assert desk.agency.count("route") == 0
    assert "the tipster wrote again since you looked" in alice.get("/case/1").text
    alice.post("/case/1/route", **form, unit=unit, act="inform", reason="")
    assert "the report" in desk.browser("Bob").get("/case/1").text


def test_what_a_unit_opened_is_named_for_what_it_was(desk: Desk):
    """The report, then the tip itself once that was given: not one for the other."""
    desk.agency.tip(WORDS)
    alice, bob, unit = desk.browser("Alice"), desk.browser("Bob"), desk.agency.desk("Narcotics").hex()
    alice.get("/case/1")
    approved(desk, "the report")
    alice.post("/case/1/route", unit=unit, reason="")
    bob.get("/case/1")
    alice.post("/case/1/give", unit=unit, reason="exact")
    shown = alice.get("/case/1").text
    assert "Bob</bdi> opened the report, last on" in shown
    assert "Bob</bdi> opened the tipster&#39;s own words" not in shown
    bob.get("/case/1")
    assert "Bob</bdi> opened the tipster&#39;s own words, last on" in alice.get("/case/1").text
