"""The second factor: asked after the passphrase, enrolled by who has none, asked again where it matters."""

from __future__ import annotations

from typing import Any

import segno
from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from tipline import db
from tipline.cases.work import Work
from tipline.console import limits, session
from tipline.console.role import own_session, role
from tipline.errors import AccessError
from tipline.factors import first, one_time_code, party, rows, security_key
from tipline.factors.party import Party
from tipline.factors.rows import Factor, Factors
from tipline.factors.security_key import Asked
from tipline.settings import TOTP, WEBAUTHN, ConsoleSettings
from tipline.staff import member

bp = Blueprint("factors", __name__)
_OFF = "This agency does not accept that kind of second factor"
_DONE = "Confirmed. Nothing was done yet: please do it again now."


def init_app(app: Flask) -> None:
    """Add the pages, with limits on wrong attempts."""
    limits.add(app, "/sign-in/factor", "factors.prove", prove)
    limits.add(app, "/sign-in/enrol", "factors.enrolled", enrolled)
    limits.add(app, "/confirm", "factors.confirmed", confirmed)
    app.register_blueprint(bp)


@bp.get("/sign-in/factor")
@role("half")
def step() -> str | AnyResponse:
    """Ask for the factor; who never had one is led to enrol it."""
    own = _half()
    if _is_first(own):
        return redirect(url_for("factors.enrol"), 303)
    return render_template("factor_step.html", **asking(own))


@role("half")
def prove() -> tuple[str, int] | AnyResponse:
    """Sign in whoever has the factor."""
    own = _half()
    try:
        return session.enter(own, check(own).kind)
    except AccessError as error:
        return render_template("factor_step.html", wrong=str(error), **asking(own)), 403


@bp.get("/sign-in/enrol")
@role("half")
def enrol() -> str:
    """Show how to enrol the first factor."""
    own = _half()
    if not _is_first(own):
        abort(404)
    return render_template("factor_enrol.html", target="factors.enrolled", **offering(own))


@role("half")
def enrolled() -> tuple[str, int] | AnyResponse:
    """Enrol the first factor and sign in."""
    own = _half()
    if not _is_first(own):
        abort(404)
    try:
        return session.enter(own, add(own).kind)
    except AccessError as error:
        page = render_template(
            "factor_enrol.html", target="factors.enrolled", wrong=str(error), **offering(own)
        )
        return page, 403


@bp.post("/sign-in/leave")
@role("half")
def leave() -> AnyResponse:
    """Forget the keys that were not used."""
    current_app.extensions["tipline.store"].drop(own_session())
    return redirect(url_for("session.sign_in"), 303)


@bp.get("/confirm")
@role("officer")
def confirm() -> str:
    """Ask again, before a sensitive act."""
    return render_template("confirm.html", **asking(_whole()))


@role("officer")
def confirmed() -> tuple[str, int] | AnyResponse:
    """Lead back to the page of the act, which was not done."""
    own = _whole()
    try:
        check(own)
    except AccessError as error:
        return render_template("confirm.html", wrong=str(error), **asking(own)), 403
    current_app.extensions["tipline.store"].confirm(own_session())
    back = own_session().pop("back", url_for("inbox.inbox"))
    own_session()["told"] = _DONE
    return redirect(back, 303)


def known(own: Work) -> Factors:
    """Return the officer's factors."""
    with own.engine.connect() as connection:
        return rows.of(connection, own.member)


def _is_first(own: Work) -> bool:
    with own.engine.connect() as connection:
        return first.may_enrol(connection, own.member)


def asking(own: Work) -> dict[str, Any]:
    """Return what a page needs that asks for a factor, or in a demo without any for the passphrase."""
    kinds, factors = _settings().factor_kinds, known(own)
    keys = factors.of_kind(WEBAUTHN) if WEBAUTHN in kinds else ()
    return {
        "keys": keys,
        "codes": factors.of_kind(TOTP) if TOTP in kinds else (),
        "options": security_key.ask(_asked(), factors) if keys and _is_here() else "",
        "party": _party(),
        "here": _is_here(),
        "by_passphrase": not kinds,
        "strange": factors.strange,
    }


def offering(own: Work) -> dict[str, Any]:
    """Return what a page needs that offers to enrol a factor."""
    secret = own_session().setdefault("secret", one_time_code.new_secret()) if _takes(TOTP) else ""
    return {
        "options": security_key.ask_to_enrol(_asked(), own.member, known(own)),
        "party": _party(),
        "here": _is_here(),
        "secret": secret,
        "picture": _picture(one_time_code.address(_party(), own.member, secret)) if secret else "",
        "name_max": rows.NAME_MAX,
    }


def check(own: Work) -> Factor:
    """Return the factor that this request proves. Raises AccessError."""
    form = request.form
    if not _settings().factor_kinds:
        return _check_passphrase(own, form.get("passphrase", ""))
    with db.writing(own.engine) as connection:
        if "code" not in form:
            asked = Asked(_party(), own_session().take_challenge())
            return security_key.check(connection, own.member, asked, form.get("answer", ""))
        if not _takes(TOTP):
            raise AccessError(_OFF)
        return one_time_code.check(connection, own.member, form["code"])


def add(own: Work) -> Factor:
    """Enrol the factor that this request brings. Raises AccessError."""
    form, name = request.form, request.form.get("name", "")
    with db.writing(own.engine) as connection:
        if "code" not in form:
            asked = Asked(_party(), own_session().take_challenge())
            return security_key.enrol(connection, own.member, asked, name, form.get("answer", ""))
        secret = own_session().get("secret")
        if secret is None or not _takes(TOTP):
            raise AccessError(_OFF)
        added = one_time_code.enrol(connection, own.member, secret, name, form["code"])
    own_session().pop("secret", None)
    return added


def _check_passphrase(own: Work, passphrase: str) -> Factor:
    with limits.ONE_GUESS:
        member.sign_in(own.engine, own.member.folder, own.member.name, passphrase)
    return rows.new("none", "passphrase", b"", 0)


def _half() -> Work:
    work = own_session().half
    return work or abort(401)


def _whole() -> Work:
    work = own_session().work
    return work or abort(401)


def _asked() -> Asked:
    asked = security_key.ask_by(_party())
    own_session().challenge = asked.challenge
    return asked


def _settings() -> ConsoleSettings:
    settings: ConsoleSettings = current_app.extensions["tipline.settings"]
    return settings


def _party() -> Party:
    return party.of(_settings())


def _takes(kind: str) -> bool:
    return kind in _settings().factor_kinds


def _is_here() -> bool:
    """Tell whether the browser is at the name that keys are enrolled for: elsewhere it would not ask them."""
    return request.host.partition(":")[0] == _party().id


def _picture(address: str) -> Markup:
    # Dark on light whatever the page's colours: a camera has to read it.
    drawn = segno.make(address, micro=False).svg_inline(scale=4, dark="#000", light="#fff", omitsize=True)
    return Markup(drawn)  # noqa: S704 -- drawn here, of dots alone
