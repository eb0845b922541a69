"""The officers' accounts, as administrators run them: none of it gives anybody a key of a desk."""

from __future__ import annotations

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from tipline import db
from tipline.audit import actions
from tipline.console.role import own_session, own_work, role, sensitive
from tipline.console.store import Store
from tipline.errors import AccessError, SettingsError
from tipline.staff import account, invitation
from tipline.staff.account import Account
from tipline.staff.invitation import FACTORS, KEYS

bp = Blueprint("accounts", __name__, url_prefix="/officers")


def init_app(app: Flask) -> None:
    """Add the pages, and *for_leads* for the templates: whom they have to take off a desk, or admit again."""
    app.register_blueprint(bp)
    app.jinja_env.globals["for_leads"] = for_leads


def for_leads() -> list[tuple[str, str, bool]]:
    """Return what every page tells a lead about members whose account has changed."""
    work = own_session().work
    if work is None or not work.member.leads:
        return []
    with work.engine.connect() as connection:
        return account.for_leads(connection, work.member)


@bp.get("")
@role("administrator")
def show() -> str:
    """Show who has an account. A code that was just made is shown this once."""
    return _page()


@bp.post("")
@role("administrator")
@sensitive("accounts.show")
def make() -> tuple[str, int] | AnyResponse:
    """Make an account: a name and an invitation."""
    own, name = own_work(), request.form.get("name", "")
    try:
        code = account.make(own.engine, own.member, name)
    except SettingsError as error:
        return _page(str(error)), 422
    return _with_code(name.strip(), code)


@bp.post("/<officer>/invite")
@role("administrator")
@sensitive("accounts.show")
def invite(officer: str) -> tuple[str, int] | AnyResponse:
    """Invite an officer to new keys, or to new factors."""
    own, kind = own_work(), request.form.get("kind", "")
    if kind not in (KEYS, FACTORS):
        abort(400)
    known = _known(officer)
    return _with_code(known.name, account.invite_again(own.engine, own.member, known.id, kind))


@bp.post("/<officer>/disable")
@role("administrator")
@sensitive("accounts.show")
def disable(officer: str) -> tuple[str, int] | AnyResponse:
    """Disable an account and end its sessions, or enable it again; or withdraw what nobody has joined."""
    own, known = own_work(), _known(officer)
    if not known.joined:
        account.withdraw(own.engine, own.member, known.id)
        return _told(f"The invitation of {known.name} is withdrawn.")
    try:
        account.disable(own.engine, own.member, known.id, disabled=not known.disabled)
    except AccessError as error:
        return _page(str(error)), 422
    if known.disabled:
        return _told(f"{known.name} can sign in again.")
    _store().end(known.id)
    return _told(
        f"{known.name} is signed out and cannot sign in any more. The leads of their desks have to take them "
        "off: only then are new keys made, which they do not have."
    )


@bp.post("/<officer>/end")
@role("administrator")
@sensitive("accounts.show")
def end(officer: str) -> AnyResponse:
    """End all sessions of an officer."""
    own, known = own_work(), _known(officer)
    with db.writing(own.engine) as connection:
        account.note(connection, own.member, actions.ENDED, known.id)
    ended = _store().end(known.id)
    return _told(f"{ended} session{'' if ended == 1 else 's'} of {known.name} ended.")


def _page(wrong: str = "") -> str:
    own = own_work()
    with own.engine.connect() as connection:
        known = account.all_(connection, own.member.rosters)
        desks = account.desks_of(connection, own.member.rosters)
    return render_template(
        "officers.html",
        accounts=known,
        desks=desks,
        sessions={one.id: len(_store().of(one.id)) for one in known},
        wrong=wrong,
        code=own_session().pop("code", None),
        hours=invitation.HOURS,
    )


def _with_code(name: str, code: str) -> AnyResponse:
    own_session()["code"] = (name, code)
    return redirect(url_for("accounts.show"), 303)


def _told(what: str) -> AnyResponse:
    own_session()["told"] = what
    return redirect(url_for("accounts.show"), 303)


def _known(officer: str) -> Account:
    own = own_work()
    with own.engine.connect() as connection:
        for one in account.all_(connection, own.member.rosters):
            if one.id.hex() == officer:
                return one
    return abort(404)


def _store() -> Store:
    store: Store = current_app.extensions["tipline.store"]
    return store
