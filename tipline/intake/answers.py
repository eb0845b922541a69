"""The short answers of both of intake's apps: one line of plain text, always the same for a cause."""

from __future__ import annotations

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from tipline.errors import FullError
from tipline.web import log

#: When to come back after 429 or 503, in seconds: always the same, so it tells nothing of the load.
RETRY_SECONDS = 600
_RETRY = (429, 503)
_LINES = {
    400: "This request cannot be read.",
    401: "Only consoles are let in here.",
    404: "There is nothing here.",
    405: "That cannot be done here.",
    411: "The request must declare its length.",
    413: "The body is longer than anything accepted here.",
    429: "Too much has come from your network. Nothing was stored: try again later.",
    500: "Something failed here, and nothing was changed.",
    503: "The relay cannot take anything now. Nothing was stored: try again later.",
}


def init_app(app: Flask) -> None:
    """Turn every error of *app* into such an answer, and its log wordless."""
    log.silence(app.logger.name)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = False
    app.register_error_handler(HTTPException, lambda error: line(error.code or 500))
    app.register_error_handler(FullError, lambda _: line(503))


def done() -> Response:
    """Return the 204 for new and repeated alike."""
    response = Response(status=204)
    response.headers.clear()
    return response


def line(status: int, text: str | None = None) -> Response:
    """Return *text*, or the line that belongs to *status*."""
    said = text or _LINES.get(status, _LINES[400])
    response = Response(f"{said}\n", status, content_type="text/plain; charset=utf-8")
    if status in _RETRY:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response
