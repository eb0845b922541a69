"""Administrators at the page of officers, and whom they invite: by their own browsers."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import delete, select, text

from tests import agencies
from tests.conftest import PASSPHRASE, Agency
from tests.console.conftest import Browser, Desk, settings_of
from tests.console.staff.test_factors import BOTH, ORIGIN, options
from tests.factors.authenticator import Key
from tipline import db, tables
from tipline.console import ending
from tipline.console.app import create_app
from tipline.console.store import FRESH_SECONDS
from tipline.keys import key_words
from tipline.keys.officer import CHEAPEST
from tipline.setup.plan import OfficerPlan, Plan

OTHER = "another horse battery"
_CODE = re.compile(r"<code>([0-9A-Z-]{34})</code>")


def id_of(desk: Desk, name: str) -> str:
    with desk.agency.engine.connect() as connection:
        own = tables.officer.c
        return connection.execute(select(own.id).where(own.name == name)).scalar_one().hex()


def code_of(page: str) -> str:
    return _CODE.search(page)[1]


def invited(desk: Desk, admin: Browser, name: str) -> str:
    """Make an account; return the code that the page shows."""
    assert admin.post("/officers", name=name).location == "/officers"
    return code_of(admin.get("/officers").text)


def joining(desk: Desk, name: str, code: str, base: str = "http://127.0.0.1:8090") -> Browser:
    """A browser that has typed name and code."""
    browser = Browser(desk.app.test_client(), base=base)
    browser.get("/join")
    assert browser.post("/join", name=name, code=code).location == "/join/passphrase"
    browser.get("/join/passphrase")
    return browser


def test_somebody_new_from_invitation_to_desk(desk: Desk):
    """The code is shown once; the passphrase is their own; they see their key's words and no case."""
    desk.agency.tip("secret words")
    alice = desk.browser("Alice")
    code = invited(desk, alice, "Dora")
    assert code not in alice.get("/officers").text
    dora = joining(desk, "Dora", code)
    assert dora.post("/join/passphrase", passphrase=OTHER, again="another one").status_code == 403
    assert dora.post("/join/passphrase", passphrase=OTHER, again=OTHER).location == "/me"
    shown = dora.get("/me").text
    with desk.agency.engine.connect() as connection:
        row = connection.execute(select(tables.officer).where(tables.officer.c.name == "Dora")).one()
    assert key_words.spoken(row.public, row.verify) in shown
    assert "no case is open to you" in shown
    assert "You are at no desk" in dora.get("/").text
    assert dora.get("/case/1").status_code == 404
    assert "Dora" in alice.get("/officers").text


def test_an_invitation_with_a_second_factor(agency_):
    """Where the agency wants one, nothing is open before it."""
    desk = Desk(agency_, create_app(settings_of(agency_), agency_.engine))
    code = invited(desk, desk.browser("Alice"), "Dora")
    strict = Desk(agency_, create_app(settings_of(agency_, factors=BOTH), agency_.engine))
    dora = joining(strict, "Dora", code, ORIGIN)
    assert dora.post("/join/passphrase", passphrase=OTHER, again=OTHER).location == "/sign-in/factor"
    assert dora.get("/me").location == "/sign-in"
    page = dora.get("/sign-in/enrol").text
    answer = Key().create(options(page), ORIGIN)
    assert dora.post("/sign-in/enrol", name="Key", answer=answer).location == "/me"


def test_wrong_codes_are_limited(desk: Desk):
    """As passphrases are, and apart from them."""
    code = invited(desk, desk.browser("Alice"), "Dora")
    browser = desk.browser()
    browser.get("/join")
    statuses = [browser.post("/join", name="Dora", code="0" * 28).status_code for _ in range(11)]
    assert statuses == [403] * 10 + [429]
    assert browser.post("/join", name="Dora", code=code).status_code == 429
    assert desk.browser("Bob")


