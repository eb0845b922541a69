"""The top of every page: what each officer finds there, that it is theirs, and that no page is left out."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

import pytest

from tests.console.conftest import Desk
from tipline.console import menu, role
from tipline.keys.rows import TRANSLATION

_NAV = re.compile(r'<nav aria-label="Main">.*?</nav>', re.DOTALL)
_LINK = re.compile(r'<a href="([^"]+)"([^>]*)>([^<]+)</a>')
#: Pages without a place in the menu: steps of another page, what pages ask for, the search box's.
ELSEWHERE = {
    "alerts.poll",
    "calls.show_receipt",
    "factors.confirm",
    "inbox.news",
    "me.offer_factor",
    "reading.show",
    "rewards.show_code",
    "search.show",
}


@dataclass(frozen=True)
class Everything:
    """Somebody at desks of every kind, who runs the accounts too."""

    triages = grants = administers = True
    kind = TRANSLATION

    @property
    def desks(self) -> dict[str, Everything]:
        return {self.kind: self}


@pytest.mark.parametrize(
    ("who", "shown", "hidden"),
    [
        ("Alice", "Answering Numbers Given_out Type_a_tip", "Rewards Translations"),
        ("Bob", "Audit Desks", "Numbers Officers"),
    ],
)
def test_everything_in_the_menu_opens(desk: Desk, who: str, shown: str, hidden: str):
    """A page that is open is marked; one in the folded part names itself beside "More"."""
    browser = desk.browser(who)
    links = _LINK.findall(_NAV.search(browser.get("/alerts").text)[0])
    names = {name.replace(" ", "_") for _, _, name in links}
    assert {*shown.split(), "Inbox", "Alerts", "Your_account"} <= names
    assert not names & set(hidden.split())
    for path, _, name in links:
        page = browser.get(html.unescape(path))
        assert page.status_code == 200
        marked = [
            said for _, more, said in _LINK.findall(_NAV.search(page.text)[0]) if "aria-current" in more
        ]
        assert marked == [name]


def test_no_page_is_left_out(desk: Desk):
    """Whatever an officer opens by its address alone is in somebody's menu, or has its place elsewhere."""
    app = desk.app
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and not rule.arguments
        and role.role_of(app.view_functions[rule.endpoint]) not in {"anyone", "half"}
    }  # fmt: skip
    everything = menu.of(Everything())
    folded = (one for _, group in everything.groups for one in group)
    there = {one.endpoint for one in (*everything.main, *folded)}
    assert pages - there - ELSEWHERE == set()
