"""Signing in and out, limits, idling, and what a session leaves behind."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from tests.conftest import PASSPHRASE
from tests.console.conftest import HOST, Desk, settings_of
from tipline.cases import audit
from tipline.console import store
from tipline.console.app import create_app
from tipline.console.store import ANONYMOUS_MAX, ConsoleSession, Store


@pytest.fixture
def now(desk: Desk) -> list[float]:
    """A clock in the test's hand, in place of the console's."""
    hand = [0.0]
    desk.app.extensions["tipline.store"]._now = lambda: hand[0]
    return hand


def sessions(desk: Desk) -> list[ConsoleSession]:
    return list(desk.app.extensions["tipline.store"]._sessions.values())


def test_signing_in_is_in_the_audit(desk: Desk):
    """Of every desk of the officer."""
    desk.browser("Alice")
    with desk.agency.engine.connect() as connection:
        assert audit.verify(connection, desk.agency.desk()).seq == 1


def test_nobody_is_signed_in_whom_the_audit_does_not_hold(desk: Desk):
    """No entry, no session."""
    with desk.agency.engine.begin() as connection:
        connection.execute(
            text("CREATE TRIGGER no BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END")
        )
    browser = desk.browser()
    assert browser.sign_in("Alice").status_code == 503
    assert browser.get("/").location == "/sign-in"
    assert all(session.work is None for session in sessions(desk))


def test_wrong_name_and_wrong_passphrase_look_alike(desk: Desk):
    """Byte for byte, the form's token aside."""
    shown = []
    for name, passphrase in (("Alice", "wrong"), ("Nobody", PASSPHRASE)):
        browser = desk.browser()
        answer = browser.sign_in(name, passphrase)
        assert answer.status_code == 403
        shown.append(answer.text.replace(browser.token, ""))
    assert shown[0] == shown[1]


def test_attempts_are_limited_for_known_and_unknown_names_alike(desk: Desk):
    """Ten, then none for ten minutes; another name is still free."""
    for name in ("Alice", "Nobody"):
        browser = desk.browser()
        assert [browser.sign_in(name, "wrong").status_code for _ in range(11)] == [403] * 10 + [429]
        assert browser.sign_in(name).status_code == 429
    assert desk.browser().sign_in("Alan").status_code == 303


def test_attempts_are_limited_for_all_names_together(desk: Desk):
    """Who tries another name each time is stopped as well."""
    browser = desk.browser()
    browser.get("/sign-in")
    statuses = [browser.post("/sign-in", name=f"n{n}", passphrase="wrong").status_code for n in range(101)]
    assert statuses == [403] * 100 + [429]


def test_signing_in_rightly_is_not_limited(desk: Desk):
    """A right passphrase takes nothing off."""
    assert {desk.browser().sign_in("Alice").status_code for _ in range(15)} == {303}


@pytest.mark.parametrize("demo", [True, False])
def test_the_cookie(agency_, demo: bool):
    """Random, gone with the browser, unreadable for scripts, only to us, and over TLS outside the demo."""
    app = create_app(settings_of(agency_, demo=demo), agency_.engine)
    cookie = app.test_client().get("/sign-in", base_url=f"https://{HOST}").headers["Set-Cookie"]
    name, _, rest = cookie.partition("=")
    value, *attributes = rest.split("; ")
    assert name == ("tipline-agency" if demo else "__Host-tipline-agency")
    assert len(value) == 43
    wanted = {"HttpOnly", "SameSite=Strict", "Path=/"} | (set() if demo else {"Secure"})
    assert set(attributes) == wanted


def test_two_consoles_on_one_host_name_share_no_cookie(agency_):
    """A browser tells them apart by the name: signing in at one signs nobody out of the other."""
    names = [
        create_app(settings_of(agency_, console=console), agency_.engine)
        .test_client()
        .get("/sign-in", base_url=f"http://{HOST}")
        .headers["Set-Cookie"]
        .partition("=")[0]
        for console in ("agency", "oversight", "über uns; Path=/")
    ]
    assert names[:2] == ["tipline-agency", "tipline-oversight"]
    assert len(set(names)) == 3
    assert re.fullmatch("tipline-[0-9a-f]{16}", names[2])


def test_the_cookie_changes_when_somebody_signs_in(desk: Desk):
    """A cookie put there before by somebody else opens nothing."""
    browser = desk.browser()
    browser.get("/sign-in")
    planted = browser.client.get_cookie("tipline-agency", domain="127.0.0.1").value
    browser.sign_in("Alice")
    assert browser.client.get_cookie("tipline-agency", domain="127.0.0.1").value != planted
    other = desk.browser()
    other.client.set_cookie("tipline-agency", planted, domain="127.0.0.1")
    assert other.get("/").location == "/sign-in"
    assert len(sessions(desk)) == 1