def test_the_way_back_after_a_lost_key(agency_):
    """A new key needs the passphrase and an administrator's code; the lost one is of no use then."""
    strict = Desk(agency_, create_app(settings_of(agency_, factors=BOTH), agency_.engine))
    lax = Desk(agency_, create_app(settings_of(agency_), agency_.engine))
    lost, new = Key(), Key()
    alan = Browser(strict.app.test_client(), base=ORIGIN)
    alan.get("/sign-in")
    alan.post("/sign-in", name="Alan", passphrase=PASSPHRASE)
    page = alan.get("/sign-in/enrol").text
    alan.post("/sign-in/enrol", name="Lost", answer=lost.create(options(page), ORIGIN))
    code = account_code(lax, lax.browser("Alice"), "Alan", "factors")
    again = joining(strict, "Alan", code, ORIGIN)
    assert again.post("/join/passphrase", passphrase=OTHER).status_code == 403
    assert again.post("/join/passphrase", passphrase=PASSPHRASE).location == "/sign-in/factor"
    page = again.get("/sign-in/enrol").text
    assert again.post("/sign-in/enrol", name="New", answer=new.create(options(page), ORIGIN)).location == "/"
    thief = Browser(strict.app.test_client(), base=ORIGIN)
    thief.get("/sign-in")
    thief.post("/sign-in", name="Alan", passphrase=PASSPHRASE)
    asked = options(thief.get("/sign-in/factor").text)
    assert thief.post("/sign-in/factor", answer=lost.get(asked, ORIGIN)).status_code == 403
    assert alan.get("/").location == "/sign-in"


def test_deleting_an_officers_factors_is_no_way_in(agency_):
    """Whoever knows the passphrase and writes in the database enrols none of his own."""
    desk = Desk(agency_, create_app(settings_of(agency_, factors=BOTH), agency_.engine))
    alan = Browser(desk.app.test_client(), base=ORIGIN)
    alan.get("/sign-in")
    alan.post("/sign-in", name="Alan", passphrase=PASSPHRASE)
    page = alan.get("/sign-in/enrol").text
    alan.post("/sign-in/enrol", name="Key", answer=Key().create(options(page), ORIGIN))
    with agency_.engine.begin() as connection:
        connection.execute(delete(tables.factor))
    thief = Browser(desk.app.test_client(), base=ORIGIN)
    thief.get("/sign-in")
    thief.post("/sign-in", name="Alan", passphrase=PASSPHRASE)
    assert thief.get("/sign-in/factor").status_code == 200
    assert thief.get("/sign-in/enrol").status_code == 404
    answer = Key().create(options(page), ORIGIN)
    assert thief.post("/sign-in/enrol", name="Mine", answer=answer).status_code == 404


def test_a_disabled_officer_is_out_at_once(desk: Desk):
    """In every browser, keys wiped; and does not come in again until enabled."""
    desk.agency.tip("words")
    alice, alans = desk.browser("Alice"), [desk.browser("Alan"), desk.browser("Alan")]
    kept = [one for one in desk.app.extensions["tipline.store"]._sessions.values() if one.work]
    works = [one.work for one in kept if one.work.member.name == "Alan"]
    path = f"/officers/{id_of(desk, 'Alan')}/disable"
    assert alice.post(path).location == "/officers"
    assert "take them off" in " ".join(alice.get("/officers").text.split())
    assert [work.member.desks for work in works] == [{}, {}]
    assert [browser.get("/").location for browser in alans] == ["/sign-in"] * 2
    assert desk.browser().sign_in("Alan").status_code == 403
    alice.post(path)
    assert desk.browser("Alan").get("/").status_code == 200


def test_an_account_disabled_elsewhere_is_out_with_the_next_request(desk: Desk):
    """By another process, or by somebody who writes in the database."""
    alan = desk.browser("Alan")
    with desk.agency.engine.begin() as connection:
        connection.execute(text("UPDATE officer SET disabled = 1 WHERE name = 'Alan'"))
    assert alan.get("/").location == "/sign-in"
    assert all(one.work is None for one in desk.app.extensions["tipline.store"]._sessions.values())


