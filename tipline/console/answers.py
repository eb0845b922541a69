"""The page "Answering": the holding text for when nobody is there, and the templates of the desk."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tipline import clock
from tipline.cases.work import Work
from tipline.console import words
from tipline.console.role import own_session, own_work, role, sensitive
from tipline.errors import FormatError
from tipline.settings import ConsoleSettings
from tipline.staff.member import TRIAGE, Desk
from tipline.talk import choosing, holding, templates, variables
from tipline.talk.choosing import Choice
from tipline.talk.holding import Waiting
from tipline.talk.templates import Template

bp = Blueprint("answers", __name__, url_prefix="/answering")
_WRONG = {
    "empty": "A template has a title and words.",
    "too long": "The title or the text is too long.",
    "language": "A language is named by its code, as en, pt or zh-Hant.",
    "text": "This is no text.",
}


@bp.get("")
@role("triage")
def show() -> str:
    """Show how many wait for an answer, and the templates; one of the desk's own to be changed."""
    own = own_work()
    asked = request.args.get("edit")
    edited = next((one for one in _own(own) if one.id.hex() == asked), None)
    if asked and edited is None:
        abort(404)
    return _page(own, edited)


@bp.post("/keep")
@role("lead")
def keep() -> Response | tuple[str, int]:
    """Keep a template, a new one or one that was changed."""
    own = own_work()
    what = Template(_id(), _given_desk(own).id, *(_field(name) for name in ("lang", "title", "text")))
    try:
        variables.check(what.text)
        templates.keep(own, what)
    except FormatError as error:
        wrong = _WRONG.get(error.failure) or f"{str(error).partition(': ')[2].capitalize()}."
        return _page(own, what, wrong), 422
    return _done("The template is kept.")


@bp.post("/remove")
@role("lead")
def remove() -> Response:
    """Delete one of the desk's own templates."""
    templates.remove(own_work(), _given_desk(own_work()).id, _id())
    return _done("The template is gone.")


@bp.post("/holding")
@role("triage")
@sensitive("answers.show")
def send_holding() -> Response:
    """Send the holding text to all that wait."""
    own = own_work()
    found = _all(own)
    kind = _field("kind")
    if kind not in holding.kinds(found):
        abort(404)
    try:
        sent = holding.send(own, holding.waiting(own), lambda one: _words(found, kind, one))
    except FormatError as error:
        own_session()["refused"] = str(error).partition(": ")[2]
        return redirect(url_for("answers.show"), 303)
    said = f"Sent to {sent.done} {'tipster' if sent.done == 1 else 'tipsters'}."
    return _done(said + (f" {sent.full} have no room left for a reply." if sent.full else ""))


def _page(own: Work, edited: Template | None = None, wrong: str = "") -> str:
    found, wait = _all(own), holding.waiting(own)
    settings = _settings()
    return render_template(
        "answering.html",
        waiting=wait,
        kinds=holding.kinds(found),
        shown_in=Counter(_lang_of(found, one) for one in wait),
        written_in=Counter(one.lang.partition("-")[0] for one in wait),
        is_open=settings.talk.is_open(clock.seconds()),
        hours=settings.talk.hours,
        zone=settings.talk.zone,
        own_templates=_own(own),
        starters=choosing.by_language([one for one in found if one.reviewed is not None], []),
        variables=variables.VARIABLES,
        desks=_led(own),
        new_id=templates.new_id().hex(),
        edited=edited,
        wrong=wrong,
        refused=own_session().pop("refused", None),
    )


def _words(found: list[Choice], kind: str, one: Waiting) -> str:
    text = holding.text_for(found, kind, one.lang)
    assert text is not None
    settings = _settings()
    known = variables.known(words.number(one.number), settings.name, text.lang, settings.talk)
    return variables.fill(text.text, known)


def _lang_of(found: list[Choice], one: Waiting) -> str:
    text = holding.text_for(found, "holding", one.lang)
    return text.lang if text else ""


def _all(own: Work) -> list[Choice]:
    with own.engine.connect() as connection:
        return choosing.all_(connection, own.member)


def _own(own: Work) -> list[Template]:
    with own.engine.connect() as connection:
        return templates.of_desks(connection, own.member)


def _led(own: Work) -> list[Desk]:
    return [desk for desk in own.member.desks.values() if desk.kind == TRIAGE and desk.leads]


def _given_desk(own: Work) -> Desk:
    found = next((desk for desk in _led(own) if desk.id.hex() == _field("desk")), None)
    return found or abort(404)


def _id() -> bytes:
    try:
        given = bytes.fromhex(_field("template"))
    except ValueError:
        abort(404)
    return given if len(given) == templates.ID_SIZE else abort(404)


def _field(name: str) -> str:
    return request.form.get(name, "").replace("\r\n", "\n").strip()


def _done(said: str) -> Response:
    own_session()["told"] = said
    return redirect(url_for("answers.show"), 303)


def _settings() -> ConsoleSettings:
    found: ConsoleSettings = current_app.extensions["tipline.settings"]
    return found
