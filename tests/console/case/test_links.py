"""What belongs to a case, in the browser: by keyboard and without JavaScript, to who may open it."""

from __future__ import annotations

import re

import pytest

from tests.console.conftest import Desk
from tipline.audit import actions
from tipline.calls import taking
from tipline.calls.taking import PHONE, Told
from tipline.cases import audit
from tipline.links import merge, region
from tipline.papers.reason import Reason

TIP = "Every Friday at ten a white van stops in Harbour Street and two men carry bags into the cellar."


@pytest.fixture
def two(desk: Desk) -> Desk:
    """A console with two tips that are alike, cases 1 and 2."""
    region.tell(desk.agency.engine, "DE")
    for at in (1, 2):
        desk.agency.tip(f"{TIP} 0171 5551234 <b>{at}</b>")
        desk.agency.work("Alice")
    return desk


def text_of(page: str) -> str:
    """Return a page's words."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_case_shows_what_may_belong_to_it_and_why(two):
    """The reasons are in words."""
    page = text_of(two.browser("Alice").get("/case/1").text)
    assert "Perhaps T-0002" in page
    assert "The same telephone number: 0171 5551234" in page
    assert "Nearly the same text" in page


def test_what_a_case_names_is_shown_once_the_audit_has_it(two):
    """A telephone number out of a tip is the tip's own words, on this page too."""
    page = text_of(two.browser("Alice").get("/case/1/links").text)
    assert "0171 5551234" in page
    with two.agency.engine.connect() as connection:
        said = audit.of_case(connection, [two.agency.desk()], 1)
    assert [(one.action, one.officer_name) for one in said] == [(actions.OPENED, "Alice")]


def test_link_dismiss_and_find_by_number(two):
    """A number is found however it is said; what is drawn is shown on both cases and can be taken back."""
    browser = two.browser("Alice")
    for asked in ("T-0002", "t2", "0002", "2"):
        assert "Link them" in browser.get(f"/case/1/links?with={asked}").text
    for asked in ("T-0009", "1", "x", "T-9999999999999"):
        assert "No other case with this number" in browser.get(f"/case/1/links?with={asked}").text
    assert browser.post("/case/1/dismiss", other="2").status_code == 303
    assert "Suggest it again" in browser.get("/case/2/links").text
    browser.post("/case/2/suggest-again", other="1")
    browser.post("/case/1/link", other="2", reason="number")
    assert "Linked with T-0001" in text_of(browser.get("/case/2").text)
    browser.post("/case/2/unlink", other="1", reason="mistake")
    assert "Linked with" not in text_of(browser.get("/case/1").text)
    browser.post("/case/1/link", other="2", reason="")
    assert "Not done: this is none of the reasons" in text_of(browser.get("/case/1/links").text)


def test_the_old_number_leads_to_the_whole_and_each_tipster_is_answered_apart(two):
    """The whole shows both conversations; the part's own page answers its tipster alone."""
    browser = two.browser("Alice")
    browser.post("/case/2/merge", other="1", into="other", reason="twice")
    led = browser.get("/case/2")
    assert (led.status_code, led.location) == (303, "/case/1#T-0002")
    page = browser.get("/case/1").text
    assert '<section class="part" id="T-0002"' in page
    assert page.count("Harbour Street") == 2
    part = browser.get("/case/2?part=1")
    assert "reaches the tipster of T-0002 alone" in text_of(part.text)
    assert 'action="/case/2/reply"' in part.text
    assert "Take T-0002 out" in text_of(browser.get("/case/1/links").text)
    browser.post("/case/1/split", other="2", reason="mistake")
    assert browser.get("/case/2").status_code == 200
    assert 'id="T-0002"' not in browser.get("/case/1").text


def test_a_unit_links_what_it_has_and_makes_no_one_case(two):
    """It is not offered, and refused; of what it was not given it sees nothing."""
    own, alice = two.agency, two.browser("Alice")
    route = {"unit": own.desk("Narcotics").hex(), "reason": "exact", "act": "route"}
    page = alice.get("/case/1").text
    seen = dict(re.findall(r'name="(messages|report)" value="([0-9a-f]*)"', page))
    alice.post("/case/1/route", **route, **seen)
    bob = two.browser("Bob")
    assert "T-0002" not in bob.get("/case/1").text
    links = bob.get("/case/1/links?with=2")
    assert links.status_code == 200
    assert "No other case with this number" in links.text
    assert "Make one case" not in links.text
    assert bob.post("/case/1/merge", other="2", into="this", reason="twice").status_code == 403
    assert bob.post("/case/1/link", other="2", reason="number").status_code == 404


def test_a_number_that_is_none_is_not_found(two):
    """Whatever stands in the form, of every act."""
    browser = two.browser("Alice")
    for act in ("link", "unlink", "dismiss", "suggest-again", "merge", "split"):
        for other in ("", "0", "2' OR 1=1"):
            assert browser.post(f"/case/1/{act}", other=other, reason="number").status_code == 404


def test_a_part_is_shown_as_its_own_page_shows_it(desk: Desk):
    """Who typed it by telephone, and that it can be translated; no id stands twice on the page."""
    desk.agency.tip("the first")
    own = desk.agency.work("Alice")
    told = Told("Alguien vende pistolas en el garaje de la esquina.", "drugs", "no", "es", PHONE)
    taking.take(own, desk.agency.id, told)
    merge.merge(own, 2, 1, Reason("twice"))
    page = desk.browser("Alice").get("/case/1").text
    part = page.split('id="T-0002"')[1]
    assert "By telephone: typed by <bdi>Alice</bdi>" in part
    assert "Nothing that you can check says who typed it" not in page
    ids = re.findall(r'\sid="([^"]*)"', page)
    assert len(ids) == len(set(ids))
