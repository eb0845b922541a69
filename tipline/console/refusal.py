"""Refusals as pages: one sentence of what is wrong and one of what to do, and no word of the request."""

from __future__ import annotations

from flask import Flask, render_template
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from tipline.errors import AccessError, AuditError, FormatError, MissingError, StateError, TiplineError

_PAGES = {
    400: ("This form is no longer valid.", "Go back, load the page again and repeat what you did."),
    403: ("This is not for you.", "Your desk cannot do this. Ask an officer of the triage desk."),
    404: ("There is nothing here.", "No such case, message or file is open to you."),
    405: ("This cannot be done here.", "Go back to the inbox."),
    422: ("This cannot be done as things stand now.", "Go back and load the page again."),
    409: ("This file is not complete.", "It stays here; try again when more has been collected."),
    413: ("This is too long.", "Go back and shorten it."),
    421: (
        "The console does not answer under this name.",
        "Use the address your administrator gave you.",
    ),
    429: ("Too many attempts.", "Wait ten minutes, then try again."),
    500: ("Something failed here.", "Nothing was changed. Try again, and tell your administrator."),
    503: (
        "This could not be recorded.",
        "Nothing is shown that the audit does not hold. Tell your administrator.",
    ),
}
_OF_ERRORS = (
    (AccessError, 404),
    (StateError, 422),
    (MissingError, 409),
    (AuditError, 503),
    (FormatError, 500),
    (TiplineError, 500),
)


def init_app(app: Flask) -> None:
    """Answer every refusal of ours, of Flask and of the database with a page."""
    app.register_error_handler(TiplineError, _ours)
    app.register_error_handler(SQLAlchemyError, _database)
    app.register_error_handler(CSRFError, lambda _: page(400))
    app.register_error_handler(HTTPException, lambda error: page(error.code or 500))


def page(status: int, detail: str = "") -> tuple[str, int]:
    """Return the page for an HTTP *status*, with a *detail* that says which."""
    what, then = _PAGES.get(status, _PAGES[500])
    return render_template("refusal.html", what=what, then=then, detail=detail), status


def _ours(error: TiplineError) -> tuple[str, int]:
    status = next(code for kind, code in _OF_ERRORS if isinstance(error, kind))
    # A FormatError's failure is a word of docs/format.md, a MissingError's text holds counts only.
    shown = {FormatError: getattr(error, "failure", ""), MissingError: str(error)}
    return page(status, shown.get(type(error), ""))


def _database(error: SQLAlchemyError) -> tuple[str, int]:
    del error
    return page(503)
