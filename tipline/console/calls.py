"""Tips by telephone and in person: a form for the call taker, and the receipt to be read out once."""

from __future__ import annotations

import secrets

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tipline.calls import aloud, taking
from tipline.calls.taking import Told
from tipline.cases import reply
from tipline.console import words
from tipline.console.role import own_session, own_work, role
from tipline.errors import AccessError, FormatError
from tipline.seal import receipt
from tipline.seal.docket import DANGER

bp = Blueprint("calls", __name__, url_prefix="/calls")
#: What the session holds, in memory only, until the call taker says that the receipt was read out.
_HELD = "call"
_WRONG = {
    "category": "Choose what it is about.",
    "danger": "Say if anyone is in danger now.",
    "lang": "Choose the language that was spoken.",
    "via": "Say how it came.",
    "empty": "Write down what was said.",
    "too long": "This is longer than one tip can be. Take out some, or file it as two.",
}


@bp.get("")
@role("triage")
def form() -> str | Response:
    """Show the form; first the receipt of the tip before, if nobody said that it was read out."""
    if _HELD in own_session():
        return redirect(url_for("calls.show_receipt"), 303)
    return _form()


@bp.post("")
@role("triage")
def take() -> Response | tuple[str, int]:
    """Seal and file what was said. A second click on the same button files nothing twice."""
    held = own_session().get(_HELD)
    if held and held["form"] == request.form.get("form"):
        return redirect(url_for("calls.show_receipt"), 303)
    own = own_work()
    told = Told(*(request.form.get(name, "") for name in ("text", "category", "danger", "lang", "via")))
    told = Told(reply.tidy(told.text), told.category, told.danger, told.lang, told.via)
    agency = bytes.fromhex(current_app.extensions["tipline.settings"].root_fingerprint)[:8]
    try:
        filed = taking.take(own, agency, told)
    except FormatError as error:
        return _form(told, _WRONG.get(error.failure, f"It could not be sealed: {error}.")), 422
    except AccessError:
        return _form(told, _WRONG["category"]), 422
    code = receipt.format_(filed.entropy)
    own_session()[_HELD] = {"form": request.form.get("form", ""), "code": code, "number": filed.number}
    return redirect(url_for("calls.show_receipt"), 303)


@bp.get("/receipt")
@role("triage")
def show_receipt() -> str | Response:
    """Show the receipt, in groups, until it was read out."""
    held = own_session().get(_HELD)
    if held is None:
        return redirect(url_for("calls.form"), 303)
    return render_template("call_receipt.html", groups=aloud.groups(held["code"]), number_=held["number"])


@bp.post("/receipt")
@role("triage")
def forget_receipt() -> Response:
    """Forget the receipt, here too."""
    held = own_session().pop(_HELD, None)
    if held is None:
        return redirect(url_for("calls.form"), 303)
    own_session()["notice"] = "The receipt is gone from here. The caller is who has it."
    return redirect(url_for("case.show", number=held["number"]), 303)


def _form(told: Told | None = None, wrong: str = "") -> str:
    own = own_work()
    with own.engine.connect() as connection:
        categories = taking.categories(connection, own)
    return render_template(
        "call.html",
        typed=told or Told("", "", "", "en", ""),
        wrong=wrong,
        categories=categories,
        dangers=[(code, words.DANGER[code]) for code in DANGER],
        channels=[(taking.PHONE, "By telephone"), (taking.WALK_IN, "In person")],
        languages=words.languages(),
        form=secrets.token_hex(16),
    )
