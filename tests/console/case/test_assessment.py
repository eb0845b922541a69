"""Grading, priority and the timeline, as they stand on a case's page."""

from __future__ import annotations

import re

from tests.console.conftest import Desk, settings_of
from tipline.assessment.settings import AssessmentSettings
from tipline.console.app import create_app
from tipline.staff import membership

#: What the page says of a tip that nobody has graded, whatever the scheme.
UNKNOWN = {"3x5x2": "Untested", "europol": "cannot be assessed yet", "admiralty": "cannot be judged yet"}


def field(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def timeline(page: str) -> list[str]:
    """Return the lines of the timeline, newest first, without their times."""
    part = page.split('id="timeline"')[1].split("</section>", maxsplit=1)[0]
    return [
        " ".join(re.sub("<[^>]+>", "", line).split()) for line in re.findall(r"<span>(.*?)</span>\n", part)
    ]


def test_a_first_contact_is_never_called_unreliable(desk: Desk):
    """In the scheme that the agency picks; and nothing supports it yet, on every view of it."""
    desk.agency.tip()
    for scheme, said in UNKNOWN.items():
        settings = settings_of(desk.agency, assessment=AssessmentSettings(scheme=scheme))
        alice = Desk(desk.agency, create_app(settings, desk.agency.engine)).browser("Alice")
        page = alice.get("/case/1").text
        marks = page.split('class="summary"')[1].split("</header>")[0]
        assert said in marks
        assert "nreliable" not in marks
        assert "ot reliable" not in marks
        assert "Not graded yet" in page
        for path in ("/case/1", "/case/1/report"):
            assert "Uncorroborated" in alice.get(path).text


def test_it_is_graded(desk: Desk):
    """The codes with their words, who gave them and what was before."""
    desk.agency.tip()
    alice = desk.browser("Alice")
    alice.get("/case/1")
    codes = {"source": "1", "information": "B", "handling": "P", "tlp": "GREEN"}
    assert alice.post("/case/1/grade", **codes, words="Three were right before.").status_code == 303
    assert "The grading is kept." in alice.get("/case/1").text
    alice.post("/case/1/grade", **codes | {"tlp": "RED"})
    page = alice.get("/case/1").text
    assert "Corroborated, as graded" in page
    assert "RED: for those named alone" in page
    assert "1B · P · TLP:GREEN" in page
    assert "Three were right before." in page
    alice.post("/case/1/grade", **codes | {"source": "X"})
    assert "Not done: these are not codes of the scheme." in alice.get("/case/1").text


def test_a_threat_to_life_takes_a_second_officer(desk: Desk):
    """The first cannot confirm, the second is shown who asks and why, and the timeline tells it."""
    desk.agency.tip(danger="yes")
    alice, alan = desk.browser("Alice"), desk.browser("Alan")
    alice.get("/case/1")
    alice.post("/case/1/priority", priority="2", reason="other", words="The unit was there.")
    page = alice.get("/case/1").text
    assert "It stays P0 until another officer" in page
    assert "Confirm: nobody" not in page
    seen = {"seen": field(page, "seen"), "messages": field(page, "messages"), "act": "confirm"}
    assert alice.post("/case/1/priority/second", **seen).status_code == 404
    page = alan.get("/case/1").text
    assert "<bdi>Alice</bdi> asks to lower this from P0 to P2 Serious" in page
    assert "The unit was there." in page
    assert alan.post("/case/1/priority/second", **seen).status_code == 303
    page = alan.get("/case/1").text
    assert "P2 Serious" in page
    assert timeline(page)[:4] == [
        "Alan read it",
        "Alan made it P2, from P0",
        "Alan confirmed as the second officer",
        "Alan read it",
    ]
    assert timeline(page)[-1] == "The tip came: danger now"


def test_who_is_alone_at_the_desk_is_told_what_to_do(desk: Desk):
    """Nobody could ever confirm: a lead has to admit somebody first."""
    desk.agency.tip(danger="yes")
    alice = desk.browser("Alice")
    assert "the only one at this desk" not in alice.get("/case/1").text
    own = desk.agency.work("Alice")
    membership.remove(own, desk.agency.desk(), desk.agency.work("Alan").member.id)
    assert alice.get("/case/1").text.count("the only one at this desk") == 2
