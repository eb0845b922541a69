"""Routing a case to units, and what a unit says to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from tipline.console.role import own_session, own_work, role, sensitive
from tipline.errors import FormatError, StateError
from tipline.papers.reason import Reason
from tipline.routing import response, route
from tipline.routing.route import Giving, Seen
from tipline.routing.route_state import INFORM, ROUTE

bp = Blueprint("routing", __name__, url_prefix="/case/<int:number>")
#: The case's page, to which all acts lead back.
_PAGE = "case.show"


def _is_raw() -> bool:
    """Tell whether a unit is to get the tipster's own words."""
    return bool(request.form.get("reason"))


@bp.post("/route")
@role("triage")
@sensitive(_PAGE, when=_is_raw)
def send(number: int) -> AnyResponse:
    """Route the case to a unit, or give it for information; or make the one into the other."""
    act = INFORM if request.form.get("act") == INFORM else ROUTE
    return _done(
        number,
        "Done. Below stands what each unit has.",
        route.send,
        own_work(),
        number,
        _unit(),
        _giving(),
        act,
    )


@bp.post("/give")
@role("triage")
@sensitive(_PAGE, when=_is_raw)
def give(number: int) -> AnyResponse:
    """Give a unit that has the case what came since."""
    return _done(number, "Given.", route.give, own_work(), number, _unit(), _giving())


@bp.post("/withdraw")
@role("triage")
@sensitive(_PAGE)
def withdraw(number: int) -> AnyResponse:
    """Take the case from a unit."""
    told = "Withdrawn. See below what the unit had opened."
    return _done(number, told, route.withdraw, own_work(), number, _unit(), _reason())


@bp.post("/accept")
@role("officer")
def accept(number: int) -> AnyResponse:
    """Take the case on for the unit."""
    return _done(number, "Your unit has accepted this case.", response.accept, own_work(), number, _unit())


@bp.post("/decline")
@role("officer")
def decline(number: int) -> AnyResponse:
    """Decline the case for the unit."""
    return _ended(number, response.decline)


@bp.post("/return")
@role("officer")
def give_back(number: int) -> AnyResponse:
    """Return a case that the unit had accepted."""
    return _ended(number, response.give_back)


def _ended(number: int, act: Callable[..., Any]) -> AnyResponse:
    own = own_work()
    answer = _done(number, "The case went back to triage.", act, own, number, _unit(), _reason())
    if "refused" in own_session():
        return answer
    return redirect(url_for("inbox.inbox"), 303)


def _done(number: int, told: str, act: Callable[..., Any], *given: Any) -> AnyResponse:
    """Act, and show the case again with what became of it."""
    try:
        act(*given)
        own_session()["notice"] = told
    except (StateError, FormatError) as error:
        own_session()["refused"] = str(error).removeprefix(f"{getattr(error, 'failure', '')}: ")
    return redirect(url_for(_PAGE, number=number), 303)


def _unit() -> bytes:
    try:
        return bytes.fromhex(request.form.get("unit", ""))
    except ValueError:
        return b""


def _reason() -> Reason:
    return Reason(request.form.get("reason", ""), request.form.get("words", ""))


def _giving() -> Giving:
    approval = current_app.extensions["tipline.settings"].report_approval
    seen = Seen(_hex("report"), _hex("messages"))
    return Giving(_reason() if _is_raw() else None, approval, seen)


def _hex(name: str) -> bytes | None:
    """Return what a form's hidden field holds; None where it has none."""
    try:
        return bytes.fromhex(request.form[name]) if name in request.form else None
    except ValueError:
        return b""
