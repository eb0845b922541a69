"""The page of a desk's rota: who may change it, and what it says."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from tests.console.conftest import Browser, Desk
from tests.console.test_alerts import said, with_alerts
from tipline import clock, tables
from tipline.audit import actions

#: Saturday 28 November 2026, 09:00 in Berlin.
NOW = 1_795_852_800
_REMOVE = re.compile(r'action="(/alerts/[0-9a-f]{32}/rota/[0-9a-f]{32}/remove)"')


@pytest.fixture
def berlin(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The console of an agency in Berlin, on a Saturday morning."""
    monkeypatch.setattr(clock, "seconds", lambda: NOW)
    return Desk(desk.agency, with_alerts(desk, {"time_zone": "Europe/Berlin"}))


def rota(desk: Desk) -> str:
    return f"/alerts/{desk.agency.desk().hex()}/rota"


def officer(desk: Desk, name: str) -> str:
    own = tables.officer.c
    with desk.agency.engine.connect() as connection:
        return connection.execute(select(own.id).where(own.name == name)).scalar_one().hex()


def week(
    browser: Browser, desk: Desk, name: str, days: list[int], times: tuple[str, str], *, place: str = "1"
):
    fields = {"officer": officer(desk, name), "place": place, "from": times[0], "to": times[1]}
    return browser.post(f"{rota(desk)}/week", **fields, day=[str(day) for day in days])


def test_a_lead_keeps_the_rota_and_gaps_and_doubles_are_shown(berlin: Desk):
    """Alan by day, Alice from noon, who is double with him for eight hours; at night nobody."""
    alice = berlin.browser("Alice")
    assert alice.get(rota(berlin)).text.count("Gap") == 2
    assert week(alice, berlin, "Alan", list(range(7)), ("08:00", "20:00")).location == rota(berlin)
    assert week(alice, berlin, "Alice", [5], ("12:00", "22:00")).status_code == 303
    shown = alice.get(rota(berlin)).text
    first = shown.split("Called second")[0]
    assert re.search(r"Now to Sat 28 Nov 12:00</span>\s*<span><bdi>Alan</bdi>", first)
    assert re.search(
        r"Sat 28 Nov 12:00 to Sat 28 Nov 20:00</span>\s*<span>(<bdi>\w+</bdi>,? ?){2} <span[^>]*>Double",
        first,
    )
    assert re.search(r"Sat 28 Nov 22:00 to Sun 29 Nov 08:00</span>\s*<span><span[^>]*>Gap", first)
    assert "Monday 08:00 to 20:00" in shown
    assert "<bdi>Alan</bdi>" in alice.get("/alerts").text
    assert said(berlin).count(actions.SHIFT_ADDED) == 2


def test_a_shift_over_midnight_and_one_of_a_whole_day(berlin: Desk):
    """An earlier time is on the next day, and the same is a day later."""
    alice = berlin.browser("Alice")
    week(alice, berlin, "Alan", [4], ("20:00", "10:00"))
    week(alice, berlin, "Alice", list(range(7)), ("00:00", "00:00"), place="2")
    shown = alice.get(rota(berlin)).text
    assert re.search(r"Now to Sat 28 Nov 10:00</span>\s*<span><bdi>Alan</bdi>", shown)
    assert re.search(
        r"Now to Sat 5 Dec 09:00</span>\s*<span><bdi>Alice</bdi>", shown.split("Called second")[1]
    )


def test_somebody_stands_in_once(berlin: Desk):
    """By the agency's clocks, between the week's shifts."""
    alice = berlin.browser("Alice")
    week(alice, berlin, "Alan", list(range(7)), ("00:00", "00:00"))
    fields = {"officer": officer(berlin, "Alice"), "place": "1"}
    once = {"from": "2026-11-28T10:00", "to": "2026-11-28T18:00"}
    assert alice.post(f"{rota(berlin)}/once", **fields, **once).status_code == 303
    shown = alice.get(rota(berlin)).text
    assert re.search(r"Sat 28 Nov 10:00 to Sat 28 Nov 18:00</span>\s*<span><bdi>Alice</bdi>", shown)
    for wrong in ({"from": once["to"], "to": once["from"]}, {"from": "x", "to": once["to"]}):
        assert alice.post(f"{rota(berlin)}/once", **fields, **wrong).status_code == 422


def test_a_shift_is_removed(berlin: Desk):
    """Once: the second time it is gone already."""
    alice = berlin.browser("Alice")
    week(alice, berlin, "Alan", [0], ("08:00", "20:00"))
    (path,) = _REMOVE.findall(alice.get(rota(berlin)).text)
    assert alice.post(path).status_code == 303
    assert alice.post(path).status_code == 422
    assert berlin.agency.count("shift") == 0
    assert said(berlin)[-1] == actions.SHIFT_REMOVED


def test_who_leads_not_sees_it_and_changes_nothing(berlin: Desk):
    """Alan is a member; Bob is at another desk, for whom there is no such page."""
    alice, alan, bob = (berlin.browser(name) for name in ("Alice", "Alan", "Bob"))
    week(alice, berlin, "Alan", [0], ("08:00", "20:00"))
    (path,) = _REMOVE.findall(alice.get(rota(berlin)).text)
    assert "Monday 08:00 to 20:00" in alan.get(rota(berlin)).text
    assert "Add a shift" not in alan.get(rota(berlin)).text
    assert week(alan, berlin, "Alan", [1], ("08:00", "20:00")).status_code == 403
    assert alan.post(path).status_code == 403
    assert bob.get(rota(berlin)).status_code == 404
    assert week(bob, berlin, "Bob", [1], ("08:00", "20:00")).status_code == 404
    assert berlin.agency.count("shift") == 1


def test_what_is_no_shift_is_refused(berlin: Desk):
    """No day, no such day, no time, a place that is none, an officer of another desk."""
    alice = berlin.browser("Alice")
    times = ("08:00", "20:00")
    for answer in (
        week(alice, berlin, "Alan", [], times),
        week(alice, berlin, "Alan", [7], times),
        week(alice, berlin, "Alan", [0], ("8 o'clock", "20:00")),
        week(alice, berlin, "Alan", [0], times, place="3"),
        week(alice, berlin, "Bob", [0], times),
        alice.post(f"{rota(berlin)}/week"),
    ):
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
    assert berlin.agency.count("shift") == 0
