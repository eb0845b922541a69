"""Serving the console: one listener, nothing spooled to disk, idle sessions emptied on time."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from tipline.console import ending, host, uploads
from tipline.console.app import create_app
from tipline.console.store import Store
from tipline.errors import TiplineError
from tipline.preview.service import Previews
from tipline.seal.parcel import PIECE
from tipline.settings import ConsoleSettings
from tipline.together.openings import Openings
from tipline.web import headers
from tipline.web.server import Bounds, Listener, Server

#: A download keeps a thread while its browser reads, so there are more than cores.
THREADS = 16
#: A streamed answer pauses while so much of it waits for the browser.
PENDING = 2 * PIECE
BOUNDS = Bounds(uploads.LARGE_MAX, answer=PENDING + 2 * PIECE, seconds=60.0, pending=PENDING)
_SWEEP_SECONDS = 10.0


class Console:
    """The console while it serves. Its address is bound when it is made, or SettingsError says why not."""

    def __init__(self, settings: ConsoleSettings) -> None:
        host.prepare(settings)
        app = create_app(settings)
        self._store: Store = app.extensions["tipline.store"]
        self.previews: Previews = app.extensions["tipline.previews"]
        self._openings: Openings = app.extensions["tipline.openings"]
        self._stopping = threading.Event()
        listener = Listener(settings.listen, InPieces(app), headers.fixed("console"), BOUNDS)
        self._server = Server([listener], THREADS)
        self.address = self._server.addresses[0]

    def start(self) -> None:
        """Serve in threads of its own until *stop*."""
        threading.Thread(target=self._sweep, name="sweep", daemon=True).start()
        self._server.start()

    def stop(self) -> None:
        """Finish what is being answered, then close."""
        self._stopping.set()
        self._server.stop()

    def _sweep(self) -> None:
        while not self._stopping.wait(_SWEEP_SECONDS):
            self._store.sweep()
            with contextlib.suppress(SQLAlchemyError, TiplineError):
                ending.sweep(self._store)
            self._openings.sweep()


class InPieces:
    """An application whose answers leave in pieces of at most 1 MiB, so that no buffer overflows to disk."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
        """Answer a request."""
        answer = self._app(environ, start_response)
        try:
            for chunk in answer:
                for at in range(0, len(chunk), PIECE):
                    yield chunk[at : at + PIECE]
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()
