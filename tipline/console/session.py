"""Signing in and out."""

from __future__ import annotations

import hashlib
import secrets
import threading
from typing import Any

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from sqlalchemy import Engine
from werkzeug.wrappers import Response as AnyResponse

from tipline import db
from tipline.cases import audit, member
from tipline.cases.member import Member
from tipline.cases.work import Work
from tipline.console.role import own_session, role
from tipline.errors import AccessError

bp = Blueprint("session", __name__)
#: Wrong passphrases for one name from one address, and for all names together.
NAME_LIMIT, ALL_LIMIT = "10 per 10 minutes", "100 per 10 minutes"

# A name field sometimes gets a passphrase: what the limits remember is a hash under a passing key.
_PEPPER = secrets.token_bytes(32)
# Argon2id takes hundreds of megabytes: one guess at a time.
_ONE_GUESS = threading.Semaphore()


def init_app(app: Flask) -> None:
    """Add the pages, with limits on wrong attempts that live in this process's memory."""
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", headers_enabled=False)
    posts: dict[str, Any] = {"methods": ["POST"], "deduct_when": lambda answer: answer.status_code != 303}
    view = limiter.limit(NAME_LIMIT, key_func=_who, **posts)(sign_in_with)
    view = limiter.limit(ALL_LIMIT, key_func=lambda: "all", **posts)(view)
    app.add_url_rule("/sign-in", "session.sign_in_with", view, methods=["POST"])
    app.register_blueprint(bp)


@bp.get("/sign-in")
@role("anyone")
def sign_in() -> str | AnyResponse:
    """Show the form. *rest* is a page that was left open: it must not count as the officer being there."""
    rests = own_session().work is not None
    if rests and "rest" not in request.args:
        return redirect(url_for("inbox.inbox"), 303)
    if rests:
        return render_template("rest.html")
    return render_template("sign_in.html", locked=own_session().expired)


@role("anyone")
def sign_in_with() -> tuple[str, int] | AnyResponse:
    """Unlock an officer's keys; the same answer whatever was wrong."""
    engine: Engine = current_app.extensions["tipline.engine"]
    folder = current_app.extensions["tipline.settings"].folder / "keys"
    try:
        with _ONE_GUESS:
            officer = member.sign_in(engine, folder, _name(), request.form.get("passphrase", ""))
    except AccessError as error:
        return render_template("sign_in.html", wrong=str(error)), 403
    _record(engine, officer)
    own_session().sign_in(Work(engine, officer))
    return redirect(url_for("inbox.inbox"), 303)


@bp.post("/sign-out")
@role("officer")
def sign_out() -> AnyResponse:
    """Forget the keys."""
    current_app.extensions["tipline.store"].drop(own_session())
    return redirect(url_for("session.sign_in"), 303)


@bp.post("/touch")
@role("officer")
def touch() -> Response:
    """Stay signed in while somebody is typing."""
    return Response(status=204)


def _record(engine: Engine, officer: Member) -> None:
    with db.writing(engine) as connection:
        for desk in officer.desks:
            audit.append(connection, officer, desk, (audit.SIGNED_IN, {}))


def _who() -> str:
    who = f"{get_remote_address()}\n{_name()}".encode(errors="replace")
    return hashlib.blake2b(who, key=_PEPPER).hexdigest()


def _name() -> str:
    return request.form.get("name", "").strip()
