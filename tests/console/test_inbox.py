"""The inbox as a page: lanes, filters in the address, pages of a lane."""

from __future__ import annotations

import re

import pytest

from tests.console.conftest import Browser, Desk
from tipline.assessment import grading
from tipline.assessment.schemes import Grading
from tipline.cases import inbox as cases_inbox
from tipline.console import bulk


def numbers(page: str) -> list[int]:
    """Return the cases that a page lists, in order."""
    return [int(found) for found in re.findall(r'">T-(\d+)</a>', page)]


def link(page: str, says: str) -> str:
    """Return where a link leads, by what it says."""
    found = re.search(rf'href="([^"]+)"[^>]*>{re.escape(says)}', page)
    assert found, says
    return found[1].replace("&amp;", "&")


def option(browser: Browser, says: str) -> str:
    """Return what the form sends for a choice."""
    found = re.search(rf'<option value="([^"]+)"[^>]*>{re.escape(says)}</option>', browser.get("/").text)
    assert found, says
    return found[1]


def test_a_lane_goes_page_by_page(desk: Desk):
    """Fifty at a time, newest first, nothing twice and nothing left out; the most urgent lane is on top."""
    for number in range(62):
        desk.agency.tip(f"tip {number}", danger="yes" if number == 20 else "no")
    alice = desk.browser("Alice")
    shown = alice.get("/").text
    first = numbers(shown)
    assert len(first) == 50
    assert len([one for one in first if one == 21]) == 1
    assert first[0] == 21
    assert re.search(r'P0 Threat to life <span class="count">1</span>', shown)
    assert re.search(r'P3 Routine <span class="count">61</span>', shown)
    lane = alice.get(link(shown, "All of P3")).text
    rest = alice.get(link(lane, "Next page")).text
    assert numbers(lane) + numbers(rest) == sorted(set(range(1, 63)) - {21}, reverse=True)
    assert "Next page" not in rest


