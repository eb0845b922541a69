"""The pages of a case that opens only together, with two browsers that are two overseers."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from tests import quorum
from tests.console.conftest import Browser, Desk, settings_of
from tests.quorum import Oversight
from tipline import tables
from tipline.console.app import create_app
from tipline.seal import quorum as splitting
from tipline.seal import slot, stanza
from tipline.seal.suite import HYBRID

TEXT = "They took the money from the safe."
WHY = "It says that somebody is in danger."


@pytest.fixture
def oversight(tmp_path: Path) -> Oversight:
    return quorum.make(tmp_path / "data")


@pytest.fixture
def overseers(oversight: Oversight) -> Desk:
    """The oversight console."""
    return Desk(oversight, create_app(settings_of(oversight), oversight.engine))


def opened_by(overseers: Desk, *names: str) -> list[Browser]:
    """Sign these in; the first asks to open case 1, the others give their share."""
    browsers = [overseers.browser(name) for name in names]
    browsers[0].get("/sealed/1")
    assert browsers[0].post("/sealed/1/ask", why=WHY).status_code == 303
    for browser in browsers[1:]:
        browser.get("/sealed/1")
        assert browser.post("/sealed/1/give").status_code == 303
    return browsers


def test_an_inbox_lists_what_is_sealed_by_its_docket(oversight: Oversight, overseers: Desk):
    """Number, day and urgency, and not a word of what is said."""
    oversight.tip(TEXT, danger="yes", lang="fr", category="police")
    page = overseers.browser("Ada").get("/").text
    assert "T-0001" in page
    assert "Threat to life" in page
    assert "Sealed" in page
    assert TEXT not in page
    assert "French" not in page


def test_two_overseers_open_it_from_two_browsers(oversight: Oversight, overseers: Desk):
    """The first sees that it waits, the second why, both read it, the third still sees it sealed."""
    oversight.tip(TEXT)
    ada, ben, cem = (overseers.browser(name) for name in ("Ada", "Ben", "Cem"))
    assert "2 of 3 overseers open it together" in ada.get("/sealed/1").text
    assert "Say why" in ada.post("/sealed/1/ask", why=" ").text
    ada.post("/sealed/1/ask", why=WHY)
    assert "Your share is given" in ada.get("/sealed/1").text
    assert "1 of 2 shares given" in ben.get("/").text
    asked = ben.get("/sealed/1").text
    assert WHY in asked
    assert TEXT not in asked
    ben.post("/sealed/1/give")
    for browser in (ada, ben):
        page = browser.get("/sealed/1").text
        assert TEXT in page
        assert "Open to 2 overseers" in page
    assert TEXT not in cem.get("/sealed/1").text
    assert "Others have it open now" in cem.get("/sealed/1").text


@pytest.mark.parametrize("how", ["/sign-out", "/sealed/1/close"])
def test_one_who_leaves_closes_it_for_both(oversight: Oversight, overseers: Desk, how: str):
    oversight.tip(TEXT)
    ada, ben = opened_by(overseers, "Ada", "Ben")
    assert TEXT in ada.get("/sealed/1").text
    assert ben.post(how).status_code == 303
    assert TEXT not in ada.get("/sealed/1").text


def test_one_who_is_locked_for_idling_closes_it_for_both(oversight: Oversight, overseers: Desk):
    """The session that idles is emptied, and what it opened with the other one goes with it."""
    oversight.tip(TEXT)
    ada, ben = opened_by(overseers, "Ada", "Ben")
    store = overseers.app.extensions["tipline.store"]
    ben.get("/sealed/1")
    (ben_session,) = [one for one in store._sessions.values() if one.work.member.name == "Ben"]
    ben_session.touched -= 16 * 60
    store.sweep()
    assert TEXT not in ada.get("/sealed/1").text


def test_a_reply_reaches_the_board(oversight: Oversight, overseers: Desk):
    """It is seen as the tipster will read it, and then sealed to the receipt; once."""
    keys = oversight.tip(TEXT)
    ada, ben = opened_by(overseers, "Ada", "Ben")
    ada.get("/sealed/1")
    assert (
        "As the tipster will read it"
        in ada.post("/sealed/1/reply", text="We look into it.", act="preview").text
    )
    sent = {"text": "We look into it.", "act": "send", "reply": "11" * 16}
    assert ada.post("/sealed/1/reply", **sent).status_code == 303
    assert ada.post("/sealed/1/reply", **sent).status_code == 303
    with oversight.engine.connect() as connection:
        slots = list(connection.scalars(select(tables.slot.c.bytes)))
    assert [one.text for one in slot.find(HYBRID, keys.reply, slots)] == ["We look into it."]
    assert "We look into it." in ben.get("/sealed/1").text


def test_nobody_answers_alone(oversight: Oversight, overseers: Desk):
    oversight.tip(TEXT)
    ada = overseers.browser("Ada")
    ada.get("/sealed/1")
    assert ada.post("/sealed/1/reply", text="Hello", act="send").status_code == 404
    assert oversight.count("slot") == oversight.count("reply") == 0


def test_a_file_is_saved_while_it_is_open(oversight: Oversight, overseers: Desk):
    data = b"picture" * 100
    oversight.tip(TEXT, files=(oversight.file(data),))
    with oversight.engine.connect() as connection:
        envelope = connection.scalar(select(tables.envelope.c.id))
    ada, _ = opened_by(overseers, "Ada", "Ben")
    ada.get("/sealed/1")
    warned = ada.post(f"/sealed/1/file/{envelope.hex()}/0/check").text
    assert hashlib.sha256(data).hexdigest() in warned
    saved = ada.post(f"/sealed/1/file/{envelope.hex()}/0")
    assert saved.data == data
    assert "attachment" in saved.headers["Content-Disposition"]
    assert ada.post("/sealed/1/file/nonsense/0").status_code == 404
    ada.get("/sealed/1")
    ada.post("/sealed/1/close")
    assert ada.post(f"/sealed/1/file/{envelope.hex()}/0").status_code == 404


def test_a_bad_share_is_named_loudly(oversight: Oversight, overseers: Desk):
    """First that one of the two is bad, then whose."""
    oversight.tip(TEXT)
    people = [overseers.browser(name) for name in ("Ada", "Ben", "Cem")]
    oversight.replace_share(1)
    people[0].get("/sealed/1")
    people[0].post("/sealed/1/ask", why=WHY)
    people[1].get("/sealed/1")
    people[1].post("/sealed/1/give")
    assert "A share is bad" in people[1].get("/sealed/1").text
    people[2].get("/sealed/1")
    people[2].post("/sealed/1/give")
    page = people[2].get("/sealed/1").text
    assert TEXT in page
    assert "Bad share: <bdi>Overseers, seat 2</bdi>" in page
    assert TEXT not in people[1].get("/sealed/1").text


def test_a_share_that_the_tipster_forged_accuses_nobody(
    oversight: Oversight, overseers: Desk, monkeypatch: pytest.MonkeyPatch
):
    """It is found like any bad one, and the page says that whoever sent the tip can have done it."""
    split = splitting.split

    def forge(key: bytes, k: int, n: int) -> list[stanza.Stanza]:
        one, two, three = split(key, k, n)
        return [one, replace(two, key=b"f" * 32), three]

    with monkeypatch.context() as forging:
        forging.setattr(splitting, "split", forge)
        oversight.tip(TEXT)
    people = opened_by(overseers, "Ada", "Ben", "Cem")
    page = people[2].get("/sealed/1").text
    assert TEXT in page
    assert "Bad share: <bdi>Overseers, seat 2</bdi>" in page
    assert "or whoever sent this sealed it so" in page
    assert "not what the tipster sealed" not in page


@pytest.mark.parametrize("path", ["", "/ask", "/give", "/close", "/reply"])
def test_who_has_no_seat_gets_nothing(desk: Desk, path: str):
    """At a console without such a desk, and for a number that is none, the answer is the same."""
    desk.agency.tip(TEXT)
    alice = desk.browser("Alice")
    for number in (1, 99):
        send = alice.post if path else alice.get
        assert send(f"/sealed/{number}{path}").status_code == 404


def test_the_ordinary_pages_give_nothing_of_it(oversight: Oversight, overseers: Desk):
    """While it is open too: only the pages that ask the audit and k overseers lead to it."""
    oversight.tip(TEXT)
    ada, _ = opened_by(overseers, "Ada", "Ben")
    with oversight.engine.connect() as connection:
        envelope = connection.scalar(select(tables.envelope.c.id)).hex()
    assert ada.get("/case/1").status_code == 404
    assert ada.post(f"/case/1/file/{envelope}/0").status_code == 404
    assert ada.post("/case/1/reply", text="x", act="send").status_code in {403, 404}
    assert ada.post("/case/1/route", unit="00" * 16).status_code in {403, 404}
