"""Writing, checking and approving a report in the browser, and what a unit with it alone is shown."""

from __future__ import annotations

import re

import pytest

from tests.console.conftest import Browser, Desk, settings_of
from tests.papers.test_report_alone import give
from tipline.cases import audit
from tipline.console.app import create_app

TIP = "My brother hides the gun in the flour tin above the stove."
REPORT = "A weapon is said to be kept at an address in the harbour quarter."


def hidden(page: str, name: str, form: str) -> str:
    """Return the value of a hidden field of the form that posts to *form*."""
    part = page.split(f'action="/case/1/{form}"')[1].split("</form>", maxsplit=1)[0]
    return re.search(f'name="{name}" value="([^"]*)"', part)[1]


def save(browser: Browser, words: str = REPORT, act: str = "save", **fields: str):
    """Send the report's form as it is on the page now."""
    page = browser.get("/case/1/report").text
    own = {name: hidden(page, name, "report") for name in ("paper", "after")}
    return browser.post("/case/1/report", **{**own, "text": words, "act": act, **fields})


def approve(browser: Browser):
    """Click on "Approve" on the page."""
    page = browser.get("/case/1/report").text
    own = {name: hidden(page, name, "report/approve") for name in ("paper", "hash")}
    return browser.post("/case/1/report/approve", **own)


def test_a_report_is_written_checked_and_approved(desk: Desk):
    """Beside the tip; who wrote it has no button to approve it; the second officer has."""
    desk.agency.tip(TIP, files=(desk.agency.file(b"x"),))
    alice, alan = desk.browser("Alice"), desk.browser("Alan")
    checked = save(alice, f"Beware. {TIP} And pray", act="check").text
    assert f'This sentence: <q dir="auto">{TIP[:-1]}</q>' in checked
    assert "It is not in the report" in checked
    assert "Not saved yet" in checked
    assert save(alice).status_code == 303
    shown = alice.get("/case/1/report").text
    assert "waits for a second officer" in shown
    assert "somebody else at your desk approves it" in shown
    assert "Approve version" not in shown
    assert "No sentence and no longer phrase" in shown
    assert TIP in shown
    assert approve(alan).status_code == 303
    shown = alice.get("/case/1/report").text
    assert "approved by <bdi>Alan</bdi>" in shown
    assert "approved by <bdi>Alan</bdi>" in alice.get("/case/1").text
    alice.post("/case/1/report/take-back", paper=hidden(shown, "paper", "report/take-back"))
    assert "waits for a second officer" in alan.get("/case/1/report").text


def test_the_author_is_refused_whatever_they_send(desk: Desk):
    """A form made by hand is no way around it, nor is another hash, nor no id."""
    desk.agency.tip(TIP)
    alice, alan = desk.browser("Alice"), desk.browser("Alan")
    save(alice)
    page = alan.get("/case/1/report").text
    own = {name: hidden(page, name, "report/approve") for name in ("paper", "hash")}
    assert alice.post("/case/1/report/approve", **own).status_code == 404
    assert alan.post("/case/1/report/approve", paper=own["paper"], hash="00" * 32).status_code == 404
    assert alan.post("/case/1/report/approve", paper="x", hash=own["hash"]).status_code == 404
    assert "waits for a second officer" in alice.get("/case/1/report").text


def test_words_are_not_lost(desk: Desk):
    """Too long, empty, or somebody was faster: what was typed is still there, and nothing is saved."""
    desk.agency.tip(TIP)
    alice, alan = desk.browser("Alice"), desk.browser("Alan")
    assert save(alice, "").status_code == 422
    long = save(alice, "long words " * 2000)
    assert (long.status_code, long.text.count("long words ") >= 1999) == (422, True)
    page = alan.get("/case/1/report").text
    save(alice)
    behind = {"paper": hidden(page, "paper", "report"), "after": "0", "text": "Alan's words", "act": "save"}
    answer = alan.post("/case/1/report", **behind)
    assert answer.status_code == 409
    assert "Alan&#39;s words" in answer.text
    assert "Version 1, as units read it" in answer.text


def test_a_report_is_inert(desk: Desk):
    """Officers' words are shown like strangers'."""
    desk.agency.tip(TIP)
    alice = desk.browser("Alice")
    save(alice, "<script>alert(1)</script>\u202e")
    shown = alice.get("/case/1/report").text
    assert "<script>alert" not in shown
    assert "U+202E" in shown


@pytest.fixture
def unit(desk: Desk) -> Browser:
    """A browser of the unit that was given the report alone."""
    desk.agency.tip(TIP, lang="ar", category="arms", danger="yes", files=(desk.agency.file(b"x", "tin.jpg"),))
    save(desk.browser("Alice"))
    give(desk.agency.work("Alice"), desk.agency.desk("Narcotics"))
    return desk.browser("Bob")


def test_a_unit_with_the_report_alone_sees_nothing_else(desk: Desk, unit: Browser):
    """Number, priority, status, day and report; no word, language, category, danger, file or other unit."""
    save(desk.browser("Alice"), "the next version")
    inbox, page = unit.get("/").text, unit.get("/case/1").text
    assert "The report alone" in inbox
    assert "new report" in inbox
    assert "new report" not in unit.get("/").text
    for shown in (inbox, page):
        assert "T-0001" in shown
        assert "P0 Threat to life" in shown
        for word in (
            "brother",
            "Arabic",
            "weapons",
            "Danger now",
            "tin.jpg",
            "message",
            "Triage</bdi> 1",
            "next version",
        ):
            assert word not in shown
    assert REPORT in page
    assert "/case/1/report" not in page
    for path in ("/case/1/report", "/case/1?question=00"):
        assert unit.get(path).status_code in {403, 404}
    envelope = desk.agency.work("Alice").known.items(1)[0].envelope.hex()
    assert unit.post(f"/case/1/file/{envelope}/0").status_code == 404
    assert desk.browser("Carol").get("/case/1").status_code == 404


def test_triage_sees_which_unit_has_which_version(desk: Desk, unit: Browser):
    """And which one routing gives, while a newer one waits."""
    alice, alan = desk.browser("Alice"), desk.browser("Alan")
    approve(alan)
    save(alice, "the next version")
    for path in ("/case/1", "/case/1/report"):
        shown = alice.get(path).text
        assert "Version 1 was given to <bdi>Narcotics</bdi>." in shown
        assert "Until it is approved, units are given version 1." in shown
    assert "was given to" not in unit.get("/case/1").text


def test_without_approval_a_saved_version_is_ready(desk: Desk):
    """Where the agency says so, because it has one triage officer."""
    desk.agency.tip(TIP)
    desk.app = create_app(settings_of(desk.agency, report_approval=False), desk.agency.engine)
    alice = desk.browser("Alice")
    save(alice)
    assert "ready to be given" in alice.get("/case/1/report").text
    assert "somebody else" not in alice.get("/case/1/report").text


def test_looking_at_the_report_is_in_the_audit(desk: Desk):
    """The page shows the tip as well."""
    desk.agency.tip(TIP)
    alice = desk.browser("Alice")
    save(alice)
    with desk.agency.engine.connect() as connection:
        entries = audit.of_case(connection, [desk.agency.desk()], 1)
    assert [entry.action for entry in entries] == ["opened", "opened", "wrote"]
