"""A connection and the answers on it, without a trace of either afterwards."""

from __future__ import annotations

import time
from http import HTTPStatus
from socket import SHUT_WR, socket
from typing import Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import ErrorTask, Task, WSGITask
from waitress.utilities import build_http_date

from tipline.web.requests import Refusal, failed, standard

#: For so long, and so much, a refused connection is read on.
DRAIN_SECONDS = 2.0
DRAIN_BYTES = 8 << 20
#: Requests of one connection that may wait behind each other. Whoever sends more at once, as no browser and
#: no proxy does, could have hundreds of large answers made that nobody reads.
AHEAD_MAX = 2
#: A request that arrives slower than this (bytes a second, once it had so many seconds) is given up when
#: connections are scarce.
CRAWL_RATE, CRAWL_SECONDS = 8192, 10.0


class _Answer(Task):  # type: ignore[misc]
    def start(self) -> None:
        self.start_time = self.channel.server.date()

    def build_response_header(self) -> bytes:
        """Return the head. waitress closes after a 204 because it has no length; it needs none (RFC 9110)."""
        if self.has_body or self.version != "1.1":
            head: bytes = super().build_response_header()
            return head
        if self.request.headers.get("CONNECTION", "").lower() == "close":
            self.set_close_on_finish()
        headers = [item for item in self.response_headers if item[0].lower() != "content-length"]
        headers.append(("Date", build_http_date(self.start_time)))
        lines = [f"HTTP/1.1 {self.status}", *(f"{name}: {value}" for name, value in sorted(headers)), "", ""]
        return "\r\n".join(lines).encode("latin-1")


class _AppAnswer(_Answer, WSGITask):  # type: ignore[misc]
    def service(self) -> None:
        """Answer, then empty the environment: it refers to itself, so it would stay until a collection."""
        try:
            super().service()
        finally:
            if self.environ is not None:
                self.environ.clear()


class _Refusal(_Answer, ErrorTask):  # type: ignore[misc]
    def execute(self) -> None:
        self.channel.drains = True
        error = self.request.error
        refusal = error if isinstance(error, Refusal) else standard(error.code)
        body = f"{refusal.line}\n".encode()
        self.status = f"{refusal.status} {HTTPStatus(refusal.status).phrase}"
        self.response_headers.append(("Content-Type", "text/plain; charset=utf-8"))
        self.response_headers.extend(self.channel.server.fixed_headers)
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Turn:
    """A channel's place in the queue. A waiting thread keeps this, and so nothing of the last visitor."""

    def __init__(self, channel: Channel) -> None:
        self._channel: Channel | None = channel

    def service(self) -> None:
        """Answer the request that is there."""
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.service()

    def cancel(self) -> None:
        """Give it up: the server stops."""
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.cancel()


class _Surplus(HTTPRequestParser):  # type: ignore[misc]
    """Takes whatever comes after the last request of a connection; what is empty is not answered."""

    completed = True
    empty = True

    def received(self, data: bytes) -> int:
        return len(data)


class Channel(HTTPChannel):  # type: ignore[misc]
    """waitress's connection, with a deadline by which each request must be there.

    A refusal before the body was read is followed by reading on for a moment: closing over unread bytes
    resets the connection, and the refusal would be lost with it.
    """

    task_class = _AppAnswer
    request: Any
    requests: list[Any]
    close_when_flushed: bool
    error_task_class = _Refusal

    def __init__(
        self,
        server: Any,
        sock: socket,
        addr: Any,
        adj: Adjustments,
        map: dict[int, Any] | None = None,  # noqa: A002 -- waitress's name
    ) -> None:
        self.since = 0.0
        self.drains = False
        self._drain_until: float | None = None
        self._drained = 0
        super().__init__(server, sock, addr, adj, map=map)

    @property
    def is_idle(self) -> bool:
        """Whether no request is arriving or being answered; a half-read answer may be left."""
        return self.request is None and not self.requests

    @property
    def crawls(self) -> bool:
        """Whether a request is arriving too slowly for a time of need."""
        if self.request is None:
            return False
        took = time.monotonic() - self.since
        came = self.request.header_bytes_received + self.request.body_bytes_received
        return took > CRAWL_SECONDS and came < took * CRAWL_RATE

    def received(self, data: bytes) -> bool:
        """Take *data*, and note when the first byte of a request came."""
        if self._drain_until is not None:
            self._drained += len(data)
            self.will_close = self._drained > DRAIN_BYTES
            return False
        before = self.request
        taken: bool = super().received(data)
        if self.request is not before:
            self.since = time.monotonic()
        return taken

    def parser_class(self, adj: Adjustments) -> Any:
        """Return what reads the next request; the AHEAD_MAX-th that waits is the last of its connection.

        waitress asks while it holds the lock on the requests, so none of them is answered meanwhile.
        """
        if len(self.requests) < AHEAD_MAX:
            return self.server.new_request(adj)
        self.requests[-1].headers["CONNECTION"] = "close"
        return _Surplus(adj)

    def handle_write(self) -> None:
        """Send what is to be sent; after a refusal, close our half only."""
        if not (self.drains and self.close_when_flushed) or self.will_close:
            super().handle_write()
            return
        self._flush_exception(self._flush_some)
        if not self.total_outbufs_len and self.connected:
            self.close_when_flushed = False
            self._drain_until = time.monotonic() + DRAIN_SECONDS
            try:
                self.socket.shutdown(SHUT_WR)
            except OSError:
                self.handle_close()

    def expire(self, deadline: float) -> None:
        """Answer 408 if a request began before *deadline* (monotonic) and is still not there."""
        if self._drain_until is not None:
            self.will_close = self.will_close or time.monotonic() > self._drain_until
            return
        with self.requests_lock:
            late = self.request is not None and not self.requests and self.since < deadline
            if not late:
                return
            self.request.close()
            self.request = None
            self.requests.append(failed(self.adj, 408))
        self.server.add_task(self)
