"""waitress as both apps run it: no Server header, nothing spooled to disk, nothing of a visitor kept.

A request must arrive whole within its deadline, or it is answered 408 and forgotten. Every answer, waitress's
own refusals included, has the fixed headers and, on the public side, a Date that is midnight (UTC).
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from tipline import clock
from tipline.errors import SettingsError
from tipline.web import log
from tipline.web.channel import Channel, Turn
from tipline.web.headers import Fixed
from tipline.web.requests import Admit, Parser

_WAKE_SECONDS = 1.0
_IDLE_SECONDS = 120
#: From this share of the connections on they are scarce.
_SCARCE = 0.75
#: For so long a connection may then ask for nothing.
_SCARCE_IDLE_SECONDS = 10
_DAY = 86400


@dataclass(frozen=True)
class Bounds:
    """What one listener lets in: *body* and *answer* in bytes, *seconds* for a request to arrive.

    *pending* is for answers that come in pieces: the next piece waits while more bytes than this are unsent.
    *answer* must then have room for this and one piece, since an overflow goes to a file.
    """

    body: int
    answer: int
    seconds: float
    connections: int = 512
    pending: int | None = None


@dataclass(frozen=True)
class Listener:
    """One address ("host:port") and what is served there.

    *kept* names the headers that the app may see, as WSGI writes them without HTTP_ (None: all); *admit*
    judges a request by its head; *whole_days* rounds Date down to midnight.
    """

    listen: str
    app: Callable[..., Iterable[bytes]]
    headers: Fixed
    bounds: Bounds
    admit: Admit | None = None
    kept: Collection[str] | None = None
    whole_days: bool = False


class Server:
    """Several listeners and the threads that serve them. Addresses are bound when it is made."""

    def __init__(self, listeners: Sequence[Listener], threads: int) -> None:
        log.silence("waitress", "waitress.queue")
        self._stopping = threading.Event()
        self._dispatcher = ThreadedTaskDispatcher()
        self._sockets = [_Socket(listener, self._dispatcher) for listener in listeners]
        self._dispatcher.set_thread_count(threads)
        self._loops: list[threading.Thread] = []

    @property
    def addresses(self) -> list[str]:
        """The bound addresses as "host:port", in the order of the listeners."""
        return [f"{each.effective_host}:{each.effective_port}" for each in self._sockets]

    def start(self) -> None:
        """Serve in threads of its own until *stop*."""
        for each in self._sockets:
            loop = threading.Thread(target=self._loop, args=(each,), name="loop", daemon=True)
            loop.start()
            self._loops.append(loop)

    def stop(self) -> None:
        """Finish what is being answered, then close everything."""
        self._stopping.set()
        for each in self._sockets:
            each.pull_trigger()
        for loop in self._loops:
            loop.join()
        self._dispatcher.shutdown()
        for each in self._sockets:
            for channel in list(each.active_channels.values()):
                # Releases a thread that waits for somebody to read.
                channel.handle_close()
            wasyncore.close_all(each.sockets)

    def _loop(self, each: _Socket) -> None:
        while not self._stopping.is_set():
            wasyncore.poll2(_WAKE_SECONDS, each.sockets)


class _Socket(TcpWSGIServer):  # type: ignore[misc]
    """One listening socket with its connections, apart from every other listener's."""

    channel_class = Channel

    def __init__(self, listener: Listener, dispatcher: ThreadedTaskDispatcher) -> None:
        self.sockets: dict[int, Any] = {}
        self.fixed_headers = listener.headers
        self.seconds = listener.bounds.seconds
        self.whole_days = listener.whole_days
        adj = _adjustments(listener.bounds)
        self.new_request = partial(Parser, admit=listener.admit, kept=listener.kept)
        host, port = listener.listen.rsplit(":", 1)
        host = host.strip("[]")
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        address = (family, socket.SOCK_STREAM, 0, (host, int(port)))
        try:
            super().__init__(listener.app, map=self.sockets, dispatcher=dispatcher, adj=adj, sockinfo=address)
        except OSError as error:
            wasyncore.close_all(self.sockets)
            raise SettingsError(f"{listener.listen}: {error.strerror}") from None

    def date(self) -> int:
        """Return the time that an answer's Date shows, in seconds."""
        return clock.day_number() * _DAY if self.whole_days else clock.seconds()

    def add_task(self, task: Channel) -> None:
        """Queue a connection whose request is there."""
        super().add_task(Turn(task))

    def maintenance(self, now: float) -> None:
        """Answer requests that did not arrive in time, and close connections that nobody uses or reads.

        When connections become scarce, those that crawl or ask for nothing are out of time at once: else some
        hundred senders of a byte a minute would shut everybody out for as long as a body may take.
        """
        moment = time.monotonic()
        scarce = len(self.active_channels) >= self.adj.connection_limit * _SCARCE
        for channel in list(self.active_channels.values()):
            channel.expire(moment if scarce and channel.crawls else moment - self.seconds)
            unused = now - channel.last_activity
            if channel.total_outbufs_len:
                if unused > self.adj.channel_timeout:
                    # Nobody reads the answer, so the socket never turns writable, and a thread may wait.
                    channel.handle_close()
            elif channel.is_idle and unused > (_SCARCE_IDLE_SECONDS if scarce else self.adj.channel_timeout):
                channel.will_close = True


def _adjustments(bounds: Bounds) -> Adjustments:
    return Adjustments(
        ident=None,
        # A body or an answer of this size would be spooled to a file on disk.
        inbuf_overflow=bounds.body + 1024,
        outbuf_overflow=bounds.answer + 65536,
        outbuf_high_watermark=bounds.answer + 65536 if bounds.pending is None else bounds.pending,
        # waitress refuses from this size on.
        max_request_body_size=bounds.body + 1,
        max_request_header_size=16384,
        connection_limit=bounds.connections,
        cleanup_interval=min(_WAKE_SECONDS, bounds.seconds / 4),
        channel_timeout=_IDLE_SECONDS,
        recv_bytes=65536,
        log_socket_errors=False,
        expose_tracebacks=False,
        clear_untrusted_proxy_headers=False,
    )
