"""What stands at the top of every page: the few pages that are opened all day, and a menu with the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Flask

from tipline.keys.rows import TRANSLATION
from tipline.staff.member import Member


@dataclass(frozen=True)
class Entry:
    """One page: its endpoint, what it is called, the key that leads to it, and *more* blueprints of it."""

    endpoint: str
    name: str
    key: str = ""
    more: tuple[str, ...] = ()

    def current(self, endpoint: str | None) -> str:
        """Return what aria-current says where *endpoint* is open: "page" here, "true" at a part of it."""
        if endpoint == self.endpoint:
            return "page"
        blueprint = (endpoint or "").partition(".")[0]
        return "true" if blueprint in {self.endpoint.partition(".")[0], *self.more} else ""


@dataclass(frozen=True)
class Menu:
    """The *main* pages in a row, and *groups* of others under their names."""

    main: tuple[Entry, ...]
    groups: tuple[tuple[str, tuple[Entry, ...]], ...]

    def folded(self, endpoint: str | None) -> Entry | None:
        """Return the page that is open, if it is one of those in the groups."""
        return next((one for _, group in self.groups for one in group if one.current(endpoint)), None)


_INBOX = Entry("inbox.inbox", "Inbox", "i")
_REWARDS = Entry("rewards.show", "Rewards")
_TRANSLATIONS = Entry("translations.show", "Translations")
_ANSWERING = Entry("answers.show", "Answering")
_ALERTS = Entry("alerts.show", "Alerts", more=("rota", "handover"))
_NUMBERS = Entry("numbers.now", "Numbers")
_TYPE = Entry("calls.form", "Type a tip")
_CLOCKS = Entry("retention.show", "Clocks and retention")
_IMPORT = Entry("imports.show", "Take cases over")
_GIVEN_OUT = Entry("giving.record", "Given out")
_AUDIT = Entry("audit.show", "Audit")
_DESKS = Entry("desks.show", "Desks")
_KEYS = Entry("keys.show", "Keys and backups")
_OFFICERS = Entry("accounts.show", "Officers")
_ME = Entry("me.show", "Your account")


def of(member: Member) -> Menu:
    """Return the menu of *member*: the pages that their desks may open."""
    triage = member.triages
    main = (
        _INBOX,
        *_if(member.grants, _REWARDS),
        *_if(_translates(member), _TRANSLATIONS),
        *_if(triage, _ANSWERING),
        _ALERTS,
        *_if(triage, _NUMBERS),
    )
    groups = (
        ("Tips", (*_if(triage, _TYPE, _CLOCKS, _IMPORT),)),
        ("Records", (*_if(triage, _GIVEN_OUT), _AUDIT)),
        ("Agency", (_DESKS, _KEYS, *_if(member.administers, _OFFICERS))),
        ("You", (_ME,)),
    )
    return Menu(main, tuple((name, entries) for name, entries in groups if entries))


def _translates(member: Member) -> bool:
    return any(desk.kind == TRANSLATION for desk in member.desks.values())


def _if(shown: bool, *entries: Entry) -> Iterable[Entry]:
    return entries if shown else ()


def init_app(app: Flask) -> None:
    """Have every page's template find the menu."""
    app.jinja_env.globals["menu_of"] = of
