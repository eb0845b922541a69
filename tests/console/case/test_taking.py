"""A colleague's case, one's own, and one with a person whom the officer knows, as a browser sees them."""

from __future__ import annotations

import pytest

from tests.console.case.test_page import actions, envelope
from tests.console.conftest import Browser, Desk
from tests.console.test_role import filled, role_at, routes

WORDS = "They meet at pier 7."


@pytest.fixture
def taken(desk: Desk) -> tuple[Desk, Browser, Browser]:
    """A case with a file that Alice took, and the browsers of Alice and of Alan, her colleague."""
    desk.agency.tip(WORDS, files=(desk.agency.file(b"picture"),))
    alice, alan = desk.browser("Alice"), desk.browser("Alan")
    alice.get("/case/1")
    assert alice.post("/case/1/take").status_code == 303
    assert "Yours, since" in alice.get("/case/1").text
    return desk, alice, alan


def test_every_route_asks_first_whatever_it_is(taken):
    """From the table of routes, so that a new one is covered: the question, and nothing of the case."""
    desk, _, alan = taken
    before = actions(desk)
    for endpoint, method, path in routes(desk.app):
        if not path.startswith("/case/<number>") or endpoint.startswith("taking."):
            continue
        assert role_at(desk, endpoint) in {"officer", "triage"}
        ask = alan.get if method == "GET" else alan.post
        answer = ask(filled(path).replace("00" * 32, envelope(desk)))
        assert (answer.status_code, answer.location) == (303, "/case/1/why"), path
        assert WORDS.encode() not in answer.data
        assert b"picture" not in answer.data
    assert actions(desk) == before


def test_the_question_shows_whose_it_is_and_nothing_of_it(taken):
    """The inbox says so too; a reason that is none asks again, one of the list opens it."""
    desk, _, alan = taken
    assert "Taken by <bdi>Alice</bdi>" in alan.get("/").text
    shown = alan.get("/case/1/why").text
    assert "<bdi>Alice</bdi> took this case" in shown
    assert WORDS not in shown
    assert 'action="/case/1/recuse"' in shown
    assert alan.post("/case/1/why", reason="other").location == "/case/1"
    assert "another reason takes words" in alan.get("/case/1/why").text
    assert alan.post("/case/1/why", reason="cover", words="until <noon>").location == "/case/1"
    shown = alan.get("/case/1").text
    assert WORDS in shown
    assert "until &lt;noon&gt;" in shown
    assert "said why they open a colleague&#39;s case (They are away, and I cover for them)" in shown
    assert alan.get("/case/1/why").location == "/case/1"
    assert actions(desk)[-2:] == ["explained", "opened"]


def test_it_can_be_taken_over_and_handed_back(taken):
    """Taken over, it is the first officer who is asked."""
    _, alice, alan = taken
    alan.get("/case/1/why")
    alan.post("/case/1/why", reason="cover")
    alan.get("/case/1")
    alan.post("/case/1/take")
    assert "This is your case now." in alan.get("/case/1").text
    assert alice.get("/case/1").location == "/case/1/why"
    alan.post("/case/1/hand-back")
    assert WORDS in alice.get("/case/1").text
    alice.post("/case/1/hand-back")
    assert "this case is not in your hands" in alice.get("/case/1").text


def test_who_knows_a_person_sees_nothing_of_the_case(desk: Desk):
    """On every route with a case in it, as for a case that is not there; a lead sees it and undoes it."""
    desk.agency.tip(WORDS, files=(desk.agency.file(b"picture"),))
    alan = desk.browser("Alan")
    alan.get("/case/1")
    assert alan.post("/case/1/recuse").location == "/"
    shown = alan.get("/").text
    assert "You are off case T-0001." in shown
    assert "/case/1" not in shown
    for _, method, path in routes(desk.app):
        if path.startswith("/case/<number>"):
            ask = alan.get if method == "GET" else alan.post
            answer = ask(filled(path).replace("00" * 32, envelope(desk)))
            assert answer.status_code == 404, path
            assert WORDS.encode() not in answer.data
    alice = desk.browser("Alice")
    shown = alice.get("/case/1").text
    assert "Off this case: <bdi>Alan</bdi>" in shown
    officer = shown.split('name="officer" value="')[1].split('"')[0]
    assert alice.post("/case/1/lift", officer=officer, reason="mistake").status_code == 303
    assert "They may work on this case again." in alice.get("/case/1").text
    assert WORDS in alan.get("/case/1").text


def test_who_wrote_while_a_colleague_took_it_gets_their_words_back(desk: Desk):
    """A page of a report is not lost to a click of somebody else's; nothing of it is stored."""
    desk.agency.tip(WORDS)
    alice, alan = desk.browser("Alice"), desk.browser("Alan")
    alan.get("/case/1/report")
    alice.get("/case/1")
    alice.post("/case/1/take")
    fields = {"paper": "00" * 16, "after": "0", "act": "save"}
    answer = alan.post("/case/1/report", text="A weapon is said to be kept there.", **fields)
    assert answer.status_code == 409
    assert "readonly>A weapon is said to be kept there.</textarea>" in answer.text
    assert "<bdi>Alice</bdi> took this case" in answer.text
    assert WORDS not in answer.text
    assert desk.agency.count("paper") == 0
    assert "A weapon" not in alan.get("/case/1/why").text
