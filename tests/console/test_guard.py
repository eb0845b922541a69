"""Requests by another name, from another site, or without the form's token."""

from __future__ import annotations

import pytest

from tests.console.conftest import HOST, Desk, settings_of
from tipline.console.app import create_app


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:8091", "evil.example:8090"])
def test_it_answers_under_its_own_names_only(desk: Desk, host: str):
    """A name that an attacker points at this address gets nothing."""
    assert desk.app.test_client().get("/sign-in", base_url=f"http://{host}").status_code == 421


@pytest.mark.parametrize("host", [HOST, "localhost:8090", "tips.agency.example"])
def test_it_answers_under_a_name_from_the_settings(agency_, host: str):
    """As a proxy of the agency passes it on."""
    app = create_app(settings_of(agency_, hosts=("tips.agency.example",)), agency_.engine)
    assert app.test_client().get("/sign-in", base_url=f"http://{host}").status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_a_form_of_another_site_does_nothing(desk: Desk, site: str):
    """Even with the cookie and the token."""
    desk.agency.tip()
    alice = desk.browser("Alice")
    alice.get("/case/1")
    answer = alice.post("/case/1/reply", {"Sec-Fetch-Site": site}, text="forged", act="send")
    assert answer.status_code == 403
    assert desk.agency.count("reply") == 0


@pytest.mark.parametrize(("origin", "status"), [("http://evil.example", 403), (f"http://{HOST}", 303)])
def test_a_browser_without_fetch_metadata_is_judged_by_its_origin(desk: Desk, origin: str, status: int):
    """Old browsers send Origin with every form."""
    desk.agency.tip()
    alice = desk.browser("Alice")
    alice.get("/case/1")
    alice.headers = {"Origin": origin}
    assert alice.post("/case/1/reply", text="words", act="send").status_code == status


def test_a_page_of_another_site_cannot_open_a_case(desk: Desk):
    """Opening leaves a trace in the audit, so it is not to be caused from outside."""
    desk.agency.tip()
    alice = desk.browser("Alice")
    before = desk.agency.count("audit")
    assert alice.get("/case/1", **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert desk.agency.count("audit") == before


def test_a_link_from_elsewhere_leads_to_the_sign_in(desk: Desk):
    """An intranet page may link to the console."""
    assert desk.browser().get("/sign-in", **{"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.parametrize("token", ["", "wrong"])
def test_a_form_without_its_token_does_nothing(desk: Desk, token: str):
    """For every form of an officer."""
    desk.agency.tip()
    alice = desk.browser("Alice")
    for path in ("/case/1/reply", "/case/1/route", "/sign-out", f"/case/1/file/{'00' * 32}/0"):
        alice.token = token
        assert alice.post(path, text="x", act="send").status_code == 400, path
    assert alice.get("/").status_code == 200


def test_a_token_of_another_session_does_nothing(desk: Desk):
    """Alan's token is no use to Alice."""
    desk.agency.tip()
    alice, alan = desk.browser("Alice"), desk.browser("Alan")
    alan.get("/case/1")
    alice.token = alan.token
    assert alice.post("/case/1/reply", text="x", act="send").status_code == 400


def test_every_answer_has_the_headers(desk: Desk):
    """Nothing is cached, sniffed, framed or run, refusals included."""
    alice = desk.browser("Alice")
    for path in ("/", "/sign-in", "/case/1", "/nothing", "/static/console.css"):
        answer = alice.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_no_page_has_inline_style_or_script(desk: Desk):
    """The policy would not run them."""
    desk.agency.tip()
    alice = desk.browser("Alice")
    for path in ("/", "/case/1", "/nothing"):
        shown = alice.get(path).text
        assert "style=" not in shown
        assert "<style" not in shown
        assert "<script>" not in shown
        assert " onclick=" not in shown
