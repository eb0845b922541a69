"""An officer's own page: the words of their key, second factors, sessions, passphrase."""

from __future__ import annotations

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from tipline import db
from tipline.console import alerts, limits, session
from tipline.console.role import own_session, own_work, role, sensitive
from tipline.console.staff import factors
from tipline.console.store import Store
from tipline.errors import AccessError, FormatError
from tipline.factors import rows
from tipline.keys import key_words
from tipline.keys.officer import PASSPHRASE_MIN
from tipline.languages import names, readers
from tipline.staff import account

bp = Blueprint("me", __name__, url_prefix="/me")
_DIFFER = "The two new passphrases are not the same"


def init_app(app: Flask) -> None:
    """Add the pages, with limits on wrong attempts."""
    limits.add(app, "/me/factor", "me.add_factor", add_factor)
    limits.add(app, "/me/passphrase", "me.change_passphrase", change_passphrase)
    app.register_blueprint(bp)


@bp.get("")
@role("officer")
def show() -> str:
    """Show the officer what the console has under their name."""
    return _page()


@bp.get("/factor")
@role("officer")
@sensitive("me.offer_factor")
def offer_factor() -> str:
    """Show how to add a factor."""
    if not current_app.extensions["tipline.settings"].factor_kinds:
        abort(404)
    return _offer()


@role("officer")
@sensitive("me.offer_factor")
def add_factor() -> tuple[str, int] | AnyResponse:
    """Add a factor."""
    try:
        added = factors.add(own_work())
    except AccessError as error:
        return _offer(str(error)), 403
    return _told(f"“{added.name}” is added.")


@bp.post("/factor/<factor>/remove")
@role("officer")
@sensitive("me.show")
def remove_factor(factor: str) -> tuple[str, int] | AnyResponse:
    """Remove a factor that is lost or no longer used."""
    own = own_work()
    try:
        id_ = bytes.fromhex(factor)
    except ValueError:
        abort(404)
    try:
        with db.writing(own.engine) as connection:
            rows.remove(connection, own.member, id_)
    except AccessError as error:
        return _page(str(error)), 422
    return _told("Removed. It opens nothing any more.")


@bp.post("/languages")
@role("officer")
def languages() -> AnyResponse:
    """Keep which languages the officer reads."""
    try:
        readers.say(own_work(), request.form.getlist("language"))
    except FormatError:
        abort(404)
    return _told("Kept. Tips in a language that nobody at your desk reads are marked.")


@bp.post("/session/<id_>/end")
@role("officer")
def end_session(id_: str) -> AnyResponse:
    """End one of the officer's sessions."""
    own = own_work()
    for one in _store().of(own.member.id):
        if one.id == id_:
            _store().drop(one)
            return redirect(url_for("me.show"), 303) if one is not own_session() else _signed_out()
    return abort(404)


@role("officer")
@sensitive("me.show")
def change_passphrase() -> tuple[str, int] | AnyResponse:
    """Seal the officer's keys under another passphrase."""
    own, form = own_work(), request.form
    if form.get("new") != form.get("again"):
        return _page(_DIFFER), 403
    try:
        with limits.ONE_GUESS:
            account.change_passphrase(
                own.engine, own.member, form.get("old", ""), form.get("new", ""), session.profile()
            )
    except AccessError as error:
        return _page(str(error)), 403
    return _told("Your passphrase is changed. Old backups still open with the old one.")


def _page(wrong: str = "") -> str:
    own, store = own_work(), _store()
    sessions = [(one, int(store.idle(one) // 60), one is own_session()) for one in store.of(own.member.id)]
    with own.engine.connect() as connection:
        reads = readers.of_officer(connection, own.member.id)
    return render_template(
        "me.html",
        reads=reads,
        languages=sorted(names.NAMES.items(), key=lambda one: one[1]),
        words=key_words.spoken(own.member.keys.public, own.member.keys.verify),
        desks=sorted(own.member.desks.values(), key=lambda desk: desk.name),
        refused=own.member.refused,
        factors=factors.known(own),
        sessions=sessions,
        wrong=wrong,
        least=PASSPHRASE_MIN,
        reach=alerts.own_reach(),
    )


def _offer(wrong: str = "") -> str:
    own = own_work()
    return render_template("factor_enrol.html", target="me.add_factor", wrong=wrong, **factors.offering(own))


def _told(what: str) -> AnyResponse:
    own_session()["told"] = what
    return redirect(url_for("me.show"), 303)


def _signed_out() -> AnyResponse:
    return redirect(url_for("session.sign_in"), 303)


def _store() -> Store:
    store: Store = current_app.extensions["tipline.store"]
    return store
