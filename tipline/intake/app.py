"""The public app, for public and onion port: pages for everybody, and the PUT of envelopes and parcels."""

from __future__ import annotations

from flask import Flask, Response, abort, request

from tipline.errors import FormatError
from tipline.intake import accept, answers, pages
from tipline.intake.limits import Limits
from tipline.intake.published import Published
from tipline.intake.rack import PARCELS, Rack
from tipline.intake.sizes import PARCEL_SIZE
from tipline.settings import IntakeSettings
from tipline.web import headers
from tipline.web.places import TEMPLATES
from tipline.wire.paths import PUT_ENVELOPE, PUT_PARCEL, WORK_HEADER

#: The headers that this app ever sees. All others are dropped while the request is read.
KEPT_HEADERS = frozenset(
    {
        "CONNECTION",
        "CONTENT_LENGTH",
        "EXPECT",
        "HOST",
        "TIPLINE_WORK",
        "X_FORWARDED_FOR",
    }
)


def create_app(settings: IntakeSettings, rack: Rack, published: Published) -> Flask:
    """Return the public app over an open *rack* and what is *published*."""
    app = Flask(__name__, static_folder=None, template_folder=str(TEMPLATES))
    headers.init_app(app, "page")
    answers.init_app(app)
    pages.init_app(app, settings, published)
    limits = Limits(settings)

    @app.put(f"{PUT_ENVELOPE}<name>")
    def put_envelope(name: str) -> Response:
        limits.count("e")
        keyring = published.keyring
        if keyring is None:
            abort(503)
        body = _body(rack.envelopes.size)
        rack.put(rack.envelopes, accept.envelope(name, _work(), body, keyring), body)
        return answers.done()

    @app.put(f"{PUT_PARCEL}<name>")
    def put_parcel(name: str) -> Response:
        limits.count("p")
        body = _body(PARCEL_SIZE)
        rack.put(PARCELS, accept.parcel(name, _work(), body), body)
        return answers.done()

    @app.errorhandler(FormatError)
    def refuse(error: FormatError) -> Response:
        refusal = accept.REFUSALS[error.failure]
        return answers.line(refusal.status, refusal.line)

    return app


def _body(size: int) -> bytes:
    """Return the body, which waitress has whole; one byte over *size* tells that it is too long."""
    body: bytes = request.environ["wsgi.input"].read(size + 1)
    return body


def _work() -> str:
    return request.headers.get(WORK_HEADER, "")
