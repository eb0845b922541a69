"""Every route names its role, and the table of routes is walked for each of them."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.conftest import RAW
from tests.console.conftest import Desk
from tipline.console import role
from tipline.console.app import create_app
from tipline.routing import route

#: What fills the variable parts of a route.
VALUES = {
    "number": "1",
    "envelope": "00" * 32,
    "place": "0",
    "one": "0",
    "how": "blurred",
    "name": "console.css",
    "desk": "00" * 16,
    "officer": "00" * 16,
    "paper": "00" * 16,
    "factor": "00" * 16,
    "id_": "00" * 8,
    "month": "2026-11",
    "code": "priority",
}


def routes(app: Flask) -> list[tuple[str, str, str]]:
    """Return (endpoint, method, path) of every route."""
    return [
        (rule.endpoint, method, rule.rule.replace("<int:", "<").replace("<path:", "<"))
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
    ]


def filled(path: str) -> str:
    for name, value in VALUES.items():
        path = path.replace(f"<{name}>", value)
    assert "<" not in path, f"tell this test what fills {path}"
    return path


def without_tokens(page: str) -> str:
    """Return a page without its form's token, which holds the second it was made in."""
    return re.sub(r'"csrf[-_]token" (content|value)="[^"]+"', "", page)


def role_at(desk: Desk, endpoint: str) -> str | None:
    return role.role_of(desk.app.view_functions[endpoint])


def test_every_route_names_its_role(desk: Desk):
    """A route without one fails here, and answers 500 to everybody."""
    table = routes(desk.app)
    assert len(table) >= 9
    assert [endpoint for endpoint, _, _ in table if role_at(desk, endpoint) is None] == []


def test_a_route_without_a_role_is_never_reached(desk: Desk):
    """Not even by an officer."""
    desk.app.add_url_rule("/forgotten", "forgotten", lambda: "shown")
    assert desk.browser("Alice").get("/forgotten").status_code == 500


def test_only_these_are_for_anyone(desk: Desk):
    """Signing in, taking up an invitation, and what their pages look like."""
    for_anyone = {endpoint for endpoint, _, _ in routes(desk.app) if role_at(desk, endpoint) == "anyone"}
    signing_in = {"session.sign_in", "session.sign_in_with"}
    joining = {"join.start", "join.invited", "join.passphrase", "join.joined"}
    assert for_anyone == signing_in | joining | {"static"}


#: What asks for no factor again: daily work that is in the audit, what only closes something or takes rights
#: from oneself, and what is itself the proof.
DAILY = {
    "language.hand_out", "language.take_back", "me.languages", "translations.write",
    "closing.close", "closing.confirm", "closing.feedback", "closing.justify", "closing.keep",
    "closing.place", "closing.reopen", "closing.report",
    "assessment.confirm", "assessment.grade", "assessment.prioritise",
    "answering.answer", "answering.keep_draft", "answers.keep", "answers.remove",
    "calls.take", "calls.forget_receipt",
    "files.mark", "restricted.mark", "restricted.refer",
    "notes.note", "notes.answer", "notes.ask",
    "rewards.propose", "rewards.look_up", "rewards.take_ledger",
    "report.write", "report.take_back", "routing.accept", "routing.decline", "routing.give_back",
    "links.add", "links.remove", "links.dismiss", "links.suggest_again", "links.make_one", "links.take_apart",
    "search.ask",
    "sealed.answer", "sealed.check", "sealed.close", "sealed.download",
    "imports.look", "imports.drop",
    "taking.explain", "taking.take", "taking.hand_back", "taking.recuse",
    "alerts.take", "handover.write", "rota.add_weekly", "rota.add_once", "rota.remove",
    "me.end_session", "session.sign_out", "session.touch", "factors.leave",
    "bulk.undo", "views.save", "views.remove",
    "factors.prove", "factors.enrolled", "factors.confirmed",
    "session.sign_in_with", "join.invited", "join.joined",
}  # fmt: skip
#: What does: who is at a desk or has an account, one's own ways in, an approval; giving a unit the tipster's
#: own words, or taking a case from one; letting somebody on a case again; opening together.
SENSITIVE = {
    "alerts.set_reach",
    "answers.send_holding", "rewards.grant", "rewards.decline", "rewards.pay",
    "closing.lift", "closing.shred", "closing.shred_second",
    "accounts.make", "accounts.invite", "accounts.disable", "accounts.end",
    "giving.give_out", "giving.save_record",
    "desks.admit", "desks.remove", "desks.set_lead", "desks.set_restricted",
    "files.make", "files.check", "files.download", "restricted.unmark", "desks.name", "desks.dismiss",
    "me.offer_factor", "me.add_factor", "me.remove_factor", "me.change_passphrase",
    "bulk.act", "report.approve", "routing.send", "routing.give", "routing.withdraw", "taking.lift",
    "sealed.ask", "sealed.give", "imports.take",
}  # fmt: skip


