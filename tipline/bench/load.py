"""The load: one process, many connections, each sending its next envelope when the last one was accepted.

    python -m tipline.bench.load HOST:PORT CONNECTIONS ENVELOPES SECONDS EPOCH AGENCY

Prints one line of JSON. Everything that is sent is made before the clock starts; a connection is kept when
the server offers it, and made anew otherwise.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import selectors
import socket
import sys
import time
from dataclasses import dataclass, field

from tipline.intake.sizes import envelope_size
from tipline.seal.header import SALT_SIZE, SIZE, Header
from tipline.seal.suite import HYBRID
from tipline.wire.paths import NO_WORK, PUT_ENVELOPE, WORK_HEADER

_READ = 65536
_ACCEPTED = (b"HTTP/1.1 204", b"HTTP/1.1 200")


def requests(host: str, epoch: int, agency: bytes, count: int) -> list[bytes]:
    """Return *count* PUTs of envelopes that intake accepts: a right header, and then random bytes."""
    return [_request(host, epoch, agency) for _ in range(count)]


def _request(host: str, epoch: int, agency: bytes) -> bytes:
    head = Header(HYBRID.code, epoch, agency, secrets.token_bytes(SALT_SIZE), secrets.token_bytes(32)).pack()
    envelope = head + secrets.token_bytes(envelope_size(HYBRID) - SIZE)
    lines = [
        f"PUT {PUT_ENVELOPE}{hashlib.sha256(envelope).hexdigest()} HTTP/1.1",
        f"Host: {host}",
        "Content-Type: application/octet-stream",
        f"Content-Length: {len(envelope)}",
        f"{WORK_HEADER}: {NO_WORK}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + envelope


@dataclass
class Outcome:
    """What came of a run: how many were *accepted* or *refused*, in how many *seconds*, each in how long."""

    accepted: int = 0
    refused: int = 0
    reconnected: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    def summary(self) -> dict[str, float]:
        """Return it for JSON; latencies in milliseconds."""
        times = sorted(self.latencies) or [0.0]
        return {
            "accepted": self.accepted,
            "refused": self.refused,
            "reconnected": self.reconnected,
            "seconds": round(self.seconds, 3),
            "p50_ms": round(times[len(times) // 2] * 1000, 2),
            "p99_ms": round(times[len(times) * 99 // 100] * 1000, 2),
        }


class Load:
    """*connections* to one server, among which the *waiting* requests are shared out."""

    def __init__(self, address: tuple[str, int], connections: int, waiting: list[bytes]) -> None:
        self.address = address
        self.waiting = waiting
        self.outcome = Outcome()
        self.selector = selectors.DefaultSelector()
        self._connections = connections

    def run(self, seconds: float) -> Outcome:
        """Send until everything is sent, or *seconds* are over; then wait for what is under way."""
        begun = time.perf_counter()
        for _ in range(min(self._connections, len(self.waiting))):
            _Connection(self).next()
        while self.selector.get_map():
            for key, _ in self.selector.select(1.0):
                key.data.proceed()
            if time.perf_counter() - begun > seconds:
                self.waiting.clear()
        self.outcome.seconds = time.perf_counter() - begun
        return self.outcome


class _Connection:
    def __init__(self, load: Load) -> None:
        self._load = load
        self._socket: socket.socket | None = None
        self._left = memoryview(b"")
        self._answer = b""
        self._since = 0.0

    def next(self) -> None:
        """Take the next request, on this connection or a new one."""
        if not self._load.waiting:
            self._close()
            return
        self._left, self._answer = memoryview(self._load.waiting.pop()), b""
        self._since = time.perf_counter()
        if self._socket is None:
            self._socket = socket.socket()
            self._socket.setblocking(False)  # noqa: FBT003 -- its one argument
            self._socket.connect_ex(self._load.address)
            self._load.selector.register(self._socket, selectors.EVENT_WRITE, self)
        else:
            self._load.selector.modify(self._socket, selectors.EVENT_WRITE, self)

    def proceed(self) -> None:
        """Send more, or read more, as the socket is ready for."""
        if self._socket is None:
            return
        try:
            if self._left:
                self._send(self._socket)
            else:
                self._receive(self._socket)
        except OSError:
            self._finish()

    def _send(self, connection: socket.socket) -> None:
        self._left = self._left[connection.send(self._left) :]
        if not self._left:
            self._load.selector.modify(connection, selectors.EVENT_READ, self)

    def _receive(self, connection: socket.socket) -> None:
        data = connection.recv(_READ)
        self._answer += data
        if not data or _is_whole(self._answer):
            self._finish()

    def _finish(self) -> None:
        outcome = self._load.outcome
        if self._answer.startswith(_ACCEPTED):
            outcome.accepted += 1
            outcome.latencies.append(time.perf_counter() - self._since)
        else:
            outcome.refused += 1
        if not _is_whole(self._answer) or b"\r\nconnection: close" in self._answer.lower():
            outcome.reconnected += bool(self._load.waiting)
            self._close()
        self.next()

    def _close(self) -> None:
        if self._socket is not None:
            self._load.selector.unregister(self._socket)
            self._socket.close()
            self._socket = None


def _is_whole(answer: bytes) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    _, found, after = head.lower().partition(b"\r\ncontent-length:")
    return bool(end) and len(body) >= (int(after.split(b"\r\n")[0]) if found else 0)


def main(*arguments: str) -> None:
    """Make the envelopes, send them, print what came of it."""
    address, connections, envelopes, seconds, epoch, agency = arguments
    host, port = address.rsplit(":", 1)
    made = requests(address, int(epoch), bytes.fromhex(agency), int(envelopes))
    outcome = Load((host, int(port)), int(connections), made).run(float(seconds))
    sys.stdout.write(json.dumps(outcome.summary()) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
