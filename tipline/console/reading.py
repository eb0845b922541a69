"""The page that is shown while a large index is read after signing in."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tipline.console import behind
from tipline.console.role import own_session, role

bp = Blueprint("reading", __name__)


@bp.get("/reading")
@role("officer")
def show() -> str | Response:
    """Show how far the reading is, and go on to the inbox when it is over."""
    session = own_session()
    if session.work is None or not behind.is_reading(session):
        return redirect(url_for("inbox.inbox"), 303)
    return render_template("reading.html", progress=session.work.known.progress)