def test_of_every_act_it_is_decided_whether_it_asks_again(desk: Desk):
    """A new view that takes a POST is put into one list or the other."""
    asks = {name for name, view in desk.app.view_functions.items() if role.sensitive_of(view)}
    assert asks == SENSITIVE
    acts = {endpoint for endpoint, method, _ in routes(desk.app) if method == "POST"}
    assert acts - asks == DAILY


def test_without_signing_in_every_route_leads_to_the_sign_in(desk: Desk):
    """With and without a form token, for every method."""
    desk.agency.tip("secret words")
    for endpoint, method, path in routes(desk.app):
        if role_at(desk, endpoint) == "anyone":
            continue
        browser = desk.browser()
        browser.get("/sign-in")
        ask = browser.get if method == "GET" else browser.post
        answer = ask(filled(path))
        assert (answer.status_code, answer.location) == (303, "/sign-in"), path
        assert b"secret words" not in answer.data


@pytest.mark.parametrize("officer", ["Bob", "Carol"])
def test_a_unit_gets_nothing_of_a_case_it_was_not_given(desk: Desk, officer: str):
    """Every route with a case in it: 404 as for a case that is not there, or 403 for what is triage's."""
    desk.agency.tip("secret words")
    desk.agency.work("Alice")
    browser = desk.browser(officer)
    for endpoint, method, path in routes(desk.app):
        if "<number>" not in path:
            continue
        ask = browser.get if method == "GET" else browser.post
        answers = [ask(filled(path).replace("/case/1", f"/case/{number}")) for number in (1, 99)]
        wanted = 403 if role_at(desk, endpoint) == "triage" else 404
        assert [answer.status_code for answer in answers] == [wanted, wanted], path
        assert without_tokens(answers[0].text) == without_tokens(answers[1].text)
        assert b"secret words" not in answers[0].data


def test_another_unit_gets_nothing_after_a_routing(desk: Desk):
    """Bob's unit has it, Carol's does not."""
    desk.agency.tip("secret words")
    route.send(desk.agency.work("Alice"), 1, desk.agency.desk("Narcotics"), RAW)
    assert b"secret words" in desk.browser("Bob").get("/case/1").data
    carol = desk.browser("Carol")
    assert carol.get("/case/1").status_code == 404
    assert b"T-0001" not in carol.get("/").data


def test_a_unit_has_no_reply_form(desk: Desk):
    """And cannot answer by posting to where one would be."""
    desk.agency.tip("words")
    route.send(desk.agency.work("Alice"), 1, desk.agency.desk("Narcotics"), RAW)
    bob = desk.browser("Bob")
    shown = bob.get("/case/1").text
    assert '/case/1/reply"' not in shown
    assert '/case/1/route"' not in shown
    assert bob.post("/case/1/reply", text="mine", act="send").status_code == 403
    assert bob.post("/case/1/route", unit=desk.agency.desk("Traffic").hex()).status_code == 403
    assert desk.agency.count("slot") == desk.agency.count("reply") == 0


@pytest.mark.parametrize("officer", ["Alan", "Bob"])
def test_who_is_no_administrator_runs_no_accounts(desk: Desk, officer: str):
    """Every route of the table that is theirs; Alice is one, and gets there."""
    browser, alice = desk.browser(officer), desk.browser("Alice")
    table = [one for one in routes(desk.app) if role_at(desk, one[0]) == "administrator"]
    assert len(table) >= 5
    for _, method, path in table:
        assert (browser.get if method == "GET" else browser.post)(filled(path)).status_code == 403, path
        assert (alice.get if method == "GET" else alice.post)(filled(path)).status_code != 403, path


def test_an_application_is_made_of_its_settings_alone(agency_):
    """Two consoles in one process share no session and no key."""
    from tests.console.conftest import settings_of  # noqa: PLC0415 -- beside its only use

    one, other = (create_app(settings_of(agency_), agency_.engine) for _ in range(2))
    assert one.secret_key != other.secret_key
    assert one.extensions["tipline.store"] is not other.extensions["tipline.store"]