def test_only_the_hash_of_a_cookie_is_kept(desk: Desk):
    """The memory of the store does not give a cookie away."""
    browser = desk.browser("Alice")
    value = browser.client.get_cookie("tipline-agency", domain="127.0.0.1").value
    (session,) = sessions(desk)
    assert store._hash(value) == session.hash
    assert value not in repr(vars(session)) + repr(desk.app.extensions["tipline.store"]._sessions.keys())


def test_signing_out_wipes(desk: Desk):
    """Keys and index are gone, and the old cookie opens nothing."""
    desk.agency.tip()
    browser = desk.browser("Alice")
    browser.get("/")
    (session,) = sessions(desk)
    work = session.work
    assert work.known.items(1)
    value = browser.client.get_cookie("tipline-agency", domain="127.0.0.1").value
    assert browser.post("/sign-out").location == "/sign-in"
    assert (session.work, work.member.desks, work.known.items(1)) == (None, {}, [])
    other = desk.browser()
    other.client.set_cookie("tipline-agency", value, domain="127.0.0.1")
    assert other.get("/").location == "/sign-in"


def test_an_idle_session_locks(desk: Desk, now: list[float]):
    """After 15 minutes without a request, not before; and the page says so."""
    browser = desk.browser("Alice")
    now[0] += 15 * 60
    assert browser.get("/").status_code == 200
    now[0] += 15 * 60 + 1
    assert browser.get("/").location == "/sign-in"
    assert "You were signed out" in browser.get("/sign-in").text or browser.sign_in("Alice")


def test_an_idle_session_is_wiped_without_a_request(desk: Desk, now: list[float]):
    """Nobody has to come back for the keys to go."""
    desk.browser("Alice")
    (session,) = sessions(desk)
    work = session.work
    now[0] += 15 * 60 + 1
    desk.app.extensions["tipline.store"].sweep()
    assert sessions(desk) == []
    assert (session.work, work.member.desks) == (None, {})


@pytest.mark.parametrize("path", ["/sign-in?rest", "/static/console.css", "/nothing"])
def test_a_page_left_open_does_not_keep_a_session(desk: Desk, now: list[float], path: str):
    """Two forgotten pages, each going to the sign-in page at its idle limit, do not keep each other alive."""
    browser = desk.browser("Alice")
    now[0] += 10 * 60
    browser.get(path)
    now[0] += 6 * 60
    assert browser.get("/").location == "/sign-in"


def test_a_page_left_open_shows_nothing_and_ends_nothing(desk: Desk):
    """The officer works on another one."""
    desk.agency.tip("words of a tip")
    browser = desk.browser("Alice")
    answer = browser.get("/sign-in?rest")
    assert answer.status_code == 200
    assert "This page was closed" in answer.text
    assert browser.get("/").status_code == 200


def test_a_sign_in_page_loaded_again_stays_valid(desk: Desk, now: list[float]):
    """Its form's token idles from the last time it was loaded."""
    browser = desk.browser()
    browser.get("/sign-in")
    now[0] += 10 * 60
    browser.get("/sign-in")
    now[0] += 10 * 60
    assert browser.post("/sign-in", name="Alice", passphrase=PASSPHRASE).status_code == 303


def test_typing_keeps_a_session(desk: Desk, now: list[float]):
    """What the page's script does while somebody writes a reply."""
    browser = desk.browser("Alice")
    for _ in range(4):
        now[0] += 10 * 60
        assert browser.post("/touch").status_code == 204
    assert browser.get("/").status_code == 200


def test_strangers_cannot_fill_the_memory():
    """Sessions that only hold a form's token are bounded, and never push out an officer's."""
    kept = Store(60)
    officer = ConsoleSession()
    officer.work = object()
    kept.keep(officer)
    for number in range(ANONYMOUS_MAX + 5):
        stranger = ConsoleSession()
        stranger["csrf_token"] = number
        kept.keep(stranger)
    assert len(kept) == ANONYMOUS_MAX + 1
    assert officer.hash in kept._sessions


def test_the_demo_says_so_on_every_page(agency_):
    """And nothing else does."""
    for demo in (True, False):
        app = create_app(settings_of(agency_, demo=demo), agency_.engine)
        client = app.test_client()
        for path in ("/sign-in", "/nothing"):
            assert ("Demo:" in client.get(path, base_url=f"https://{HOST}").text) == demo


def test_a_signed_in_officer_is_sent_to_the_inbox(desk: Desk):
    """The sign-in page is not for those who are in."""
    assert desk.browser("Alice").get("/sign-in").location == "/"
