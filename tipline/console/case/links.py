"""Cases that belong together: what is suggested for a case, links, and making one case of two."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, abort, redirect, render_template, request, url_for
from sqlalchemy import Connection, select
from werkzeug.wrappers import Response as AnyResponse

from tipline import tables
from tipline.cases import case
from tipline.cases.case import Case
from tipline.cases.work import Work
from tipline.console.case import language, restricted, told
from tipline.console.inbox import categories
from tipline.console.role import own_session, own_work, role
from tipline.errors import AccessError, FormatError, StateError, TakenError
from tipline.links import link, merge, parts, suggest
from tipline.papers.reason import Reason
from tipline.search.facts import Facts

bp = Blueprint("links", __name__, url_prefix="/case/<int:number>")
#: Parts whose conversation stands on the whole's page; suggestions that stand on a case's page.
PARTS_SHOWN, SUGGESTIONS_SHOWN = 5, 3
_NUMBER = re.compile(r"\s*(?:[Tt]\s*-?\s*)?0*([1-9][0-9]{0,9})\s*")


@dataclass(frozen=True)
class Line:
    """A case in a few facts: *facts* are None for one of which the report alone was given."""

    number: int
    priority: int
    status: str
    day: int
    facts: Facts | None


@dataclass(frozen=True)
class Part:
    """A part of a case: its line, and where it is shown and open to the officer, what is said in it.

    *shown*: what its own page has of marked files, languages and who typed it (console/case/parts.py).
    """

    line: Line
    opened: Case | None
    shown: dict[str, Any]


def init_app(app: Flask) -> None:
    """Add the pages, and let the number of a part lead to the whole."""
    app.register_blueprint(bp)
    app.before_request(_lead)


@bp.get("/links")
@role("officer")
def show(number: int) -> str | AnyResponse:
    """Show what belongs to a case, and another case by its number, to link it or make one of both.

    What it names stands there in the tipster's words: that the case was opened is in the audit first.
    """
    own = own_work()
    opened = case.open_(own, number)
    asked = request.args.get("with", "")
    with own.engine.connect() as connection:
        other = _reachable(own, connection, number, asked)
        desks = own.member.desks
        found = suggest.of(connection, own, number)
        linked = link.of(connection, desks, number)
        apart = link.of(connection, desks, number, link.APART)
        mine = parts.together(connection, number) if opened.triage else [number]
        named = [other, *(one.number for one in found.suggestions), *(one.other for one in (*linked, *apart))]
        lines = _lines(own, connection, [*mine, *(one for one in named if one)])
    return render_template(
        "links.html",
        number_=number,
        triage=opened.triage,
        whole=mine[0],
        parts=mine[1:],
        lines=lines,
        asked=asked,
        other=other,
        suggested=found,
        linked=[one for one in linked if one.other in lines],
        apart=[one for one in apart if one.other in lines],
        categories=categories(own),
        notice=own_session().pop("notice", None),
        refused=own_session().pop("refused", None),
    )


@bp.post("/link")
@role("officer")
def add(number: int) -> AnyResponse:
    """Link another case."""
    return _done(number, "Linked.", link.link, own_work(), number, _other(), _reason())


@bp.post("/unlink")
@role("officer")
def remove(number: int) -> AnyResponse:
    """Take a link back."""
    return _done(number, "The link is gone.", link.unlink, own_work(), number, _other(), _reason())


@bp.post("/dismiss")
@role("officer")
def dismiss(number: int) -> AnyResponse:
    """Let another case not be suggested for this one any more."""
    return _done(number, "It is not suggested here any more.", link.dismiss, own_work(), number, _other())


@bp.post("/suggest-again")
@role("officer")
def suggest_again(number: int) -> AnyResponse:
    """Take that back."""
    return _done(number, "It can be suggested again.", link.suggest_again, own_work(), number, _other())


@bp.post("/merge")
@role("triage")
def make_one(number: int) -> AnyResponse:
    """Make one case of this and another: which continues in which, the form says."""
    pair = (number, _other())
    part, whole = pair if request.form.get("into") == "other" else pair[::-1]
    told = f"T-{part:04d} is part of T-{whole:04d} now. Each tipster is still answered for themselves."
    return _done(number, told, merge.merge, own_work(), part, whole, _reason())


@bp.post("/split")
@role("triage")
def take_apart(number: int) -> AnyResponse:
    """Take a part of this case out of it."""
    told = "They are two cases again."
    return _done(number, told, merge.split, own_work(), _other(), _reason())


def shown(connection: Connection, own: Work, opened: Case) -> dict[str, Any]:
    """Return what a case's page shows of this: its parts to triage, links, and the likeliest suggestions."""
    number = opened.number
    together = parts.together(connection, number) if opened.triage else [number]
    linked = link.of(connection, own.member.desks, number)
    lines = _lines(own, connection, [*together, *(one.other for one in linked)])
    found = suggest.of(connection, own, number)
    inline = set(together[1:][-PARTS_SHOWN:]) if together[0] == number else set()
    return {
        "part_of": together[0] if together[0] != number else None,
        "parts": [_part(connection, own, lines[one], inline) for one in together[1:] if one in lines],
        "linked": [one for one in linked if one.other in lines],
        "suggested": found.suggestions[:SUGGESTIONS_SHOWN],
        "suggested_more": len(found.suggestions[SUGGESTIONS_SHOWN:]),
    }


