"""The parts of a case's page: each adds to what the templates get, once the case is open for the officer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from tipline.cases.case import Case
from tipline.cases.work import Work
from tipline.console import imports
from tipline.console.case import (
    assessment,
    closing,
    language,
    links,
    papers,
    reply_form,
    restricted,
    reward_part,
    routes,
    timeline,
    told,
)

Part = Callable[[Connection, Work, Case], dict[str, Any]]


def _papers(connection: Connection, own: Work, opened: Case) -> dict[str, Any]:
    """The report, notes and questions, and what became of routes, which asks whether a report is ready."""
    shown = papers.shown(connection, opened)
    return shown | routes.shown(connection, own, opened, shown["ready"])


#: In the order of their making: one may not use what another adds.
PARTS: tuple[Part, ...] = (
    _papers,
    assessment.shown,
    language.shown,
    timeline.shown,
    reply_form.shown,
    links.shown,
    told.shown,
    restricted.shown,
    reward_part.shown,
    imports.shown,
    closing.shown,
)  # fmt: skip


def shown(connection: Connection, own: Work, opened: Case) -> dict[str, Any]:
    """Return what every part adds."""
    together: dict[str, Any] = {}
    for part in PARTS:
        together |= part(connection, own, opened)
    return together
