"""Alerts in open consoles: the banner, taking, the poll, and where alerts reach an officer."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from tests.console.conftest import Desk, settings_of
from tipline import clock, db, tables
from tipline.alerts import rows
from tipline.alerts.round import Round
from tipline.alerts.settings import AlertsSettings
from tipline.audit import actions
from tipline.cases import audit
from tipline.console.app import create_app

WORDS = "1 tip marked danger now waits at Triage."


def look(desk: Desk) -> None:
    """Do what the collector does in a round."""
    Round(desk.agency.engine, settings_of(desk.agency), desk.agency.keys).do()


def said(desk: Desk, name: str = "Triage") -> list[str]:
    """Return the actions in a desk's audit."""
    own, id_ = tables.audit.c, desk.agency.desk(name)
    with desk.agency.engine.connect() as connection:
        audit.verify(connection, id_)
        entries = connection.scalars(select(own.entry).where(own.desk == id_).order_by(own.seq)).all()
    return [audit.parse(entry).action for entry in entries]


def test_every_page_of_the_desk_has_the_banner_and_no_page_of_another(desk: Desk):
    """How many, how urgent, since when, and that nobody has taken it; of the tip not a word."""
    desk.agency.tip("Secret words.", danger="yes")
    look(desk)
    alice, bob = desk.browser("Alice"), desk.browser("Bob")
    for path in ("/", "/alerts", "/desks", "/me", "/keys"):
        shown = alice.get(path).text
        assert WORDS in shown, path
        assert "Nobody has taken it" in shown
        assert "Secret words" not in shown or path == "/"
        assert WORDS not in bob.get(path).text


def test_taking_it_is_in_the_audit_and_shown_to_colleagues(desk: Desk):
    """They can take it over. Who has nothing to do with the desk cannot."""
    desk.agency.tip(danger="yes")
    look(desk)
    alice, alan, bob = (desk.browser(name) for name in ("Alice", "Alan", "Bob"))
    path = f"/alerts/{desk.agency.desk().hex()}/take"
    assert bob.post(path).status_code == 404
    assert alice.post(path).location == "/"
    assert "You have taken it. Open the tips within 15 minutes" in alice.get("/").text
    assert "<bdi>Alice</bdi> has taken it" in alan.get("/").text
    assert alan.post(path).location == "/"
    assert "<bdi>Alan</bdi> has taken it" in alice.get("/").text
    assert said(desk).count(actions.ALERT_TAKEN) == 2
    alan.get("/case/1")
    look(desk)
    assert WORDS not in alan.get("/").text
    gone = alan.post(path)
    assert gone.status_code == 422
    assert "There is no alert at this desk any more" in gone.text


def test_a_page_that_asks_for_the_banner_keeps_nobody_signed_in(desk: Desk):
    """The poll has what is new; the officer's idle time goes on."""
    alice = desk.browser("Alice")
    store = desk.app.extensions["tipline.store"]
    (session,) = (one for one in store.all_() if one.work)
    touched = session.touched
    assert 'data-open="0"' in alice.get("/alerts/poll").text
    desk.agency.tip(danger="yes")
    look(desk)
    shown = alice.get("/alerts/poll").text
    assert 'data-calls="urgent"' in shown
    assert session.touched == touched
    alice.get("/alerts")
    assert session.touched > touched


def test_without_a_way_the_page_says_that_nobody_is_called(desk: Desk):
    """And with one, how it stands."""
    assert "nobody is called who is not signed in" in desk.browser("Alice").get("/alerts").text
    ways = {"ntfy": {"server": "http://127.0.0.1:1", "topic": "desk"}}
    app = with_alerts(desk, ways)
    browser = Desk(desk.agency, app).browser("Alice")
    assert "not tried yet" in browser.get("/alerts").text
    now = clock.seconds()
    with db.writing(desk.agency.engine) as connection:
        rows.note_channel(connection, "ntfy", failing=now - 600, why="the server answered 500")
    shown = browser.get("/desks").text
    assert "Alerts do not go out by ntfy: the server answered 500" in shown


def with_alerts(desk: Desk, ways: dict[str, object]) -> Flask:
    own = AlertsSettings.model_validate(ways)
    return create_app(settings_of(desk.agency, alerts=own), desk.agency.engine)


def test_an_officer_says_where_alerts_reach_them_and_nobody_else_is_shown_it(desk: Desk):
    """Colleagues see that somebody can be called; the audit that it changed, and not to what."""
    app = with_alerts(desk, {"ntfy": {"server": "http://127.0.0.1:1", "topic": ""}})
    alan, alice = (Desk(desk.agency, app).browser(name) for name in ("Alan", "Alice"))
    assert "No officer of this desk has an address" in alice.get("/alerts").text
    assert alan.post("/alerts/reach", mail="alan@home.example", ntfy="alan-topic").location == "/me"
    assert 'value="alan@home.example"' in alan.get("/me").text
    assert "A trial will be sent there" in alan.get("/me").text
    with db.writing(desk.agency.engine) as connection:
        connection.execute(tables.reach.update().values(tried=clock.seconds(), why="mail: refused"))
    assert "The trial did not go out" in alan.get("/me").text
    assert "1 officer of this desk" in alice.get("/alerts").text
    for path in ("/me", "/alerts", "/desks", f"/alerts/{desk.agency.desk().hex()}/rota", "/audit"):
        assert "alan@home" not in alice.get(path).text
    assert said(desk).count(actions.REACH_CHANGED) == 1
    assert alan.post("/alerts/reach", mail="", ntfy="").location == "/me"
    assert desk.agency.count("reach") == 0


def test_what_is_no_address_is_refused(desk: Desk):
    """With words, and nothing is written."""
    alan = desk.browser("Alan")
    for mail, ntfy in (("no address", ""), ("a@b\nBcc: x@y", ""), ("", "../topic"), ("", "x" * 65)):
        answer = alan.post("/alerts/reach", mail=mail, ntfy=ntfy)
        assert answer.status_code == 422
        assert "This is no mail address" in answer.text or "A topic has" in answer.text
    assert desk.agency.count("reach") == 0
