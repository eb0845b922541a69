"""What the pages of a case have in common about papers: their ids and words in forms, and what is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, current_app, request
from sqlalchemy import Connection, select

from tipline import tables
from tipline.cases import reply
from tipline.cases.case import Case
from tipline.errors import FormatError
from tipline.papers import notes, paper, paper_box, report
from tipline.papers.report import Version

#: Why words were not kept, by the failure that FormatError names.
WRONG = {
    "empty": "There is nothing to keep yet.",
    "too long": "This is too long. Shorten it, or write it as two.",
}


def given_id(name: str) -> bytes:
    """Return the id of a paper that the form names; answers 400 or 404 for what is none."""
    try:
        given = bytes.fromhex(request.form.get(name, ""))
    except ValueError:
        abort(404)
    if len(given) != paper_box.ID_SIZE:
        abort(400)
    return given


def given_words() -> str:
    """Return the words of the form, tidied."""
    return reply.tidy(request.form.get("text", ""))


def wrong(error: FormatError) -> str:
    """Return what is wrong with words that were not kept. Raises *error* again when it is not about them."""
    if error.failure not in WRONG:
        raise error
    return WRONG[error.failure]


def shown(connection: Connection, opened: Case) -> dict[str, Any]:
    """Return what the templates show of a case's papers, by name."""
    entries = opened.audit if opened.triage else None
    versions = report.among(connection, opened.papers, opened.number, entries)
    approval = current_app.extensions["tipline.settings"].report_approval
    return {
        "approval": approval,
        "versions": versions,
        "ready": report.ready(versions, approval),
        "given": _given(connection, opened, versions),
        "questions": notes.questions(connection, opened.papers, entries),
        "notes": _own_notes(opened.papers),
        "new_paper": lambda: paper_box.new_id().hex(),
        "paper_max": paper_box.TEXT_MAX,
    }


def _given(connection: Connection, opened: Case, versions: Sequence[Version]) -> list[tuple[int, list[str]]]:
    """Return the versions that units have: number and the units' names, newest first."""
    names = {row.id: row.name for row in connection.execute(select(tables.desk))}
    found = []
    for one in versions:
        units = sorted(names[desk] for desk in one.paper.readers - {one.paper.desk} if desk in names)
        found += [(one.paper.label.version, units)] if units and opened.triage else []
    return found


def _own_notes(papers: Sequence[paper.Paper]) -> list[paper.Paper]:
    return [one for one in papers if one.label.kind == paper.NOTE and one.label.about is None]
