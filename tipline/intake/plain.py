"""The pages for those without JavaScript: words come in readable, so each request has a process of its own.

They are the only answers that differ from one visitor to the next. Text only, no cookie, nothing kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from flask import Flask, Request, Response, abort, render_template, request

from tipline import clock
from tipline.errors import FormatError, ReceiptError, RelayError
from tipline.intake import answers
from tipline.intake.plain_relay import Relay
from tipline.keyring.keyring import Keyring
from tipline.keyring.section import Category
from tipline.seal import receipt
from tipline.seal.docket import DANGER
from tipline.settings import IntakeSettings
from tipline.tip import Tip
from tipline.web import choices, headers
from tipline.web.places import TEMPLATES

#: A form at its longest: 16 KiB of text, every byte of it escaped.
FORM_MAX = 64 * 1024
#: A board older than this is shown as old.
OLD_DAYS = 2
_FORM = "application/x-www-form-urlencoded"

_PROBLEMS = {
    "category": "Choose what it is about",
    "danger": "Say if anyone is in danger now",
    "text": "Write something",
    "too long": "Your words are too long. Take out some, or send them in two parts",
    "relay": "The site cannot take more now. Your words are still here. Wait some minutes and send again",
    "receipt empty": "Write your receipt",
    "receipt length": "Some letters are missing, or there are too many. A receipt has 28",
    "receipt character": "There is a sign in it that no receipt has",
    "receipt check": "Something in it is mistyped. Compare it with your paper, letter by letter",
    "answers": "The answers cannot be shown at this moment. Try again in some minutes",
}


def create_app(settings: IntakeSettings) -> Flask:
    """Return the app of the plain listener."""
    app = Flask(__name__, static_folder=None, template_folder=str(TEMPLATES))
    app.config.update(MAX_CONTENT_LENGTH=FORM_MAX, MAX_FORM_MEMORY_SIZE=FORM_MAX, MAX_FORM_PARTS=0)
    headers.init_app(app, "plain")
    answers.init_app(app)
    app.add_template_filter(clock.from_day_number, "day")
    # The page with JavaScript is beside these pages only behind one proxy.
    app.jinja_env.globals["pieces"] = choices.pieces
    app.jinja_env.globals["page_url"] = "/" if settings.plain_url.startswith("/") else None
    relay = Relay(settings)
    style = (Path(TEMPLATES) / "intake" / "plain.css").read_bytes()
    app.before_request(lambda: _check_form(request))

    @app.get("/plain/")
    def start() -> str:
        return render_template("intake/plain_start.html")

    @app.get("/plain/style.css")
    def show_style() -> Response:
        return Response(style, content_type="text/css; charset=utf-8")

    @app.get("/plain/tell")
    def ask_tip() -> str:
        return _tell_page(relay, None)

    @app.post("/plain/tell")
    def take_tip() -> str | Response:
        return _take_tip(relay)

    @app.post("/plain/again")
    def ask_again() -> str:
        return _tell_page(relay, None, {"text": _ticked(request)})

    @app.get("/plain/read")
    def ask_receipt() -> str:
        return render_template("intake/plain_read.html", problem=None)

    @app.post("/plain/read")
    def show_replies() -> str | Response:
        return _show_replies(relay)

    return app


def _check_form(asked: Request) -> None:
    """Take nothing but a short form: a multipart one would be spooled to a file."""
    if asked.method != "POST":
        return
    if asked.content_length is None:
        abort(411)
    if asked.mimetype != _FORM:
        abort(415)


def _take_tip(relay: Relay) -> str | Response:
    category, danger = request.form.get("category", ""), request.form.get("danger", "")
    text = request.form.get("text", "").replace("\r\n", "\n")
    try:
        keys = relay.keyring()
        codes = {item.code for vouched in keys.sections for item in vouched.section.categories}
        for name, fine in (
            ("category", category in codes),
            ("danger", danger in DANGER),
            ("text", text.strip()),
        ):
            if not fine:
                return _not_sent(relay, name)
        shown = relay.send(Tip(category=category, danger=danger, text=text, via="plain"), keys)
    except FormatError as error:
        return _not_sent(relay, "too long" if error.failure == "too long" else "relay")
    except RelayError:
        return _not_sent(relay, "relay")
    return render_template("intake/plain_receipt.html", receipt=shown)


def _not_sent(relay: Relay, problem: str) -> Response:
    status = 503 if problem == "relay" else 400
    return Response(_tell_page(relay, problem), status)


def _ticked(asked: Request) -> str:
    """Return the choices of an answer that were ticked, as words to send: the visitor goes on from there."""
    return "\n".join(f"{choices.TICKED}{one}" for one in asked.form.getlist("choice"))


def _tell_page(relay: Relay, problem: str | None, typed: Mapping[str, str] | None = None) -> str:
    try:
        keys = relay.keyring()
        bodies, missing = _bodies(keys), keys.missing
    except (RelayError, FormatError):
        bodies, missing = [], ()
    return render_template(
        "intake/plain_tell.html",
        bodies=bodies,
        missing=missing,
        problem=_PROBLEMS[problem] if problem else None,
        typed=request.form if typed is None else typed,
    )


def _bodies(keys: Keyring) -> list[tuple[str, Sequence[Category]]]:
    """Return what a tip can be about today, by who reads it; nameless where there is but one body."""
    several = len(keys.revocations.consoles) > 1
    return [
        (keys.called(vouched.section.console) if several else "", vouched.section.categories)
        for vouched in keys.sections
        if vouched.holds(clock.today())
    ]


def _show_replies(relay: Relay) -> str | Response:
    typed = request.form.get("receipt", "")
    try:
        found = relay.answers(receipt.parse(typed))
    except ReceiptError as error:
        problem = f"receipt {error.failure}" if typed.strip() else "receipt empty"
        return Response(render_template("intake/plain_read.html", problem=_PROBLEMS[problem]), 400)
    except (RelayError, FormatError):
        return Response(render_template("intake/plain_read.html", problem=_PROBLEMS["answers"]), 503)
    old = found.day is not None and (clock.today() - found.day).days > OLD_DAYS
    return render_template("intake/plain_replies.html", found=found, old=old)
