"""Rounds over a real database and a real ntfy server, the clock walked between them."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from tests.alerts import servers
from tests.alerts.conftest import Office
from tipline import clock, db, tables
from tipline.alerts import ladder, rows, standing, wording
from tipline.alerts.round import ADMINISTRATORS, Round
from tipline.keys import rows as key_rows

ONE = "1 tip marked danger now waits at Triage. Sign in."


def test_nothing_is_told_of_nothing(office: Office):
    """The ways are tried, and nobody is called."""
    assert office.after(0) == []


def test_it_climbs_from_who_is_on_call_to_the_leads(office: Office):
    """Alice leads the desk, Alan is on call, Bob is another desk's. The desk's own topic hears all of it."""
    for name in ("Alice", "Alan", "Bob"):
        office.reached_by(name, ntfy=name)
    office.on_call("Alan")
    office.agency.tip("Words of a tip.", danger="yes")
    told = [[topic for topic, _ in office.after(minutes)] for minutes in (0, 5, 5, 10, 10)]
    # Nobody is the second, and nobody but Alan a member who leads not: what adds nobody costs no time.
    assert told == [["Alan", "desk"], ["Alan", "desk"], *[["Alan", "Alice", "desk"]] * 3]


def test_a_gap_in_the_rota_calls_the_next_at_once(office: Office):
    """Nobody is on call: the members are told, without waiting for the steps before."""
    office.reached_by("Alan", ntfy="Alan")
    office.agency.tip(danger="yes")
    assert [topic for topic, _ in office.after(0)] == ["Alan", "desk"]
    assert office.alert().step == ladder.MEMBERS


def test_a_flood_is_one_alert_and_nothing_in_it_is_of_a_tip(office: Office):
    """Twenty dangers in five minutes: two calls, and their words."""
    office.agency.tip("Secret words.", danger="yes")
    assert office.after(0) == [("desk", ONE)]
    for _ in range(19):
        office.agency.tip("Secret words.", danger="yes")
    assert office.after(4) == []
    assert office.after(1) == [("desk", "20 tips marked danger now wait at Triage. Sign in.")]


def test_neutral_words_are_sent_where_the_agency_wants_them(office: Office):
    """To everybody, whatever waits."""
    office.ways["words"] = "neutral"
    office.agency.tip(danger="yes")
    assert office.after(0) == [("desk", wording.NEUTRAL)]


def test_who_has_taken_it_is_left_in_peace_and_then_not(office: Office):
    """Repeats stop; unopened after fifteen minutes it goes on; opened it is over."""
    office.agency.tip(danger="yes")
    office.after(0)
    with db.writing(office.agency.engine) as connection:
        now = rows.alert_of(connection, office.agency.desk())
        rows.write(connection, office.agency.desk(), ladder.take(now, office.officer("Alan"), office.now))
    assert office.after(14) == []
    assert office.after(1) == [("desk", ONE)]
    office.open(1)
    assert office.after(5) == []
    assert office.alert() is None


def test_taken_while_it_was_sent_it_stays_taken(office: Office, monkeypatch: pytest.MonkeyPatch):
    """The note that it was told does not write over the officer."""
    office.agency.tip(danger="yes")
    sent = Round._send

    def send(self: Round, *arguments: object, **more: object) -> object:
        with db.writing(office.agency.engine) as connection:
            now = rows.alert_of(connection, office.agency.desk())
            rows.write(connection, office.agency.desk(), ladder.take(now, office.officer("Alan"), office.now))
        return sent(self, *arguments, **more)

    monkeypatch.setattr(Round, "_send", send)
    office.after(0)
    assert office.alert().taken == office.officer("Alan")
    assert office.alert().sent == office.now


def test_what_no_way_took_is_due_again_in_the_next_round(office: Office, caplog: pytest.LogCaptureFixture):
    """The server refuses; as soon as it does not, the alert is out."""
    office.agency.tip(danger="yes")
    office.web.status = 500
    with caplog.at_level(logging.INFO, logger="tipline"):
        office.after(0)
    assert "ntfy: the server answered 500" in caplog.text
    office.web.status = 200
    assert office.after(0) == [("desk", ONE)]


def test_a_dead_way_is_told_by_the_others_and_by_the_console(office: Office, tmp_path: Path):
    """The mail server is gone: after two minutes ntfy says so once, to the desk and who runs the accounts."""
    office.reached_by("Alice", ntfy="Alice")
    with servers.mails(tmp_path) as (server, authority):
        office.ways["smtp"] = {
            "host": "localhost", "port": server.port, "authority": authority,
            "sender": "t@police.example", "to": ["desk@police.example"],
        }  # fmt: skip
        assert office.after(0) == []
    said = "Alerts do not go out by mail. Call the administrator."
    assert office.after(1440) == []
    assert notices(office) == []
    assert office.after(1) == []
    assert office.after(1) == [("Alice", said), ("desk", said)]
    (notice,) = notices(office)
    assert "ConnectionRefusedError" in notice.title
    assert notice.is_loud
    assert office.after(60) == []
    assert office.after(11 * 60) == [("Alice", said), ("desk", said)]
    with servers.mails(tmp_path) as (server, authority):
        office.ways["smtp"] |= {"port": server.port}
        assert office.after(2) == []
    assert notices(office) == []


def test_a_collector_that_looks_no_more_is_a_warning(office: Office):
    """Every officer sees it who is signed in; before the first look, and without a way, there is none."""
    assert notices(office) == []
    office.after(0)
    office.now += standing.LATE_SECONDS
    assert notices(office) == []
    office.now += 1
    (notice,) = notices(office)
    assert "Nobody has looked" in notice.title


def notices(office: Office):
    with office.agency.engine.connect() as connection:
        return standing.notices(office.settings, connection, clock.today())


def test_where_an_officer_is_reached_is_tried_once_and_a_slip_shows(office: Office):
    """There alone, and nobody else is called. What failed stands on the officer's own page."""
    office.reached_by("Alan", ntfy="Alan", tried=None)
    trial = "A trial of the alerts of Test Agency. Nothing waits for you."
    assert office.after(0) == [("Alan", trial)]
    assert office.after(1) == []
    office.reached_by("Bob", mail="bob@home.example", tried=None)
    office.web.status = 404
    office.reached_by("Carol", ntfy="Carol", tried=None)
    assert office.after(1) == [("Carol", trial)]
    with db.reading(office.agency.made.console.parent / "console.db") as connection:
        why = {row.officer: row.why for row in connection.execute(tables.reach.select())}
    assert why == {
        office.officer("Alan"): "",
        office.officer("Bob"): "the agency has set up no way that goes there",
        office.officer("Carol"): "ntfy: the server answered 404",
    }


