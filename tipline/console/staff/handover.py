"""Notes at a change of shift: leaving one, and reading what the shift before left."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from tipline.console import alerts
from tipline.console.role import own_session, own_work, role
from tipline.errors import AccessError, FormatError
from tipline.staff import handover, handover_box, on_call

bp = Blueprint("handover", __name__, url_prefix="/alerts/<desk>/note")


@bp.get("")
@role("officer")
def show(desk: str) -> str:
    """Show the form."""
    return _form(alerts.desk_id(desk))


@bp.post("")
@role("officer")
def write(desk: str) -> AnyResponse | tuple[str, int]:
    """Leave a note."""
    own, at, text = own_work(), alerts.desk_id(desk), request.form.get("text", "")
    try:
        handover.write(own, at, text)
    except AccessError:
        abort(404)
    except FormatError:
        return _form(at, text, f"A note has 1 to {handover_box.TEXT_MAX} bytes."), 422
    own_session()["told"] = "Your note is left: who is on call next is shown it until they have read it."
    return redirect(url_for("alerts.show"), 303)


@bp.get("/<id_>")
@role("officer")
def read(desk: str, id_: str) -> str:
    """Show a note, once the audit has it that this officer reads it."""
    own, at, note = own_work(), alerts.desk_id(desk), alerts.desk_id(id_)
    try:
        text = handover.read(own, at, note)
    except AccessError:
        abort(404)
    except FormatError:
        text = None
    with own.engine.connect() as connection:
        (about,) = (one for one in handover.notes(connection, own, at) if one.id == note)
    return render_template("handover_read.html", desk=on_call.desk_of(own, at), note=about, text=text)


def _form(desk: bytes, text: str = "", wrong: str = "") -> str:
    try:
        at = on_call.desk_of(own_work(), desk)
    except AccessError:
        abort(404)
    return render_template("handover.html", desk=at, text=text, wrong=wrong, most=handover_box.TEXT_MAX)
