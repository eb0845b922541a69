"""A tip about the police, through the page and two real consoles: who can read it, and who cannot."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from tests.browser.conftest import Agency, Browser, eventually
from tipline import db, tables

WORDS = "The sergeant at the harbour gate warns them before every search."
ANSWER = "On which nights did you see his car?"


@pytest.fixture(scope="module")
def told(beside: Agency, chromium: Browser) -> dict:
    """Told in the page; the only choice that somebody else reads."""
    what = {"category": "police-officials", "danger": "no", "text": WORDS}
    return chromium("tell", url=beside.public, **what)


@pytest.fixture(scope="module")
def answered(beside: Agency, chromium: Browser, told: dict) -> dict:
    """Opened and answered by an overseer."""
    return eventually(
        lambda: chromium("answer", **beside.overseer(), words=WORDS, reply=ANSWER)["found"],
        "the overseers never got it",
    )


def stored(console: Path) -> set[bytes]:
    """The ids of all envelopes that a console has."""
    engine = db.open_engine(console.parent / "console.db")
    with engine.connect() as connection:
        ids = set(connection.scalars(select(tables.envelope.c.id)))
    engine.dispose()
    return ids


def test_an_overseer_reads_it_and_no_officer_of_the_police_does(
    beside: Agency, chromium: Browser, answered: dict
):
    """Both consoles have stored the envelope; at the police's, Maria's inbox shows nothing of it."""
    assert answered["texts"] == [WORDS]
    theirs = stored(beside.demo.oversight_settings)
    eventually(lambda: theirs <= stored(beside.demo.console_settings), "the police's console never had it")
    seen = chromium("answer", **beside.officer("Maria"), words=WORDS)
    assert seen["found"] is None
    assert "police" not in seen["inbox"].lower().replace("harbour city police (demo)", "")


def test_who_told_it_reads_the_overseers_answer_and_writes_back_to_them(
    beside: Agency, chromium: Browser, told: dict, answered: dict
):
    """The page finds it on the overseers' section of the board; what is written back goes to their desk."""

    def look() -> dict | None:
        found = chromium("comeBack", url=beside.public, receipt=told["receipt"])
        return found if found["replies"] else None

    assert eventually(look, "the answer never came")["replies"] == [ANSWER]
    more = "On Thursdays, a grey Skoda."
    chromium("followUp", url=beside.public, receipt=told["receipt"], text=more)

    def arrived() -> bool:
        address = answered["address"]
        return more in chromium("readCase", **beside.overseer(), address=address)["texts"]

    assert eventually(arrived, "what was written back never came")


def test_the_page_says_who_reads_what(beside: Agency, chromium: Browser):
    """Each choice stands under the body that reads it, so that a look-alike in another's section is seen."""
    shown = chromium("choices", url=beside.public)["choices"]
    assert shown["police-officials"] == "Read by: Harbour City Police Ombudsman (demo)"
    assert shown["drugs"] == "Read by: Harbour City Police (demo)"
