"""Notes, a unit's question, and what triage does with it, in the browser."""

from __future__ import annotations

import re

import pytest

from tests.console.conftest import Browser, Desk
from tests.papers.test_report import write as write_report
from tests.papers.test_report_alone import give
from tipline.papers import paper_box


@pytest.fixture
def browsers(desk: Desk) -> tuple[Browser, Browser]:
    """Alice at triage, and Bob at the unit that has the report alone."""
    desk.agency.tip("the tipster's words")
    alice = desk.agency.work("Alice")
    write_report(alice)
    give(alice, desk.agency.desk("Narcotics"))
    return desk.browser("Alice"), desk.browser("Bob")


def send(browser: Browser, form: str, words: str, **fields: str):
    browser.get("/case/1")
    return browser.post(f"/case/1/{form}", text=words, paper=paper_box.new_id().hex(), **fields)


def test_a_question_becomes_a_reply(browsers: tuple[Browser, Browser]):
    """Triage's form has the unit's words to begin with; what is sent is triage's, and the unit sees that."""
    alice, bob = browsers
    assert send(bob, "question", "Which dock?").status_code == 303
    assert "Triage has not taken this up yet" in bob.get("/case/1").text
    assert "new question" in alice.get("/").text
    page = alice.get("/case/1").text
    link = re.search(r'href="(/case/1\?question=[0-9a-f]{32})#reply"', page)[1]
    form = alice.get(link).text
    assert re.search(r'<textarea id="text"[^>]*>Which dock\?</textarea>', form)
    assert "Taken from a question of <bdi>Narcotics</bdi>" in form
    asked = re.search(r'name="question" value="([0-9a-f]{32})"', form)[1]
    preview = alice.post("/case/1/reply", text="Can you say where?", question=asked, act="preview").text
    assert f'name="question" value="{asked}"' in preview
    assert (
        alice.post("/case/1/reply", text="Can you say where?", question=asked, act="send").status_code == 303
    )
    shown = bob.get("/case/1").text
    assert "Asked by <bdi>Alice</bdi>" in shown
    assert "Can you say where?" not in shown


def test_triage_answers_instead(browsers: tuple[Browser, Browser]):
    """The unit reads it beside its question."""
    alice, bob = browsers
    send(bob, "question", "Which dock?")
    asked = re.search(r'name="question" value="([0-9a-f]{32})"', alice.get("/case/1").text)[1]
    assert send(alice, "answer", "It would name them.", question=asked).status_code == 303
    assert "new note" in bob.get("/").text
    assert "It would name them." in bob.get("/case/1").text
    assert send(bob, "answer", "ours", question=asked).status_code == 403


def test_a_note_is_shown_to_its_desk(browsers: tuple[Browser, Browser]):
    """And to nobody else; one form sent twice is one note."""
    alice, bob = browsers
    bob.get("/case/1")
    same = paper_box.new_id().hex()
    for _ in range(2):
        assert bob.post("/case/1/note", text="We know this address.", paper=same).status_code == 303
    assert bob.get("/case/1").text.count("We know this address.") == 1
    assert "We know this address." not in alice.get("/case/1").text


def test_words_are_not_lost(browsers: tuple[Browser, Browser]):
    """What is too long comes back with the reason; ids that are none are refused."""
    _, bob = browsers
    for form in ("note", "question"):
        answer = send(bob, form, "long words " * 2000)
        assert answer.status_code == 422
        assert "too long" in answer.text
        assert answer.text.count("long words ") >= 1999
        assert bob.post(f"/case/1/{form}", text="x", paper="00").status_code == 400
        assert bob.post(f"/case/1/{form}", text="x", paper="zz").status_code == 404


def test_a_unit_that_lost_the_case_is_answered_no_more(desk: Desk, browsers: tuple[Browser, Browser]):
    """The page says so, and has no form that would be refused."""
    alice, bob = browsers
    send(bob, "question", "Which dock?")
    assert 'action="/case/1/answer"' in alice.get("/case/1").text
    alice.post("/case/1/withdraw", unit=desk.agency.desk("Narcotics").hex(), reason="source")
    page = alice.get("/case/1").text
    assert "Which dock?" in page
    assert 'action="/case/1/answer"' not in page
    assert "The unit has not got this case any more" in page


def test_the_audit_names_what_was_written_and_given(desk: Desk, browsers: tuple[Browser, Browser]):
    """Kinds, and never a word of it."""
    alice, bob = browsers
    send(bob, "question", "Which dock?")
    send(alice, "note", "Ours.")
    alice.post("/case/1/route", unit=desk.agency.desk("Traffic").hex(), act="inform", reason="exact")
    page = alice.get("/case/1").text.split("<h2>Audit</h2>")[1]
    for words in (
        "wrote a version of the report",
        "wrote a question for the tipster",
        "wrote a note",
        "<bdi>Narcotics</bdi>, the report alone",
        "<bdi>Traffic</bdi>, with the tipster&#39;s own words",
    ):
        assert words in page
    assert "Which dock?" not in page
