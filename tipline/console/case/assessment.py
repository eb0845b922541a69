"""Grading a tip and saying how urgent it is: forms on the case's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, current_app, redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from tipline.assessment import grading, priority, schemes, second
from tipline.assessment.schemes import Grading
from tipline.cases.case import Case
from tipline.cases.work import Work
from tipline.console.role import own_session, own_work, role
from tipline.errors import FormatError, StateError
from tipline.papers.reason import Reason

bp = Blueprint("assessment", __name__, url_prefix="/case/<int:number>")
_WAITS = "It stays P0 until another officer of your desk confirms that nobody's life is in danger."


def shown(connection: Connection, own: Work, opened: Case) -> dict[str, Any]:
    """Return what the templates show of a case's grading, and of what waits for a second officer."""
    scheme = schemes.SCHEMES[_scheme()]
    given = of_case(connection, opened.number)
    said = [(entry, grading.said_in(entry)) for entry in reversed(opened.audit) if entry.holds]
    return {
        "grading": given,
        "scheme": scheme,
        "suggested": given.what if given.what.scheme == scheme.code else schemes.first(scheme.code),
        "tlps": schemes.TLP,
        "gradings": [(entry, was) for entry, was in said if was][1:],
        "proposals": second.waiting(connection, opened.desk.id, opened.number, opened.audit)
        if opened.triage
        else [],
        # Then nobody can confirm anything, and the page says what to do.
        "alone": len(own.member.rosters.of(connection, opened.desk.id).members) == 1,
    }


def of_case(connection: Connection, number: int) -> grading.Given:
    """Return a case's grading in the agency's scheme, or in the one that it was graded in."""
    return grading.of_case(connection, number, _scheme())


@bp.post("/grade")
@role("triage")
def grade(number: int) -> AnyResponse:
    """Keep a grading."""
    codes = [request.form.get(name, "") for name in ("source", "information", "handling", "tlp")]
    what, said = Grading(_scheme(), *codes), request.form.get("words", "")

    def act() -> str:
        kept = grading.grade(own_work(), number, what, said)
        return "The grading is kept." if kept else "It is graded so already."

    return _done(number, act)


@bp.post("/priority")
@role("triage")
def prioritise(number: int) -> AnyResponse:
    """Change the priority, or ask a second officer to lower a P0."""
    to = request.form.get("priority", -1, type=int)
    why = Reason(request.form.get("reason", ""), request.form.get("words", ""))

    def act() -> str:
        done = priority.change(own_work(), number, to, why)
        return f"The case is P{to} now." if done else _WAITS

    return _done(number, act)


@bp.post("/priority/second")
@role("triage")
def confirm(number: int) -> AnyResponse:
    """Confirm as the second officer that a P0 is lowered, or leave it as it is."""
    own, seen = own_work(), request.form.get("seen", -1, type=int)
    try:
        messages = bytes.fromhex(request.form.get("messages", ""))
    except ValueError:
        abort(404)

    def act() -> str:
        if request.form.get("act") != "confirm":
            priority.drop(own, number, seen)
            return "It stays P0."
        priority.confirm(own, number, seen, messages)
        return "Confirmed: the priority is lowered."

    return _done(number, act)


def _scheme() -> str:
    scheme: str = current_app.extensions["tipline.settings"].assessment.scheme
    return scheme


def _done(number: int, act: Callable[[], str]) -> AnyResponse:
    """Act, and show the case again with what became of it."""
    try:
        own_session()["notice"] = act()
    except (StateError, FormatError) as error:
        own_session()["refused"] = str(error).removeprefix(f"{getattr(error, 'failure', '')}: ")
    return redirect(url_for("case.show", number=number), 303)
