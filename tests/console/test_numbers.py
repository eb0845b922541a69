from __future__ import annotations

import re

from tests.console.conftest import Desk
from tipline.numbers import month

THIS = month.of_today()


def test_what_is_open_and_the_months_are_shown(desk: Desk):
    desk.agency.tip()
    alice = desk.browser("Alice")
    page = alice.get("/numbers").text
    assert "Open cases, by status" in page
    assert f"/numbers/{THIS}" in page


def test_what_is_published_has_no_small_count(desk: Desk):
    """One tip about fraud among many: the desk sees it, nobody else."""
    for _ in range(6):
        desk.agency.tip(category="drugs")
    desk.agency.tip(category="fraud")
    alice = desk.browser("Alice")
    assert "<strong>7</strong> received" in alice.get(f"/numbers/{THIS}").text
    inside = alice.get(f"/numbers/{THIS}/numbers.csv").text
    outside = alice.get(f"/numbers/{THIS}/published.csv").text
    counted = re.compile(r"^\"Received.*,1,cases", re.MULTILINE)
    assert counted.search(inside)
    assert not counted.search(outside)
    assert "uncorroborated" in outside
    picture = alice.get(f"/numbers/{THIS}/category.svg")
    assert picture.mimetype == "image/svg+xml"
    assert "fewer than 5" in picture.text
    assert "style=" not in picture.text


def test_no_word_of_a_stranger_s_is_a_row_of_a_report(desk: Desk):
    """A tip can name any category and language: they are counted together, and none is printed."""
    for at in range(6):
        desk.agency.tip(category=f"the-chief-takes-money-{at}", lang=f"xq-chief{at}")
    alice = desk.browser("Alice")
    for name in ("numbers.csv", "published.csv", "published", "category.svg"):
        shown = alice.get(f"/numbers/{THIS}/{name}").text
        assert "chief" not in shown
        assert "Anything else" in shown


def test_no_officer_is_named_in_any_number(desk: Desk):
    desk.agency.tip()
    alice = desk.browser("Alice")
    alice.get("/case/1")
    for path in (f"/numbers/{THIS}/numbers.csv", f"/numbers/{THIS}/published.csv"):
        assert "Ali" not in alice.get(path).text


def test_what_is_no_month_is_not_found(desk: Desk):
    alice = desk.browser("Alice")
    assert alice.get("/numbers/2026-13").status_code == 404
    assert alice.get(f"/numbers/{THIS}/nothing.svg").status_code == 404