def test_without_a_way_the_alert_is_there_for_open_consoles(office: Office):
    """Nothing is sent, and nothing said to have been."""
    office.agency.tip(danger="yes")
    office.ways |= {"ntfy": None}
    assert office.after(0) == []
    assert (office.alert().count, office.alert().sent) == (1, None)


def test_an_officer_who_left_or_is_disabled_is_not_told(office: Office):
    """The rota still names them, and the desk's roster or their account does not."""
    office.reached_by("Bob", ntfy="Bob")
    office.reached_by("Alan", ntfy="Alan")
    office.on_call("Bob")
    office.on_call("Alan", place=2)
    with db.writing(office.agency.engine) as connection:
        connection.execute(
            tables.officer.update().where(tables.officer.c.name == "Alan").values(disabled=True)
        )
    office.agency.tip(danger="yes")
    assert [topic for topic, _ in office.after(0)] == ["desk"]


def test_without_a_roster_that_holds_the_rota_counts(office: Office):
    """Somebody changed its rows: the alert is not lost for that."""
    office.reached_by("Alan", ntfy="Alan")
    office.on_call("Alan")
    with db.writing(office.agency.engine) as connection:
        connection.execute(tables.roster.update().values(signature=bytes(64)))
    office.agency.tip(danger="yes")
    assert [topic for topic, _ in office.after(0)] == ["Alan", "desk"]


def test_the_administration_is_that_of_the_rows():
    """The collector does not load what says so."""
    assert ADMINISTRATORS == key_rows.ADMINISTRATORS
