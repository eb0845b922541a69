from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any

import pytest

from tests.intake.relay import ask, raw
from tipline.errors import SettingsError
from tipline.web import headers
from tipline.web.requests import Refusal
from tipline.web.server import Bounds, Listener, Server

BODY_MAX = 1 << 20


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer with what came: the headers that the app sees, and how long the body was."""
    if environ["PATH_INFO"] == "/fails":
        raise ValueError("canary")
    body = environ["wsgi.input"].read()
    seen = sorted(name for name in environ if name.startswith("HTTP_"))
    if environ["PATH_INFO"] == "/pieces":
        start_response("200 OK", [("Content-Length", str(64 << 20))])
        return (bytes(1 << 20) for _ in range(64))
    said = f"{len(body)} {' '.join(seen)}".encode()
    if environ["PATH_INFO"] == "/large":
        said = bytes(4 << 20)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(said)))])
    return [said]


@contextmanager
def serving(**changes: Any) -> Iterator[int]:
    bounds = changes.pop("bounds", Bounds(BODY_MAX, 8 << 20, 30))
    listener = Listener("127.0.0.1:0", echo, headers.fixed("page"), bounds, **changes)
    server = Server([listener], threads=4)
    server.start()
    try:
        yield int(server.addresses[0].rpartition(":")[2])
    finally:
        server.stop()


def test_the_app_sees_the_headers_it_needs_and_no_other() -> None:
    """What is not wanted is dropped while the request is read."""
    sent = {"User-Agent": "x", "Cookie": "a=b", "Wanted": "yes", "Accept": "*/*"}
    with serving(kept={"WANTED", "HOST", "CONTENT_LENGTH"}) as port:
        assert ask(port, "GET", "/", None, sent).body == b"0 HTTP_HOST HTTP_WANTED"
        assert ask(port, "POST", "/", b"12345", sent).body.startswith(b"5 ")
    with serving() as port:
        assert b"HTTP_USER_AGENT" in ask(port, "GET", "/", None, sent).body


def test_a_date_is_a_day_where_that_is_wanted() -> None:
    """Answers and refusals alike."""
    with serving(whole_days=True) as port:
        for path in ("/", "/fails"):
            assert (ask(port, "GET", path).header("Date") or "").endswith(" 00:00:00 GMT")
        assert b" 00:00:00 GMT\r\n" in raw(port, b"nonsense\r\n\r\n")


def test_an_error_tells_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """An app that fails answers 500 with the fixed headers; the log has neither path nor message."""
    with serving() as port:
        answer = ask(port, "GET", "/fails?canary-query", None, {"X-Canary": "canary-header"})
    assert answer.status == 500
    assert answer.header("Content-Security-Policy") is not None
    assert b"canary" not in answer.body
    written = capsys.readouterr()
    assert "ValueError" in written.err
    assert "canary" not in written.err + written.out
    assert "/fails" not in written.err


def test_the_head_alone_decides() -> None:
    """A refused request is answered before its body came, and the connection is closed."""

    def admit(method: str, path: str, length: int | None) -> Refusal | None:
        return None if (method, path, length) == ("PUT", "/fine", 3) else Refusal(413, "No.")

    with serving(admit=admit) as port:
        assert ask(port, "PUT", "/fine", b"abc").status == 200
        answer = raw(port, b"PUT /other HTTP/1.1\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert b"100 Continue" not in answer
        assert answer.endswith(b"\r\n\r\nNo.\n")


def test_a_refusal_survives_the_bytes_that_nobody_read() -> None:
    """Who sends on while being refused still gets the answer, not a reset connection."""
    with serving() as port:
        head = b"PUT / HTTP/1.1\r\nContent-Length: 3000000\r\n\r\n"
        assert raw(port, head, bytes(3_000_000)).startswith(b"HTTP/1.1 413 ")


def test_bodies_and_answers_stay_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """The largest body and a large answer are not spooled to a temporary file."""
    spooled: list[object] = []
    monkeypatch.setattr("tempfile.TemporaryFile", lambda *args, **_: spooled.append(args))
    with serving() as port:
        assert ask(port, "PUT", "/", bytes(BODY_MAX)).body.startswith(b"1048576 ")
        assert len(ask(port, "GET", "/large").body) == 4 << 20
        assert ask(port, "PUT", "/", bytes(BODY_MAX + 1)).status == 413
    assert spooled == []


def test_a_request_has_a_deadline_and_an_answer_has_none() -> None:
    """A connection that sends nothing may wait; one in the middle of a request may not."""
    with serving(bounds=Bounds(BODY_MAX, 8 << 20, 0.3)) as port:
        idle = socket.create_connection(("127.0.0.1", port), timeout=30)
        assert b" 408 Request Timeout\r\n" in raw(port, b"PUT / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc")
        idle.sendall(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
        assert idle.recv(65536).startswith(b"HTTP/1.1 200 ")
        idle.close()


def test_an_answer_that_nobody_reads_keeps_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """More connections than threads ask and never read: they are closed in time, and others are served."""
    monkeypatch.setattr("tipline.web.server._IDLE_SECONDS", 3)
    with serving(bounds=Bounds(BODY_MAX, 8 << 20, 30, pending=1 << 20)) as port:
        stalled = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(6)]
        for connection in stalled:
            connection.sendall(b"GET /pieces HTTP/1.1\r\n\r\n")
        waiting = until_nobody_answers(port)
        waiting.settimeout(30)
        assert waiting.recv(65536).startswith(b"HTTP/1.1 200 ")
        for connection in (waiting, *stalled):
            connection.close()


def until_nobody_answers(port: int) -> socket.socket:
    """Ask again and again until every thread is taken; return the connection that waits."""
    while True:
        asking = socket.create_connection(("127.0.0.1", port), timeout=0.3)
        asking.sendall(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
        try:
            asking.recv(65536)
        except TimeoutError:
            return asking
        asking.close()


def test_connections_are_bounded() -> None:
    """Over the bound a visitor waits until another one leaves."""
    # Each listener's map holds its own socket and its trigger besides the connections.
    with serving(bounds=Bounds(BODY_MAX, 8 << 20, 30, connections=4)) as port:
        kept = [HTTPConnection("127.0.0.1", port, timeout=30) for _ in range(2)]
        for connection in kept:
            connection.request("GET", "/")
            connection.getresponse().read()
        waiting = socket.create_connection(("127.0.0.1", port), timeout=0.5)
        waiting.sendall(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
        with pytest.raises(TimeoutError):
            waiting.recv(1)
        for connection in kept:
            connection.close()
        waiting.settimeout(30)
        assert waiting.recv(65536).startswith(b"HTTP/1.1 200 ")
        waiting.close()


def test_those_who_crawl_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Senders of next to nothing hold every connection, with minutes left: a visitor still gets in.

    While there is room enough nobody is hurried.
    """
    monkeypatch.setattr("tipline.web.channel.CRAWL_SECONDS", 0.2)
    head = b"PUT / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n"
    with serving(bounds=Bounds(BODY_MAX, 8 << 20, 600, connections=8)) as port:
        alone = socket.create_connection(("127.0.0.1", port), timeout=3)
        alone.sendall(head)
        with pytest.raises(TimeoutError):
            alone.recv(1)
        crawling = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(10)]
        for connection in crawling:
            connection.sendall(head)
        assert ask(port, "GET", "/", None, {"Connection": "close"}).status == 200
        assert b" 408 Request Timeout\r\n" in crawling[0].recv(65536)
        for connection in (alone, *crawling):
            connection.close()


