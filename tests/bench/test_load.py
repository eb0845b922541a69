"""The load generator: it counts what was accepted, and sends nothing twice."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tipline.bench import load
from tipline.seal import header


@contextmanager
def serving(
    status: int, *, keep: bool, length: bool = True
) -> Iterator[tuple[tuple[str, int], list[tuple[str, bytes]]]]:
    """Serve every PUT with *status*; give the address and all that came."""
    came: list[tuple[str, bytes]] = []

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            came.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            if length:
                self.send_header("Content-Length", "0")
            if not keep:
                self.send_header("Connection", "close")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield ("127.0.0.1", server.server_port), came
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def sent(address: tuple[str, int], count: int = 50, connections: int = 7) -> load.Outcome:
    return load.Load(address, connections, load.requests("bench", 5, bytes(range(8)), count)).run(60)


def test_it_sends_envelopes_that_intake_would_accept():
    """Under their hash, with this epoch and agency, each once."""
    with serving(204, keep=True, length=False) as (address, came):
        outcome = sent(address)
    assert (outcome.accepted, outcome.refused, outcome.reconnected) == (50, 0, 0)
    assert len({path for path, _ in came}) == len(came) == 50
    for path, body in came:
        assert path == f"/e/{hashlib.sha256(body).hexdigest()}"
        head = header.parse(body)
        assert (len(body), head.epoch, head.agency) == (24824, 5, bytes(range(8)))


def test_it_connects_again_when_a_connection_is_not_kept():
    """A server that closes after each answer is measured all the same."""
    with serving(200, keep=False) as (address, came):
        outcome = sent(address)
    assert (outcome.accepted, outcome.reconnected) == (50, 43)
    assert len(came) == 50


@pytest.mark.parametrize("status", [429, 503, 400])
def test_it_counts_a_refusal_as_none(status: int):
    """A fast refusal is not a fast acceptance."""
    with serving(status, keep=True) as (address, _):
        outcome = sent(address)
    assert (outcome.accepted, outcome.refused, outcome.latencies) == (0, 50, [])


def test_it_counts_a_broken_connection_as_a_refusal():
    """A server that hangs up has accepted nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = listening.getsockname()

        def hang_up() -> None:
            for _ in range(5):
                listening.accept()[0].close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        outcome = sent(address, count=5, connections=2)
        thread.join()
    assert (outcome.accepted, outcome.refused) == (0, 5)


def test_it_ends_when_its_time_is_over():
    """What is under way is finished, nothing new begun."""
    with serving(204, keep=True, length=False) as (address, came):
        outcome = load.Load(address, 4, load.requests("bench", 5, bytes(8), 200)).run(0)
    assert 0 < outcome.accepted == len(came) < 200
