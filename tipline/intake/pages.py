"""What everybody is shown: the page, its files, keyring and board. The same bytes for all."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, render_template

from tipline.intake.published import Published
from tipline.settings import IntakeSettings
from tipline.web.places import DIST

#: The one type for each ending, whatever this machine's table says.
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
_BINARY = "application/octet-stream"


def init_app(app: Flask, settings: IntakeSettings, published: Published, dist: Path = DIST) -> None:
    """Add the pages to *app*. Page and files are read once, here."""
    pages = Blueprint("pages", __name__)
    with app.app_context():
        page = render_template(
            "intake/page.html",
            root_fingerprint=settings.root_fingerprint,
            serial_floors=settings.serial_floors,
            suite=settings.suite.name,
            revocations_floor=settings.revocations_floor,
            plain_url=settings.plain_url if settings.plain else None,
        ).encode()
    files = read_files(dist)

    @pages.get("/")
    def show_page() -> Response:
        return Response(page, content_type=_TYPES[".html"])

    @pages.get("/keyring")
    def show_keyring() -> Response:
        if published.keyring is None:
            abort(503)
        return Response(published.keyring_bytes, content_type=_BINARY)

    @pages.get("/board")
    def show_board() -> Response:
        return Response(published.board_bytes, content_type=_BINARY)

    @pages.get("/static/<path:name>")
    def show_file(name: str) -> Response:
        if name not in files:
            abort(404)
        return Response(files[name], content_type=type_of(name))

    app.register_blueprint(pages)


def read_files(folder: Path) -> dict[str, bytes]:
    """Return the files below *folder*, by the path they are asked for. Nothing is looked up on disk later."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def type_of(name: str) -> str:
    """Return the media type of a file's name."""
    ending = Path(name).suffix
    return _TYPES.get(ending) or mimetypes.guess_type(name)[0] or _BINARY