def test_a_lane_is_counted_no_further_than_it_must(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """A count that goes on is shown as "9+"."""
    monkeypatch.setattr(cases_inbox, "AT_MOST", 9)
    for number in range(10):
        desk.agency.tip(f"tip {number}")
    assert '<span class="count">9+</span>' in desk.browser("Alice").get("/").text


def test_filters_leave_out_the_rest(desk: Desk):
    """Each by itself and together; what there is not is said."""
    agency = desk.agency
    agency.tip("one", category="drugs", lang="en")
    agency.tip("two", category="arms", lang="uk")
    agency.tip("three", category="drugs", lang="uk", files=(agency.file(b"data"),))
    alice = desk.browser("Alice")
    about, lang = option(alice, "Drugs"), option(alice, "Ukrainian")
    assert numbers(alice.get(f"/?category={about}").text) == [3, 1]
    assert numbers(alice.get(f"/?lang={lang}").text) == [3, 2]
    assert numbers(alice.get(f"/?lang={lang}&category={about}&status=&desk=").text) == [3]
    assert numbers(alice.get("/?files=with").text) == [3]
    assert numbers(alice.get("/?files=without").text) == [2, 1]
    assert numbers(alice.get("/?age=today").text) == [3, 2, 1]
    grading.grade(agency.work("Alice"), 2, Grading("3x5x2", "2", "D", "P", "AMBER"))
    assert numbers(alice.get("/?grade=any").text) == numbers(alice.get("/?grade=information-D").text) == [2]
    assert numbers(alice.get("/?grade=none").text) == [3, 1]
    assert '<td data-label="Grade">2D</td>' in alice.get("/?grade=source-2").text
    assert "No case is like that" in alice.get("/?grade=source-1").text
    assert "No case is like that" in alice.get("/?age=over-7-days").text
    for wrong in ("status=sold", "age=x", "files=x", "holder=x", "grade=x", "lane=9", "before=x", "desk=zz"):
        assert alice.get(f"/?{wrong}").status_code == 404


def test_the_address_tells_neither_category_nor_language(desk: Desk):
    """It stays in the browser's history: it means something to this session alone."""
    desk.agency.tip(category="drugs", lang="uk")
    alice = desk.browser("Alice")
    about, lang = option(alice, "Drugs"), option(alice, "Ukrainian")
    assert not {about, lang} & {"drugs", "uk"}
    again = desk.browser("Alice")
    assert {option(again, "Drugs"), option(again, "Ukrainian")}.isdisjoint({about, lang})
    stale = again.get(f"/?category={about}")
    assert "of an earlier session" in stale.text
    for where in re.findall(r'(?:href|action)="([^"]*)"', alice.get(f"/?category={about}&lang={lang}").text):
        assert "drugs" not in where
        assert "=uk" not in where


def test_several_are_taken_and_handed_back_again(desk: Desk):
    """What was done is said, and what was not with its reason; the last act is undone, once."""
    for number in range(3):
        desk.agency.tip(f"tip {number}")
    alice, alan = desk.browser("Alice"), desk.browser("Alan")
    alan.post("/case/2/take")
    alice.post("/inbox/acts?files=without", act="take", case=["1", "2", "3"])
    shown = alice.get("/").text
    assert "2 cases taken." in shown
    assert "T-0002</a>: it is in a colleague" in shown
    assert shown.count("<strong>Yours</strong>") == 2
    assert "Not done" not in alice.get("/").text
    undo = re.search(r'name="undo" value="(\w+)"', alice.get("/").text)
    assert undo
    answer = alice.post("/inbox/undo?files=without", undo=undo[1])
    assert answer.location == "/?files=without"
    again = alice.get("/").text
    assert "2 cases as before" in again
    assert "Yours" not in again
    assert 'name="undo"' not in again
    alice.post("/inbox/undo", undo=undo[1])
    assert "nothing to undo" in alice.get("/").text


def test_an_undo_is_offered_for_minutes(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """After ten it is not, nor done."""
    desk.agency.tip()
    alice = desk.browser("Alice")
    alice.post("/inbox/acts", act="take", case="1")
    undo = re.search(r'name="undo" value="(\w+)"', alice.get("/").text)
    assert undo
    monkeypatch.setattr(bulk, "UNDO_SECONDS", 0)
    assert 'name="undo"' not in alice.get("/").text
    alice.post("/inbox/undo", undo=undo[1])
    assert "Yours" in alice.get("/").text


def test_what_an_act_takes_is_asked_once(desk: Desk):
    """Unit, part and reason for all cases together; units ask nothing of the kind."""
    desk.agency.tip("one")
    desk.agency.tip("two")
    alice = desk.browser("Alice")
    asks = alice.post("/inbox/acts", act="priority", case=["1", "2"]).text
    assert "Set the priority: 2 cases" in asks
    alice.post("/inbox/acts", act="priority", go="1", case=["1", "2"], priority="1", reason="little-time")
    assert "2 cases given another priority" in alice.get("/").text
    units = alice.post("/inbox/acts", act="route", case="1").text
    unit = re.search(r'<option value="(\w+)">Narcotics', units)
    assert unit
    alice.post("/inbox/acts", act="route", go="1", case="1", unit=unit[1])
    assert "no new report" in alice.get("/").text
    alice.post("/inbox/acts", act="route", go="1", case="1", unit=unit[1], reason="urgent")
    assert "1 case given to the unit" in alice.get("/").text
    bob = desk.browser("Bob")
    assert bob.post("/inbox/acts", act="priority", go="1", case="1", priority="1").status_code == 403
    assert "taken" in (bob.post("/inbox/acts", act="take", case="1") and bob.get("/").text)
    assert alice.post("/inbox/acts", act="sell", case="1").status_code == 404
    assert alice.post("/inbox/acts", act="take", case="x").status_code == 404
    alice.post("/inbox/acts", act="take")
    assert "No case was chosen" in alice.get("/").text


def test_arrivals_are_told_to_a_page_that_asks(desk: Desk):
    """How many, of those that its filter shows; being asked is no sign that the officer is there."""
    desk.agency.tip("one", category="drugs")
    alice, bob = desk.browser("Alice"), desk.browser("Bob")
    about = option(alice, "Drugs")
    everything, drugs = (
        re.search(r'data-from="([^"]+)"', alice.get(path).text)[1].replace("&amp;", "&")  # type: ignore[index]
        for path in ("/", f"/?category={about}")
    )
    assert alice.get(everything).json == {"new": 0}
    desk.agency.tip("two", category="drugs")
    desk.agency.tip("three", category="arms")
    (held,) = [one for one in desk.app.extensions["tipline.store"].all_() if one.work.member.name == "Alice"]
    touched = held.touched
    assert alice.get(everything).json == {"new": 2}
    assert alice.get(drugs).json == {"new": 1}
    assert held.touched == touched
    alice.get("/")
    assert held.touched > touched
    assert alice.get("/inbox/news?since=x").status_code == 404
    assert bob.get(everything).json == {"new": 0}


def test_a_filter_is_saved_as_a_view(desk: Desk):
    """It is a link of one's own, works in the next session too, and is deleted where it is shown."""
    desk.agency.tip("one", category="drugs")
    desk.agency.tip("two", category="arms")
    alice = desk.browser("Alice")
    about = option(alice, "Drugs")
    alice.post(f"/inbox/views/save?category={about}", name="Pills & powder")
    alice.post(f"/inbox/views/save?category={about}", name="")
    assert "Not saved" in alice.get("/").text
    again = desk.browser("Alice")
    view = link(again.get("/").text, "<bdi>Pills &amp; powder")
    assert about not in view
    shown = again.get(view).text
    assert numbers(shown) == [1]
    assert "Pills" not in desk.browser("Alan").get("/").text
    found = re.search(r'name="view" value="(\w+)"', shown)
    assert found
    again.post("/inbox/views/remove", view=found[1])
    assert "Pills" not in again.get("/").text
