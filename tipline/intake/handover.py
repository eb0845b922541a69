"""The handover: where consoles collect what is sealed, acknowledge it, and post keyring and board."""

from __future__ import annotations

import hashlib
import hmac

from flask import Flask, Response, abort, g, request

from tipline.errors import FormatError
from tipline.intake import answers
from tipline.intake.published import Published
from tipline.intake.rack import PARCELS, Rack
from tipline.settings import IntakeSettings
from tipline.web import headers
from tipline.wire import paths, shapes

#: A whole board (slots and tokens at their most, and signatures), or an acknowledgement of 200,000 ids.
BODY_MAX = 16 << 20


def create_app(settings: IntakeSettings, rack: Rack, published: Published) -> Flask:
    """Return the app of the handover port. Every request carries its console's secret."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = BODY_MAX
    headers.init_app(app, "handover")
    answers.init_app(app)

    @app.before_request
    def know_console() -> None:
        g.console = console_of(settings, request.headers.get("Authorization", ""))
        if g.console is None:
            abort(401)

    _add_published(app, published)

    @app.get(paths.LIST)
    def show_list() -> Response:
        offer = shapes.Offer(rack.waiting(rack.envelopes, g.console), rack.waiting(PARCELS, g.console))
        return Response(offer.encode(), content_type="application/json")

    @app.get(f"{paths.ENVELOPE}<name>")
    def show_envelope(name: str) -> Response:
        return _stored(rack.get(rack.envelopes, _id(name)))

    @app.get(f"{paths.PARCEL}<name>")
    def show_parcel(name: str) -> Response:
        return _stored(rack.get(PARCELS, _id(name)))

    @app.post(paths.ACKNOWLEDGE)
    def acknowledge() -> Response:
        stored = shapes.read_stored(request.get_data(cache=False))
        rack.acknowledge(rack.envelopes, g.console, stored.envelopes)
        rack.acknowledge(PARCELS, g.console, stored.parcels)
        return answers.done()

    @app.errorhandler(FormatError)
    def refuse(error: FormatError) -> Response:
        return answers.line(400, str(error))

    return app


def _add_published(app: Flask, published: Published) -> None:
    """Let consoles post keyring and board, and read what is published."""

    @app.get(paths.KEYRING)
    def show_keyring() -> Response:
        return _stored(published.keyring_bytes if published.keyring else None)

    @app.get(paths.BOARD)
    def show_board() -> Response:
        return _stored(published.board_bytes)

    @app.put(paths.KEYRING)
    def post_keyring() -> Response:
        published.post_keyring(g.console, request.get_data(cache=False))
        return answers.done()

    @app.put(paths.BOARD)
    def post_board() -> Response:
        published.post_board(g.console, request.get_data(cache=False))
        return answers.done()


def console_of(settings: IntakeSettings, authorization: str) -> str | None:
    """Return the console whose secret an Authorization header carries; all are compared, in constant time."""
    secret = authorization.removeprefix("Bearer ")
    try:
        digest = hashlib.sha256(bytes.fromhex(secret)).hexdigest()
    except ValueError:
        return None
    matches = [name for name, known in settings.consoles.items() if hmac.compare_digest(known, digest)]
    return matches[0] if matches and authorization == paths.bearer(bytes.fromhex(secret)) else None


def _id(name: str) -> bytes:
    try:
        return shapes.to_id(name)
    except ValueError:
        abort(404)


def _stored(data: bytes | None) -> Response:
    if data is None:
        abort(404)
    return Response(data, content_type="application/octet-stream")
