"""Whose case it is: taking it, handing it back, why a colleague's is opened, and who knows a person in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from tipline.console.role import own_session, own_work, role, sensitive
from tipline.errors import FormatError, StateError, TakenError
from tipline.papers.reason import Reason
from tipline.routing import recused, taken

bp = Blueprint("taking", __name__, url_prefix="/case/<int:number>")


#: What can be done with a colleague's case before a reason is given.
_BEFORE_A_REASON = {"taking.ask", "taking.explain", "taking.recuse"}


def init_app(app: Flask) -> None:
    """Add the pages, and what stands before every page of a case, whatever it is: see Work.access."""
    app.register_blueprint(bp)
    app.register_error_handler(TakenError, _ask)
    app.before_request(_at_the_door)


@bp.get("/why")
@role("officer")
def ask(number: int) -> str | AnyResponse:
    """Ask why a colleague's case is opened. Of the case itself nothing is shown."""
    held = taken.asked(own_work(), number)
    if held is None:
        return redirect(url_for("case.show", number=number), 303)
    return render_template("why.html", number_=number, held=held, refused=own_session().pop("refused", None))


@bp.post("/why")
@role("officer")
def explain(number: int) -> AnyResponse:
    """Take the reason, and open the case."""
    why = Reason(request.form.get("reason", ""), request.form.get("words", ""))
    return _done(number, "", taken.explain, own_work(), number, why)


@bp.post("/take")
@role("officer")
def take(number: int) -> AnyResponse:
    """Make the case this officer's."""
    return _done(number, "This is your case now.", taken.take, own_work(), number)


@bp.post("/hand-back")
@role("officer")
def hand_back(number: int) -> AnyResponse:
    """Let the case be everybody's at the desk again."""
    return _done(number, "This case is everybody's at your desk again.", taken.hand_back, own_work(), number)


@bp.post("/recuse")
@role("officer")
def recuse(number: int) -> AnyResponse:
    """Take this officer off the case."""
    recused.recuse(own_work(), number)
    own_session()["notice"] = f"You are off case T-{number:04d}. It is not shown to you any more."
    return redirect(url_for("inbox.inbox"), 303)


@bp.post("/lift")
@role("officer")
@sensitive("case.show")
def lift(number: int) -> AnyResponse:
    """Let an officer work on the case again."""
    try:
        officer = bytes.fromhex(request.form.get("officer", ""))
    except ValueError:
        abort(404)
    why = Reason(request.form.get("reason", ""), request.form.get("words", ""))
    told = "They may work on this case again."
    return _done(number, told, recused.lift, own_work(), number, officer, why)


def _at_the_door() -> None:
    """Refuse a case that is not for this officer, and ask why before a colleague's: before any view."""
    number = (request.view_args or {}).get("number")
    if (
        number is None
        or request.url_rule is None
        or not request.url_rule.rule.startswith(bp.url_prefix or "")
    ):
        return
    own = own_work()
    if request.endpoint in _BEFORE_A_REASON:
        own.reach(number)
    else:
        own.access(number)


def _ask(error: TakenError) -> AnyResponse | tuple[str, int]:
    """Lead to the question; who wrote something while a colleague took the case gets their words back."""
    del error
    number, kept = (request.view_args or {})["number"], request.form.get("text", "").strip()
    held = taken.asked(own_work(), number) if kept else None
    if held is None:
        return redirect(url_for("taking.ask", number=number), 303)
    return render_template("why.html", number_=number, held=held, kept=kept), 409


def _done(number: int, told: str, act: Callable[..., Any], *given: Any) -> AnyResponse:
    try:
        act(*given)
        own_session()["notice"] = told
    except (StateError, FormatError) as error:
        own_session()["refused"] = str(error).removeprefix(f"{getattr(error, 'failure', '')}: ")
    return redirect(url_for("case.show", number=number), 303)
