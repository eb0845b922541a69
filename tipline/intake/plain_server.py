"""One process for each request to the plain pages: the parent accepts, the child reads, answers and ends."""

from __future__ import annotations

import contextlib
import logging
import signal
import socket
import socketserver
import sys
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from wsgiref.headers import Headers
from wsgiref.simple_server import ServerHandler, WSGIRequestHandler

from waitress.utilities import build_http_date

from tipline import clock
from tipline.web import headers, log

#: So many requests at a time; the next one waits.
CHILDREN_MAX = 32
#: A child that is not done by then is ended by the kernel.
CHILD_SECONDS = 60
_LINE = "This request cannot be read.\n"
_LINE_MAX = 65536
_DRAIN_SECONDS = 2.0
_DRAIN_READS = 64


class PlainServer(socketserver.ForkingTCPServer):
    """Serves the WSGI *app* at *address*. Nothing of a request is ever in this process's own memory."""

    allow_reuse_address = True
    request_queue_size = 64
    max_children = CHILDREN_MAX
    address: tuple[str, int]

    def __init__(self, address: tuple[str, int], app: Callable[..., Iterable[bytes]]) -> None:
        log.silence("tipline.plain")
        self.app = app
        host, port = address[0], str(address[1])
        if ":" in host:
            self.address_family = socket.AF_INET6
        self.environ = {
            "SERVER_NAME": host,
            "SERVER_PORT": port,
            "SCRIPT_NAME": "",
            "GATEWAY_INTERFACE": "CGI/1.1",
        }
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Tell which error, and nothing that it says."""
        del request, client_address
        logging.getLogger("tipline.plain").error("failed", exc_info=sys.exc_info())


def date() -> str:
    """Return the Date of every answer: midnight (UTC)."""
    midnight: str = build_http_date(clock.day_number() * 86400)
    return midnight


class _Answer(ServerHandler):
    server_software = ""
    http_version = "1.1"
    headers: Headers

    def log_exception(self, exc_info: Any) -> None:
        logging.getLogger("tipline.plain").error("failed", exc_info=exc_info)

    def cleanup_headers(self) -> None:
        super().cleanup_headers()
        self.headers["Date"] = date()
        self.headers["Connection"] = "close"

    def error_output(self, environ: Any, start_response: Any) -> list[bytes]:
        del environ
        start_response("500 Internal Server Error", [("Content-Type", "text/plain"), *headers.fixed("plain")])
        return [b"Something failed here, and nothing was sent.\n"]


class _Handler(WSGIRequestHandler):
    timeout = 30

    def handle(self) -> None:
        signal.alarm(CHILD_SECONDS)
        self.raw_requestline = self.rfile.readline(_LINE_MAX + 1)
        if len(self.raw_requestline) > _LINE_MAX:
            self.requestline = self.request_version = self.command = ""
            self.send_error(414)
        elif self.parse_request():
            reading: Any = self.rfile
            writing: Any = self.wfile
            answer = _Answer(reading, writing, self.get_stderr(), self.get_environ(), multithread=False)
            answer.request_handler = self  # type: ignore[attr-defined]
            answer.run(self.server.app)  # type: ignore[attr-defined]

    def finish(self) -> None:
        """Close our half first and read on: closing over unread bytes would lose the answer."""
        super().finish()
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(_DRAIN_SECONDS)
            for _ in range(_DRAIN_READS):
                if not self.connection.recv(_LINE_MAX):
                    break

    def get_environ(self) -> dict[str, Any]:
        # The library's own asks for the server's base_environ.
        self.server.base_environ = self.server.environ  # type: ignore[attr-defined]
        return super().get_environ()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a request that cannot be parsed; the library's own answer would quote it."""
        del message, explain
        lines = [f"HTTP/1.1 {code} {HTTPStatus(code).phrase}", f"Date: {date()}", "Connection: close"]
        lines += ["Content-Type: text/plain; charset=utf-8", f"Content-Length: {len(_LINE)}"]
        lines += [f"{name}: {value}" for name, value in headers.fixed("plain")]
        self.wfile.write("\r\n".join([*lines, "", _LINE]).encode("latin-1"))

    def log_message(self, *args: Any) -> None:
        """Write nothing."""
