"""The search page: what is found, for whom, and that what was looked for stays in the session."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from tests.console.conftest import Desk
from tipline import tables
from tipline.audit import actions
from tipline.console import behind
from tipline.routing import recused
from tipline.search import known


def numbers(page: str) -> list[int]:
    """Return the cases whose lines a page shows, in order."""
    return [int(part.split('"')[0]) for part in page.split('href="/case/')[1:]]


def search(browser, asked: str) -> list[int]:
    answer = browser.post("/search", asked=asked)
    assert answer.status_code == 303
    return numbers(browser.get(answer.location).text)


def test_it_shows_what_answers_as_lines_of_the_inbox(desk: Desk):
    """And the newest first."""
    for text in ("a grey van at the harbour", "a blue van", "nothing to do with it"):
        desk.agency.tip(text)
    browser = desk.browser("Alice")
    assert search(browser, "van") == [2, 1]
    assert search(browser, "harbour van") == [1]
    assert search(browser, "bicycle") == []


def test_a_case_is_found_by_its_number(desk: Desk):
    """Typed as it is spoken; one of others is not."""
    desk.agency.tip("one")
    browser = desk.browser("Alice")
    assert search(browser, "T-0001") == search(browser, "1") == [1]
    assert search(browser, "T-0002") == []
    assert search(desk.browser("Bob"), "T-0001") == []


def test_what_was_looked_for_is_in_no_address_title_or_row(desk: Desk):
    """The audit has that somebody searched, and how much was found."""
    desk.agency.tip("a Krakatau van")
    browser = desk.browser("Alice")
    answer = browser.post("/search", asked="krakatau")
    assert "krakatau" not in answer.location.lower()
    page = browser.get(answer.location).text
    assert "krakatau" not in page[: page.index("<body>")].lower()
    with desk.agency.engine.connect() as connection:
        entries = [bytes(one) for one in connection.scalars(select(tables.audit.c.entry))]
    assert not any(b"rakatau" in one for one in entries)
    assert [one for one in entries if f'"{actions.SEARCHED}"'.encode() in one and b'"found":1' in one]


def test_another_session_does_not_have_what_was_found(desk: Desk):
    """Nor has the next one of the same officer."""
    desk.agency.tip("a van")
    browser = desk.browser("Alice")
    place = browser.post("/search", asked="van").location
    assert numbers(browser.get(place).text) == [1]
    assert desk.browser("Alan").get(place).status_code == 404
    browser.post("/sign-out")
    browser.sign_in("Alice")
    assert browser.get(place).status_code == 404


def test_what_was_taken_from_an_officer_is_left_out_of_what_was_found_before(desk: Desk):
    """They said that they know a person in it."""
    desk.agency.tip("a van")
    browser = desk.browser("Alice")
    place = browser.post("/search", asked="van").location
    recused.recuse(desk.agency.work("Alice"), 1)
    assert numbers(browser.get(place).text) == []
    assert search(browser, "van") == []


def test_results_come_in_pages(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """By an address that says nothing but which page."""
    monkeypatch.setattr("tipline.console.search.PAGE", 2)
    for _ in range(3):
        desk.agency.tip("a van")
    browser = desk.browser("Alice")
    place = browser.post("/search", asked="van").location
    assert numbers(browser.get(place).text) == [3, 2]
    assert numbers(browser.get(f"{place}&page=2").text) == [1]
    assert browser.get(f"{place}&page=0").status_code == 404


def test_a_large_index_is_read_while_a_page_says_how_far_it_is(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """Every page leads there until it is read, and then to the inbox."""
    for text in ("one", "two"):
        desk.agency.tip(text)
    desk.agency.work("Alice").wipe()
    monkeypatch.setattr(known, "LARGE", 1)
    real, gate = behind._read, threading.Event()
    monkeypatch.setattr(behind, "_read", lambda work: (gate.wait(), real(work)))
    browser = desk.browser()
    browser.get("/sign-in")
    browser.post("/sign-in", name="Alice", passphrase="correct horse battery")
    assert browser.get("/").location == browser.get("/search").location == "/reading"
    page = browser.get("/reading")
    assert 'http-equiv="refresh"' in page.text
    assert "Reading what your desks have" in page.text
    gate.set()
    for thread in threading.enumerate():
        if thread.name == "reading":
            thread.join()
    assert browser.get("/reading").location == "/"
    assert numbers(browser.get("/").text) == [2, 1]
