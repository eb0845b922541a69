"""A day at the console by keyboard alone, in a real browser; and what comes while a page is open."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from tests.browser.conftest import Browser, free_port
from tests.conftest import PASSPHRASE, Agency, agency_
from tests.console.conftest import settings_of
from tipline import tables
from tipline.console import inbox
from tipline.console.serve import Console

__all__ = ["agency_"]

#: Every letter that is a shortcut somewhere, typed where letters are letters.
REPLY = "Thank you. We just got it: please do not go there again. x c i u h k ? 1"


@pytest.fixture
def url(agency_: Agency) -> Iterator[str]:
    """A console that serves, without a second factor."""
    port = free_port()
    console = Console(settings_of(agency_, listen=f"127.0.0.1:{port}"))
    console.start()
    yield f"http://localhost:{port}"
    console.stop()


def test_a_day_by_keyboard_alone(agency_: Agency, url: str, chromium: Browser):
    """Filtered, opened, graded, answered, taken, undone, closed; the shortcuts are told and switched off."""
    agency_.tip("one", danger="yes")
    agency_.tip("two", lang="uk")
    agency_.tip("three")
    who = {"url": url, "name": "Alice", "passphrase": PASSPHRASE}
    day = chromium("day", **who, language="Ukrainian", reply=REPLY)
    assert (day["first"], day["second"]) == ("T-0001", "T-0003")
    assert day["filtered"] == ["T-0002"]
    assert "uk" not in day["address"].partition("?")[2]
    assert day["opened"] == "/case/2"
    assert "The grading is kept" in day["graded"]
    assert day["typed"] == REPLY
    assert "Sealed" in day["answered"]
    assert "1 case taken" in day["taken"]
    assert "1 case as before" in day["undone"]
    assert "1 case closed" in day["closed"]
    assert "T-0002" not in day["closed"]
    assert "Close the chosen cases" in day["sheet"]
    assert day["off"]
    with agency_.engine.connect() as connection:
        rows = connection.execute(select(tables.case.c.id, tables.case.c.status)).all()
    statuses = {row.id: row.status for row in rows}
    assert statuses == {1: "new", 2: "closed", 3: "new"}


def test_what_comes_is_told_and_moves_nothing(
    agency_: Agency, url: str, chromium: Browser, monkeypatch: pytest.MonkeyPatch
):
    """The focus stays where it is, and so does the list under it."""
    agency_.tip("one")
    asked, count = threading.Event(), inbox.lanes_news.count
    monkeypatch.setattr(inbox.lanes_news, "count", lambda *given: (asked.set(), count(*given))[1])
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(chromium, "waitForNews", url=url, name="Alice", passphrase=PASSPHRASE)
        assert asked.wait(30)
        agency_.tip("two", danger="yes")
        news = waiting.result(30)
    assert news["says"] == "1 new: show"
    assert (news["before"], news["after"], news["moved"]) == ("T-0001", "T-0001", 0)
