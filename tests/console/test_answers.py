"""Answering as a browser does: templates, drafts, cautions and the holding text."""

from __future__ import annotations

import re

import pytest

from tests.console.conftest import Desk, settings_of
from tipline.cases import audit
from tipline.console.app import create_app
from tipline.talk.settings import TalkSettings


@pytest.fixture
def talking(agency_) -> Desk:
    settings = settings_of(agency_, talk=TalkSettings(emergency="112", hours=("mon 00:00-00:01",)))
    return Desk(agency_, create_app(settings, agency_.engine))


def typed(page: str) -> str:
    return re.search(r'<textarea id="text"[^>]*>(.*?)</textarea>', page, re.DOTALL)[1]


def test_a_template_is_put_in_after_what_was_typed(talking: Desk):
    """In the tipster's language first, filled, not sent; the preview has its boxes and nothing that runs."""
    talking.agency.tip(lang="ar")
    alice = talking.browser("Alice")
    page = alice.get("/case/1").text
    assert page.index("Arabic, as the tipster writes") < page.index('<optgroup label="English"')
    shown = alice.post("/case/1/reply", text="Hello.", act="template", template="how-known.ar").text
    words = typed(shown)
    assert words.startswith("Hello.\n\nشكرًا")
    assert "{" not in words
    assert "As the tipster will read it" not in shown
    preview = alice.post("/case/1/reply", text=words + "\n[ ] <b>", act="preview").text
    assert preview.count('<input type="checkbox" disabled>') == 5
    assert "<span>&lt;b&gt;</span>" in preview
    refused = alice.post("/case/1/reply", text="Call {emergncy}.", act="send")
    assert refused.status_code == 422
    assert "There is no variable {emergncy}." in refused.text
    assert typed(refused.text) == "Call {emergncy}."
    assert talking.agency.count("slot") == 0


def test_a_question_that_identifies_is_sent_once_somebody_said_so(talking: Desk):
    """Of exactly these words; the audit has the kinds and none of the words."""
    talking.agency.tip("They unload the van at night behind the mill.")
    alice = talking.browser("Alice")
    alice.get("/case/1")
    asked = "What is your name? They unload the van at night behind the mill."
    first = alice.post("/case/1/reply", text=asked, act="send")
    assert first.status_code == 422
    assert "It asks for a name." in first.text
    assert "It repeats words of the tip." in first.text
    mark = re.search(r'name="passed" value="([0-9a-f]{64})"', first.text)[1]
    assert alice.post("/case/1/reply", text=asked + " Please.", act="send", passed=mark).status_code == 422
    assert talking.agency.count("slot") == 0
    assert alice.post("/case/1/reply", text=asked, act="send", passed=mark).status_code == 303
    with talking.agency.engine.connect() as connection:
        entries = audit.of_case(connection, [talking.agency.desk()], 1)
    (sent,) = (one for one in entries if one.action == audit.REPLIED)
    assert sent.detail == {"slots": 1, "passed": ["name", "repeats"]}


def test_a_draft_waits_for_its_officer_alone(talking: Desk):
    """By the page's own asking or by the button; over when it is sent."""
    talking.agency.tip()
    alice, alan = talking.browser("Alice"), talking.browser("Alan")
    alice.get("/case/1")
    assert alice.post("/case/1/draft", text="Half a").status_code == 204
    assert typed(alice.get("/case/1").text) == "Half a"
    assert typed(alan.get("/case/1").text) == ""
    assert alice.post("/case/1/reply", text="Half a sentence", act="keep").status_code == 303
    assert typed(alice.get("/case/1").text) == "Half a sentence"
    assert alice.post("/case/1/draft", text="x" * 40000).status_code == 413
    assert alice.post("/case/1/reply", text="All of it.", act="send").status_code == 303
    assert typed(alice.get("/case/1").text) == ""


def test_the_desk_s_templates_and_the_holding_text(talking: Desk):
    """Written by a lead, offered to the desk, sent to all that wait."""
    talking.agency.tip()
    talking.agency.tip(lang="sw")
    alice, alan, bob = (talking.browser(name) for name in ("Alice", "Alan", "Bob"))
    page = alice.get("/answering").text
    template = re.search(r'name="template" value="([0-9a-f]{32})"', page)[1]
    desk = talking.agency.desk().hex()
    fields = {"template": template, "desk": desk, "title": "Night", "lang": "sw"}
    assert "no variable {cse}" in alice.post("/answering/keep", text="{cse}", **fields).text
    assert alice.post("/answering/keep", text="Asante. {case}", **fields).status_code == 303
    assert "It is shut now." in alan.get("/answering").text
    assert alan.post("/answering/keep", text="Mine.", **fields).status_code == 403
    assert bob.get("/answering").status_code == 403
    assert "Night (your desk's own)" in alan.get("/case/1").text
    assert alan.post("/answering/holding", kind="Night").status_code == 303
    assert "Sent to 2 tipsters." in alan.get("/answering").text
    assert "Asante. T-0002" in alan.get("/case/2").text
    assert alice.post("/answering/remove", template=template, desk=desk).status_code == 303
    assert "Asante" not in alice.get("/answering").text
