"""An officer's own page."""

from __future__ import annotations

import re

from tests.conftest import PASSPHRASE
from tests.console.conftest import Browser, Desk, settings_of
from tests.console.staff.test_factors import BOTH, ORIGIN, enrolled, options
from tests.factors.authenticator import Key
from tipline.console.app import create_app
from tipline.console.store import FRESH_SECONDS
from tipline.keys import key_words

OTHER = "another horse battery"
_REMOVE = re.compile(r'action="(/me/factor/[0-9a-f]{32}/remove)"')
_END = re.compile(r'action="(/me/session/[0-9a-f]{16}/end)"')


def test_it_shows_words_desks_and_sessions(desk: Desk):
    """And no address of anybody."""
    alice = desk.browser("Alice")
    desk.browser("Alice")
    shown = alice.get("/me").text
    (work, *_) = (one.work for one in desk.app.extensions["tipline.store"]._sessions.values() if one.work)
    assert key_words.spoken(work.member.keys.public, work.member.keys.verify) in shown
    assert (shown.count("This browser"), shown.count("Another browser")) == (1, 1)
    assert "Triage" in shown
    assert "127.0.0.1" not in shown


def test_another_session_is_ended_and_so_is_this_one(desk: Desk):
    """Its keys are wiped at once."""
    here, there = desk.browser("Alice"), desk.browser("Alice")
    other = next(
        one for one in desk.app.extensions["tipline.store"]._sessions.values()
        if one.work and one.id and f"/me/session/{one.id}/end" in _END.findall(here.get("/me").text)[1]
    )  # fmt: skip
    work = other.work
    assert here.post(f"/me/session/{other.id}/end").location == "/me"
    assert (other.work, work.member.desks) == (None, {})
    assert there.get("/").location == "/sign-in"
    (own,) = _END.findall(here.get("/me").text)
    assert here.post(own).location == "/sign-in"
    assert here.get("/me").location == "/sign-in"


def test_nobody_ends_anothers_session(desk: Desk):
    """An id is good for its own officer only."""
    alice, bob = desk.browser("Alice"), desk.browser("Bob")
    (own,) = _END.findall(alice.get("/me").text)
    bob.get("/me")
    assert bob.post(own).status_code == 404
    assert alice.get("/").status_code == 200


def test_a_passphrase_is_changed(desk: Desk):
    """By who has the old one, typed twice alike; the old one is gone then."""
    alice = desk.browser("Alice")
    alice.get("/me")
    for old, new, again in ((OTHER, OTHER, OTHER), (PASSPHRASE, OTHER, "other"), (PASSPHRASE, "a", "a")):
        assert alice.post("/me/passphrase", old=old, new=new, again=again).status_code == 403
    assert alice.post("/me/passphrase", old=PASSPHRASE, new=OTHER, again=OTHER).location == "/me"
    assert desk.browser().sign_in("Alice").status_code == 403
    assert desk.browser().sign_in("Alice", OTHER).status_code == 303


def test_wrong_old_passphrases_are_limited(desk: Desk):
    """Who found an open browser does not guess here."""
    alice = desk.browser("Alice")
    alice.get("/me")
    fields = {"old": "x", "new": OTHER, "again": "y"}
    assert [alice.post("/me/passphrase", **fields).status_code for _ in range(11)] == [403] * 10 + [429]


def test_factors_are_added_and_removed(agency_):
    """Both ask again; the last one stays."""
    desk = Desk(agency_, create_app(settings_of(agency_, factors=BOTH), agency_.engine))
    hand, key, spare = [0.0], Key(), Key()
    desk.app.extensions["tipline.store"]._now = lambda: hand[0]
    alice = enrolled(desk, key)
    assert _REMOVE.search(alice.get("/me").text) is None
    page = alice.get("/me/factor").text
    answer = spare.create(options(page), ORIGIN)
    assert alice.post("/me/factor", name="Spare", answer=answer).location == "/me"
    (first, _) = _REMOVE.findall(alice.get("/me").text)
    hand[0] += FRESH_SECONDS
    for path in ("/me/factor", first):
        assert alice.post(path).location == "/confirm"
    assert alice.get("/me/factor").location == "/confirm"
    page = alice.get("/confirm").text
    assert alice.post("/confirm", answer=spare.get(options(page), ORIGIN)).location == "/me/factor"
    alice.get("/me")
    assert alice.post(first).location == "/me"
    assert len(_REMOVE.findall(alice.get("/me").text)) == 0
    assert alice.post(first).status_code == 422


def test_a_name_of_a_key_does_nothing(agency_):
    """It is shown as it was typed."""
    desk = Desk(agency_, create_app(settings_of(agency_, factors=BOTH), agency_.engine))
    browser = Browser(desk.app.test_client(), base=ORIGIN)
    browser.get("/sign-in")
    browser.post("/sign-in", name="Alice", passphrase=PASSPHRASE)
    page = browser.get("/sign-in/enrol").text
    browser.post("/sign-in/enrol", name="<b>key</b>", answer=Key().create(options(page), ORIGIN))
    assert "&lt;b&gt;key" in browser.get("/me").text
