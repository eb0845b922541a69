"""Searching all that the officer may open.

What somebody looks for is a name or a number out of a tip, so it is sent by POST: an address lands in the
browser's history and in logs, a form's body does not. The answer leads to an address with a random name for
what was found, which this session keeps in memory, so that going back, reloading and the next page work.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tipline import db
from tipline.audit import actions
from tipline.cases import audit, inbox
from tipline.cases.work import Work
from tipline.console.inbox import categories
from tipline.console.role import own_session, own_work, role
from tipline.search import memory, query

bp = Blueprint("search", __name__)

PAGE = 50
#: So many searches of a session can be gone back to.
KEPT = 20
_NUMBER = re.compile(r"(?:[Tt]-?)?0*([1-9][0-9]{0,11})")


@dataclass(frozen=True, repr=False)
class Found:
    """What was *asked*, and the *numbers* of the cases that answer it, highest first.

    *cut*: more texts answer than were looked at.
    """

    asked: str
    numbers: tuple[int, ...]
    cut: bool


@bp.get("/search")
@role("officer")
def show() -> str:
    """Show a page of what was found, or what can be looked for."""
    own = own_work()
    name, page = request.args.get("found"), request.args.get("page", "1")
    found = _kept().get(name) if name else None
    if (name and found is None) or not re.fullmatch(r"[1-9][0-9]{0,5}", page):
        # A session that ended has forgotten what was looked for.
        abort(404)
    at = (int(page) - 1) * PAGE
    numbers = found.numbers[at : at + PAGE] if found else ()
    with own.engine.connect() as connection:
        # What was taken from the officer since is left out.
        allowed = [number for number in numbers if own.known.may(number)]
        lines = inbox.lines(connection, own, allowed)
    more = found is not None and len(found.numbers) > at + PAGE
    return render_template(
        "search.html", found=found, name=name, page=int(page), more=more, lines=lines,
        categories=categories(own), length_max=query.LENGTH_MAX, texts_most=memory.FOUND_MAX,
    )  # fmt: skip


@bp.post("/search")
@role("officer")
def ask() -> Response:
    """Search, once the audit has it: that this officer searched and how much was found, not for what."""
    own, asked = own_work(), request.form.get("asked", "").strip()[: query.LENGTH_MAX]
    if not asked:
        return redirect(url_for("search.show"), 303)
    found = _find(own, asked)
    with db.writing(own.engine) as connection:
        for desk in own.member.desks:
            audit.append(connection, own.member, desk, (actions.SEARCHED, {}), {"found": len(found.numbers)})
    name = secrets.token_urlsafe(9)
    kept = {**_kept(), name: found}
    own_session()["found"] = dict(list(kept.items())[-KEPT:])
    return redirect(url_for("search.show", found=name), 303)


def _find(own: Work, asked: str) -> Found:
    """Return what answers: a case's own number, typed as it is spoken, comes first."""
    found, cut = own.known.look_up(asked)
    spoken = _NUMBER.fullmatch(asked)
    number = int(spoken[1]) if spoken else 0
    if own.known.may(number):
        found = [number, *(one for one in found if one != number)]
    return Found(asked, tuple(found), cut)


def _kept() -> dict[str, Found]:
    kept: dict[str, Found] = own_session().get("found", {})
    return kept
