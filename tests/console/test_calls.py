"""The call taker's page: filed once, the receipt shown until it was read out."""

from __future__ import annotations

import re

from tests.console.conftest import Desk
from tipline.calls import aloud
from tipline.seal import receipt

FIELDS = {"text": "She said <b>six</b>.", "category": "drugs", "danger": "no", "lang": "pt", "via": "phone"}


def test_a_call(desk: Desk):
    """Typed, sealed, read out group by group, forgotten; the case says who typed it."""
    alice = desk.browser("Alice")
    form = re.search(r'name="form" value="([0-9a-f]+)"', alice.get("/calls").text)[1]
    for _ in range(2):
        assert alice.post("/calls", form=form, **FIELDS).location == "/calls/receipt"
    assert desk.agency.count("case") == 1
    page = alice.get("/calls/receipt").text
    groups = re.findall(r'class="letters">([0-9A-Z]{4})<', page)
    receipt.parse("-".join(groups))
    assert all(said in page for _, said in aloud.groups("-".join(groups)))
    assert alice.get("/calls").location == "/calls/receipt"
    assert alice.post("/calls/receipt").location == "/case/1"
    assert alice.get("/calls/receipt").location == "/calls"
    shown = alice.get("/case/1").text
    assert "By telephone: typed by <bdi>Alice</bdi>, not by the tipster." in shown
    assert "She said &lt;b&gt;six&lt;/b&gt;." in shown
    assert not any(group in shown for group in groups)


def test_what_is_missing_is_named_and_nothing_lost(desk: Desk):
    alice = desk.browser("Alice")
    alice.get("/calls")
    answer = alice.post("/calls", **(FIELDS | {"danger": ""}))
    assert answer.status_code == 422
    assert "Say if anyone is in danger now." in answer.text
    assert "She said &lt;b&gt;six" in answer.text
    assert desk.agency.count("envelope") == 0


def test_who_only_says_that_it_was_a_call_is_not_believed(desk: Desk):
    """A stranger's message can name any way it came."""
    desk.agency.tip(via="phone")
    shown = desk.browser("Alice").get("/case/1").text
    assert "It says that it was told by telephone" in shown
    assert "typed by" not in shown


def test_it_is_read_out_in_words():
    assert aloud.groups("K7M2-0XRA") == [
        ("K7M2", "K as in Kilo, seven, M as in Mike, two"),
        ("0XRA", "zero, X as in X-ray, R as in Romeo, A as in Alfa"),
    ]