def test_leads_are_told_whom_to_see_to(desk: Desk):
    """On every page: to take off who is disabled, to admit again who made new keys; others are not."""
    alice, alan = desk.browser("Alice"), desk.browser("Alan")
    code = account_code(desk, alice, "Alan", "keys")
    assert "admit them again" not in alice.get("/").text
    browser = joining(desk, "Alan", code)
    assert browser.post("/join/passphrase", passphrase=OTHER, again=OTHER).location == "/me"
    assert "admit them again" in alice.get("/keys").text
    assert alan.get("/").location == "/sign-in"
    alice.post(f"/officers/{id_of(desk, 'Alan')}/disable")
    assert "Take them off the desk" in alice.get("/").text
    assert "Take them off the desk" not in desk.browser("Bob").get("/").text


def account_code(desk: Desk, admin: Browser, name: str, kind: str) -> str:
    """Invite an officer who is there; return the code that the page shows."""
    admin.post(f"/officers/{id_of(desk, name)}/invite", kind=kind)
    return code_of(admin.get("/officers").text)


def test_keys_go_from_memory_without_a_request(desk: Desk):
    """Of an account disabled elsewhere, and of who was taken off their last desk; nobody else's."""
    for name in ("Alan", "Bob", "Carol"):
        desk.browser(name)
    store = desk.app.extensions["tipline.store"]
    works = {one.work.member.name: one.work for one in store.all_() if one.work}
    ending.sweep(store)
    assert len(store) == 3
    with desk.agency.engine.begin() as connection:
        connection.execute(text("UPDATE officer SET disabled = 1 WHERE name = 'Alan'"))
        connection.execute(
            delete(tables.member_key).where(tables.member_key.c.officer == works["Bob"].member.id)
        )
    ending.sweep(store)
    assert [bool(works[name].member.desks) for name in ("Alan", "Bob", "Carol")] == [False, False, True]
    assert len(store) == 1


def test_an_administrator_ends_sessions(desk: Desk):
    """All of one officer's, nobody else's."""
    alice, alan, bob = desk.browser("Alice"), desk.browser("Alan"), desk.browser("Bob")
    assert alice.post(f"/officers/{id_of(desk, 'Alan')}/end").location == "/officers"
    assert "1 session of Alan ended" in alice.get("/officers").text
    assert (alan.get("/").location, bob.get("/").status_code) == ("/sign-in", 200)


def test_an_administrators_acts_ask_again(desk: Desk):
    """After five minutes; what was typed is gone then."""
    hand = [0.0]
    desk.app.extensions["tipline.store"]._now = lambda: hand[0]
    alice = desk.browser("Alice")
    hand[0] += FRESH_SECONDS
    for path in (
        "/officers",
        *(f"/officers/{id_of(desk, 'Bob')}/{act}" for act in ("invite", "disable", "end")),
    ):
        assert alice.post(path, name="Dora", kind="keys").location == "/confirm", path
    assert desk.agency.count("invitation") == 0
    alice.get("/confirm")
    assert alice.post("/confirm", passphrase=PASSPHRASE).location == "/officers"


def test_an_administrator_at_no_desk_sees_no_case(tmp_path: Path):
    """Neither a line of the inbox nor a page; and is told why."""
    officers = (OfficerPlan("Alice", PASSPHRASE, ("Triage",)), OfficerPlan("Ruth", PASSPHRASE, ()))
    plan = Plan(tmp_path / "data", "Agency", officers, administrators=("Ruth",), profile=CHEAPEST)
    made = agencies.create(plan)
    engine = db.open_engine(made.console.parent / "console.db")
    desk = Desk(Agency(made, engine), create_app(settings_of(Agency(made, engine)), engine))
    desk.agency.tip("secret words")
    desk.agency.work("Alice")
    ruth = desk.browser("Ruth")
    shown = ruth.get("/").text
    assert "running the accounts gives nobody a key" in shown
    assert "T-0001" not in shown
    assert ruth.get("/case/1").status_code in (403, 404)
    assert ruth.get("/officers").status_code == 200
    assert desk.browser("Alice").get("/officers").status_code == 403
    engine.dispose()


def test_a_name_that_cannot_be_is_refused(desk: Desk):
    """Taken, empty, too long, or not to be seen."""
    alice = desk.browser("Alice")
    for name in ("", "Bob", "x" * 101, "a\u202eb"):
        assert alice.post("/officers", name=name).status_code == 422, name
    assert desk.agency.count("invitation") == 0
