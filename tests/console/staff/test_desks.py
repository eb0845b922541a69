"""The page of the desks: who is there, and what its leads change, with every other officer refused."""

from __future__ import annotations

import re

import pytest

from tests.console.conftest import Desk
from tipline import db, tables
from tipline.cases import case
from tipline.keys import key_words, rows
from tipline.seal.suite import HYBRID


def path(desk: Desk, act: str, name: str, at: str = "Triage") -> str:
    return f"/desks/{desk.agency.desk(at).hex()}/{act}/{desk.agency.made.officers[name].hex()}"


def test_everybody_sees_who_is_at_their_desks_and_no_other(desk: Desk):
    """With the leads; forms are for leads alone."""
    shown = desk.browser("Alan").get("/desks").text
    assert all(f"<bdi>{name}</bdi>" in shown for name in ("Triage", "Alice", "Alan"))
    assert "Narcotics" not in shown
    assert "Carol" not in shown
    assert "Remove …" not in shown
    assert "Remove …" in desk.browser("Alice").get("/desks").text


def test_a_lead_admits_after_comparing_the_words(desk: Desk):
    """The page shows the words of the officer's key, and its form carries the hash that they stand for."""
    desk.agency.tip("words")
    alice = desk.browser("Alice")
    page = alice.get(path(desk, "admit", "Carol")).text
    carol = desk.agency.work("Carol").member.keys
    assert key_words.spoken(carol.public, carol.verify) in page
    keys = re.search(r'name="keys" value="([0-9a-f]+)"', page)[1]
    assert alice.post(path(desk, "admit", "Carol"), keys=keys).status_code == 303
    assert "Admitted" in alice.get("/desks").text
    assert case.open_(desk.agency.work("Carol"), 1).said


def test_keys_that_changed_after_the_page_are_refused_in_words(desk: Desk):
    alice = desk.browser("Alice")
    keys = re.search(r'name="keys" value="([0-9a-f]+)"', alice.get(path(desk, "admit", "Carol")).text)[1]
    own = tables.officer
    with db.writing(desk.agency.engine) as connection:
        connection.execute(own.update().where(own.c.name == "Carol").values(public=HYBRID.generate().public))
    answer = alice.post(path(desk, "admit", "Carol"), keys=keys)
    assert answer.status_code == 422
    assert "other keys than those whose words you compared" in answer.text


def test_a_lead_removes_after_reading_what_that_cannot_do(desk: Desk):
    """What the leaver opened is told before and after; they are out at their next click."""
    desk.agency.tip("words")
    alan, alice = desk.browser("Alan"), desk.browser("Alice")
    assert alan.get("/case/1").status_code == 200
    page = alice.get(path(desk, "remove", "Alan")).text
    assert "had opened 1 message in 1 case." in page
    assert "cannot be taken back" in page
    assert alice.post(path(desk, "remove", "Alan")).status_code == 303
    assert "had opened 1 message in 1 case." in alice.get("/desks").text
    assert "words" not in alan.get("/case/1").text


def test_leads_are_made_and_the_last_one_stays(desk: Desk):
    alice = desk.browser("Alice")
    refused = alice.post(path(desk, "lead", "Alice"), lead="no")
    assert (refused.status_code, "keeps a lead" in refused.text) == (422, True)
    assert alice.post(path(desk, "lead", "Alan"), lead="yes").status_code == 303
    assert "Remove …" in desk.browser("Alan").get("/desks").text


@pytest.mark.parametrize("name", ["Alan", "Bob"])
def test_nobody_else_changes_a_desk(desk: Desk, name: str):
    """A member who does not lead is refused for the role, another desk's lead for the desk."""
    browser, wanted = desk.browser(name), {"Alan": 403, "Bob": 404}[name]
    for act in ("admit", "remove"):
        assert browser.get(path(desk, act, "Carol" if act == "admit" else "Alice")).status_code == wanted
    for act, fields in (("admit", {"keys": "00" * 32}), ("remove", {}), ("lead", {"lead": "yes"})):
        assert browser.post(path(desk, act, "Alice"), **fields).status_code == wanted


def test_administrators_name_one_another_here(desk: Desk):
    """By the same words; and it opens no desk."""
    alice, carol = desk.browser("Alice"), desk.agency.made.officers["Carol"].hex()
    page = alice.get(f"/desks/administrators/name/{carol}").text
    keys = re.search(r'name="keys" value="([0-9a-f]+)"', page)[1]
    assert alice.post(f"/desks/administrators/name/{carol}", keys=keys).status_code == 303
    assert "Administrators" in desk.browser("Carol").get("/desks").text
    assert desk.browser("Bob").get(f"/desks/administrators/name/{carol}").status_code == 403


def test_a_roster_that_was_tampered_with_is_said(desk: Desk):
    """The desk is closed to its officers, and they are told why instead of finding nothing."""
    alice = desk.browser("Alice")
    own = tables.roster
    with db.writing(desk.agency.engine) as connection:
        connection.execute(own.update().where(own.c.desk == desk.agency.desk()).values(signature=b"mine"))
    shown = alice.get("/desks").text
    assert "cannot be trusted just now" in shown
    assert rows.TRIAGE not in shown.replace("Triage", "")
