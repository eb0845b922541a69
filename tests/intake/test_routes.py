"""What every answer of every route of the public host has in common. A new route is covered by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.intake.relay import FORM, WORK, Answer, Relay, ask, raw
from tipline.intake import handover, plain
from tipline.intake.app import create_app
from tipline.intake.published import Published

METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "PATCH")
FORBIDDEN = {"set-cookie", "server", "etag", "last-modified", "x-powered-by", "vary", "via", "age", "expires"}


class Nothing:
    """A rack for an app of which only the routes are asked."""


@pytest.fixture(scope="module")
def running(tmp_path_factory, agency) -> Iterator[Relay]:
    """The whole of intake as it is run, plain pages too."""
    from tests.intake.relay import relay  # noqa: PLC0415

    with relay(tmp_path_factory.mktemp("routes") / "relay", agency) as made:
        made.start("--readable-memory")
        made.publish()
        yield made


def paths_of(app) -> list[str]:
    return [
        "".join("x" if is_dynamic else part for is_dynamic, part in rule._trace).split("|")[-1]
        for rule in app.url_map.iter_rules()
    ]


def every_answer(running: Relay) -> Iterator[tuple[str, Answer]]:
    settings = running.settings
    published = Published(running.folder, running.agency.fingerprint, [running.agency.console], {})
    apps = {
        running.public: create_app(settings, Nothing(), published),
        running.onion: create_app(settings, Nothing(), published),
        running.plain: plain.create_app(settings),
        running.handover: handover.create_app(settings, Nothing(), published),
    }
    for port, app in apps.items():
        known = paths_of(app)
        assert len(known) > 4
        for path in [*known, "/none", "/static/none.js"]:
            for method in METHODS:
                body = b"a=b" if method in ("PUT", "POST") else None
                for headers in ({}, FORM | WORK, running.agency.bearer):
                    yield f"{port} {method} {path}", ask(port, method, path, body, headers)


def test_no_answer_tells_a_visitor_from_another(running: Relay) -> None:
    """No cookie, no validator, no software, no clock finer than a day, on any route, with any method."""
    count = 0
    for where, answer in every_answer(running):
        count += 1
        names = [name.lower() for name, _ in answer.headers]
        assert FORBIDDEN.isdisjoint(names), where
        assert len(names) == len(set(names)), where
        assert answer.status < 600, where
        assert answer.status != 500, where
        assert (answer.header("Date") or "").endswith("00:00:00 GMT") or f"{running.handover} " in where, (
            where
        )
        policy = answer.header("Content-Security-Policy") or ""
        assert policy.startswith("default-src 'none'"), where
        assert "unsafe" not in policy, where
        assert answer.header("Cache-Control") == "no-store", where
    assert count > 300


def test_waitress_errors_are_answers_like_all_others(running: Relay) -> None:
    """What is refused before any view has the same headers, a day for a Date, and no word of the request."""
    for port in (running.public, running.onion, running.handover, running.plain):
        for request in (
            b"canary\r\n\r\n",
            b"GET /canary HTTP/1.1\r\ncanary\r\n\r\n",
            b"get /canary HTTP/1.1\r\n\r\n",
            b"POST / HTTP/1.1\r\nTransfer-Encoding: canary\r\n\r\n",
            b"GET / HTTP/1.1\r\nX: " + b"canary" * 12000 + b"\r\n\r\n",
            b"GET /" + b"canary" * 12000 + b" HTTP/1.1\r\n\r\n",
        ):
            answer = raw(port, request, shut=True)
            head = answer.split(b"\r\n\r\n")[0].lower()
            assert head.startswith(b"http/1."), request[:40]
            assert b"canary" not in answer
            assert b"\r\nserver:" not in head
            assert b"default-src 'none'" in head
            assert b"00:00:00 gmt" in head or port == running.handover


def test_two_visitors_get_the_same_bytes(running: Relay) -> None:
    """Whatever they send along: the answers do not differ by a byte."""
    one = {"User-Agent": "one", "X-Forwarded-For": "192.0.2.1", "Accept-Language": "en"}
    two = {
        "User-Agent": "two",
        "X-Forwarded-For": "198.51.100.1",
        "Cookie": "a=b",
        "Accept-Language": "fa",
        "Accept-Encoding": "gzip, br",
        "If-None-Match": "*",
        "If-Modified-Since": "Wed, 01 Jan 2031 00:00:00 GMT",
        "Range": "bytes=0-9",
        "Host": "other.example",
        "Origin": "https://other.example",
    }
    for path in (
        "/",
        "/keyring",
        "/board",
        "/static/tip.js",
        "/static/tip.css",
        "/none",
        "/?a=b",
        "//",
        "/static//x",
    ):
        assert ask(running.public, "GET", path, None, one) == ask(running.onion, "GET", path, None, two), path


def test_head_is_get_without_the_body(running: Relay) -> None:
    """HEAD has the headers of GET."""
    got, head = ask(running.public, "GET", "/keyring"), ask(running.public, "HEAD", "/keyring")
    assert (head.headers, head.body) == (got.headers, b"")


def test_a_connection_stays_open_after_a_204(served: Relay) -> None:
    """A page that sends a file of many parcels need not connect for each."""
    from http.client import HTTPConnection  # noqa: PLC0415

    from tests.support import name_of  # noqa: PLC0415

    connection = HTTPConnection("127.0.0.1", served.public, timeout=30)
    connection.connect()
    kept = connection.sock
    for _ in range(3):
        envelope = served.agency.envelope()
        connection.request("PUT", f"/e/{name_of(envelope)}", envelope, WORK)
        assert connection.getresponse().read() == b""
        assert connection.sock is kept
    connection.close()
