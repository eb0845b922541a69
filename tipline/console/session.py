"""Signing in and out: the passphrase first; what stands between it and the inbox is in factors.py."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request, url_for
from sqlalchemy import Engine
from werkzeug.wrappers import Response as AnyResponse

from tipline import db
from tipline.cases import audit
from tipline.cases.work import Work
from tipline.console import limits
from tipline.console.role import own_session, role
from tipline.errors import AccessError
from tipline.keys.officer import DEMO, STRONG, Profile
from tipline.keys.rows import ADMINISTRATORS, REWARDS
from tipline.staff import member as members
from tipline.staff.member import Member

bp = Blueprint("session", __name__)


def init_app(app: Flask) -> None:
    """Add the pages, with limits on wrong attempts."""
    limits.add(app, "/sign-in", "session.sign_in_with", sign_in_with)
    app.register_blueprint(bp)


@bp.get("/sign-in")
@role("anyone")
def sign_in() -> str | AnyResponse:
    """Show the form. *rest* is a page that was left open: it must not count as the officer being there."""
    if own_session().half is not None:
        return redirect(url_for("factors.step"), 303)
    rests = own_session().work is not None
    if rests and "rest" not in request.args:
        return redirect(url_for("inbox.inbox"), 303)
    if rests:
        return render_template("rest.html")
    return render_template("sign_in.html", locked=own_session().expired)


@role("anyone")
def sign_in_with() -> tuple[str, int] | AnyResponse:
    """Unlock an officer's keys; the same answer whatever was wrong. They are of no use before the factor."""
    engine: Engine = current_app.extensions["tipline.engine"]
    settings = current_app.extensions["tipline.settings"]
    name, passphrase = request.form.get("name", "").strip(), request.form.get("passphrase", "")
    try:
        with limits.ONE_GUESS:
            officer = members.sign_in(engine, settings.folder / "keys", name, passphrase)
    except AccessError as error:
        return render_template("sign_in.html", wrong=str(error)), 403
    return half_way(Work(engine, officer))


def half_way(work: Work) -> AnyResponse:
    """Lead an officer whose keys are unlocked on to the second factor; in a demo without, straight in."""
    if not current_app.extensions["tipline.settings"].factor_kinds:
        return enter(work, "none")
    own_session().half_way(work)
    return redirect(url_for("factors.step"), 303)


def enter(work: Work, factor: str) -> AnyResponse:
    """Sign in whoever proved who they are, once the audit of every desk has it; *factor* says with what.

    Who is at no desk is in the administration's chain, and led to the words of their key.
    """
    member = work.member
    with db.writing(work.engine) as connection:
        for desk in member.desks or (ADMINISTRATORS,):
            audit.append(connection, member, desk, (audit.SIGNED_IN, {}), {"factor": factor})
    own_session().sign_in(work)
    current_app.extensions["tipline.store"].confirm(own_session())
    return redirect(url_for(_first_page(member)), 303)


def _first_page(member: Member) -> str:
    """Return the page to begin at: a board has no cases, and who is at no desk the words of their key."""
    if member.desks and all(desk.kind == REWARDS for desk in member.desks.values()):
        return "rewards.show"
    return "inbox.inbox" if member.desks or member.administers else "me.show"


def profile() -> Profile:
    """Return what a guess at a passphrase is to cost that is chosen on this console."""
    return DEMO if current_app.extensions["tipline.settings"].demo else STRONG


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