def test_those_who_ask_for_nothing_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections on which nothing is sent at all hold no place either, once places are scarce."""
    monkeypatch.setattr("tipline.web.server._SCARCE_IDLE_SECONDS", 0.2)
    with serving(bounds=Bounds(BODY_MAX, 8 << 20, 600, connections=8)) as port:
        alone = socket.create_connection(("127.0.0.1", port), timeout=3)
        with pytest.raises(TimeoutError):
            alone.recv(1)
        silent = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(10)]
        assert ask(port, "GET", "/", None, {"Connection": "close"}).status == 200
        for connection in (alone, *silent):
            connection.close()


def test_a_connection_cannot_order_answers_in_advance() -> None:
    """Two requests may wait behind each other: they are answered whole, and the connection is closed."""
    with serving() as port:
        ordered = raw(port, b"GET / HTTP/1.1\r\n\r\n" * 500)
        assert ordered.count(b"HTTP/1.1 200 ") == 2
        assert b"Connection: close\r\n" in ordered
        both = raw(port, b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
        assert both.count(b"HTTP/1.1 200 ") == 2


def test_a_thread_that_waits_keeps_no_connection() -> None:
    """Once it is answered and closed, nothing refers to a connection, so nothing of the visitor stays."""
    import gc  # noqa: PLC0415

    from tipline.web.channel import Channel  # noqa: PLC0415

    with serving() as port:
        for _ in range(8):
            ask(port, "GET", "/", None, {"Connection": "close"})
        wait = threading.Event()
        for _ in range(100):
            left = [one for one in gc.get_objects() if isinstance(one, Channel)]
            if not left:
                break
            del left[:]
            wait.wait(0.05)
        assert not [one for one in gc.get_objects() if isinstance(one, Channel)]


def test_a_taken_port_is_named() -> None:
    """The message says which address cannot be used."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=str(port)):
            Server([Listener(f"127.0.0.1:{port}", echo, (), Bounds(1, 1, 1))], threads=1)
