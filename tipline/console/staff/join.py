"""Taking up an invitation: an officer makes their own keys, or gives up factors that are lost."""

from __future__ import annotations

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request, url_for
from sqlalchemy import Engine
from werkzeug.wrappers import Response as AnyResponse

from tipline.cases.work import Work
from tipline.console import limits, session
from tipline.console.role import own_session, role
from tipline.errors import AccessError
from tipline.keys.officer import PASSPHRASE_MIN
from tipline.keys.rosters import Rosters
from tipline.settings import ConsoleSettings
from tipline.staff import account, invitation
from tipline.staff.invitation import FACTORS, Invitation
from tipline.staff.member import Member

bp = Blueprint("join", __name__)
_DIFFER = "The two passphrases are not the same"


def init_app(app: Flask) -> None:
    """Add the pages, with limits on wrong attempts."""
    limits.add(app, "/join", "join.invited", invited)
    limits.add(app, "/join/passphrase", "join.joined", joined)
    app.register_blueprint(bp)


@bp.get("/join")
@role("anyone")
def start() -> str | AnyResponse:
    """Ask for name and code."""
    if own_session().held is not None:
        return redirect(url_for("session.sign_in"), 303)
    return render_template("join.html", hours=invitation.HOURS)


@role("anyone")
def invited() -> tuple[str, int] | AnyResponse:
    """Lead on who has a code. It stays in this session's memory, since it is checked again when used."""
    if own_session().held is not None:
        return redirect(url_for("session.sign_in"), 303)
    name, code = request.form.get("name", "").strip(), request.form.get("code", "")
    try:
        _find(name, code)
    except AccessError as error:
        return render_template("join.html", wrong=str(error), hours=invitation.HOURS), 403
    own_session()["invitation"] = (name, code)
    return redirect(url_for("join.passphrase"), 303)


@bp.get("/join/passphrase")
@role("anyone")
def passphrase() -> str | AnyResponse:
    """Ask for the passphrase: a new one, or where only the factors are lost the one there is."""
    what = _invited()
    if what is None:
        return redirect(url_for("join.start"), 303)
    return _page(what)


@role("anyone")
def joined() -> str | tuple[str, int] | AnyResponse:
    """Make the keys, or give up the factors; what is left is the second factor."""
    what = _invited()
    if what is None:
        return redirect(url_for("join.start"), 303)
    try:
        with limits.ONE_GUESS:
            member = _join(what, request.form.get("passphrase", ""))
    except AccessError as error:
        return _page(what, str(error)), 403
    engine: Engine = current_app.extensions["tipline.engine"]
    current_app.extensions["tipline.store"].end(member.id)
    return session.half_way(Work(engine, member))


def _join(what: Invitation, given: str) -> Member:
    engine: Engine = current_app.extensions["tipline.engine"]
    folder = _settings().folder / "keys"
    if what.kind == FACTORS:
        return account.reset_factors(engine, folder, what, given)
    if given != request.form.get("again"):
        raise AccessError(_DIFFER)
    return account.join(engine, folder, what, given, (_settings().suite, session.profile()))


def _page(what: Invitation, wrong: str = "") -> str:
    return render_template("join_passphrase.html", what=what, wrong=wrong, least=PASSPHRASE_MIN)


def _invited() -> Invitation | None:
    """Return the invitation that this session came with, if it still stands."""
    if own_session().held is not None:
        abort(404)
    given = own_session().get("invitation")
    try:
        return _find(*given) if given else None
    except AccessError:
        return None


def _find(name: str, code: str) -> Invitation:
    engine: Engine = current_app.extensions["tipline.engine"]
    with engine.connect() as connection:
        return invitation.find(connection, Rosters(_settings().folder / "keys"), name, code)


def _settings() -> ConsoleSettings:
    settings: ConsoleSettings = current_app.extensions["tipline.settings"]
    return settings
