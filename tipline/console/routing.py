"""Routing a case to a unit."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from tipline.cases import route
from tipline.console.role import own_session, own_work, role

bp = Blueprint("routing", __name__, url_prefix="/case/<int:number>")


@bp.post("/route")
@role("triage")
def pass_on(number: int) -> AnyResponse:
    """Route the case to a unit."""
    try:
        unit = bytes.fromhex(request.form.get("unit", ""))
    except ValueError:
        abort(404)
    passed = route.route(own_work(), number, unit)
    notice = (
        f"Passed on: {passed} message{'s' if passed != 1 else ''}."
        if passed
        else "The unit has all of it already."
    )
    own_session()["notice"] = notice
    return redirect(url_for("case.show", number=number), 303)
