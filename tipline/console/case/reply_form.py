"""The reply's form on a case's page: templates to begin with, the draft that was kept, how it will read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from tipline import clock
from tipline.cases.case import Case
from tipline.cases.work import Work
from tipline.talk import choosing, drafts, starters, variables
from tipline.web import choices


def shown(connection: Connection, own: Work, opened: Case) -> dict[str, Any]:
    """Return what the reply's form shows, by name; nothing for who does not answer."""
    if not opened.triage:
        return {}
    langs = list(dict.fromkeys(one.message.lang for one in reversed(opened.said)))
    return {
        "templates": choosing.by_language(choosing.all_(connection, own.member), langs),
        "template_langs": langs,
        "kept_draft": drafts.kept(connection, own.member, opened.number),
        "variables": variables.VARIABLES,
        **preview(),
    }


def preview() -> dict[str, Any]:
    """Return what the look at a reply as its tipster sees it needs, by name."""
    return {"pieces": choices.pieces, "today": starters.date(clock.today(), starters.ENGLISH)}