def _part(connection: Connection, own: Work, line: Line, inline: set[int]) -> Part:
    if line.number not in inline:
        return Part(line, None, {})
    try:
        opened = case.open_(own, line.number)
    except (AccessError, TakenError):
        return Part(line, None, {})
    parts_of_page = (restricted.shown, language.shown, told.shown)
    return Part(line, opened, {k: v for of in parts_of_page for k, v in of(connection, own, opened).items()})


def _lines(own: Work, connection: Connection, numbers: Iterable[int]) -> dict[int, Line]:
    """Return the lines of those cases that the officer may open: no other is even named."""
    may = [one for one in dict.fromkeys(numbers) if link.reachable(own, one)]
    rows = connection.execute(select(tables.case).where(tables.case.c.id.in_(may)))
    return {row.id: Line(row.id, row.priority, row.status, row.day, own.known.facts(row.id)) for row in rows}


def _lead() -> AnyResponse | None:
    """Lead from a part's number to the whole, where the part itself is not asked for."""
    work = own_session().work
    if (
        request.endpoint != "case.show"
        or work is None
        or "part" in request.args
        or "question" in request.args
    ):
        return None
    number = (request.view_args or {})["number"]
    with work.engine.connect() as connection:
        whole = parts.whole(connection, number)
    if whole == number or not work.access(number).triage or not link.reachable(work, whole):
        return None
    return redirect(url_for("case.show", number=whole, _anchor=f"T-{number:04d}"), 303)


def _reachable(own: Work, connection: Connection, number: int, asked: str) -> int | None:
    """Return the case that a number leads to: None where there is none, or it is not for this officer."""
    found = _NUMBER.fullmatch(asked)
    if found is None:
        return None
    other = parts.whole(connection, int(found[1]))
    return other if other != number and link.reachable(own, other) else None


def _other() -> int:
    found = _NUMBER.fullmatch(request.form.get("other", ""))
    if found is None:
        abort(404)
    return int(found[1])


def _reason() -> Reason:
    return Reason(request.form.get("reason", ""), request.form.get("words", ""))


def _done(number: int, told: str, act: Callable[..., Any], *given: Any) -> AnyResponse:
    """Act, and show what belongs to the case again."""
    try:
        act(*given)
        own_session()["notice"] = told
    except (StateError, FormatError) as error:
        own_session()["refused"] = str(error).removeprefix(f"{getattr(error, 'failure', '')}: ")
    return redirect(url_for("links.show", number=number), 303)
