"""Caddy really run with the Caddyfile, before a backend that echoes what reached it.

Changed for the run: the web site is plain HTTP on loopback instead of a public name with a certificate (so
the redirect from HTTP and the TLS itself are not seen here), and every port is a free one.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from tipline import programs

CANARIES = {
    "User-Agent": "Drill/1.0 (canary-agent-5b1f)",
    "Cookie": "canary=cookie-77d0",
    "Accept-Language": "tlh-canary;q=0.7",
    "Accept": "text/canary-a0c4",
    "Referer": "https://canary-9d2e.example/",
    "If-None-Match": '"canary-etag-61aa"',
    "Range": "bytes=0-123457",
    "DNT": "1",
    "Sec-CH-UA": '"Canary";v="1"',
    "Forwarded": "for=198.51.100.66",
    "X-Real-IP": "198.51.100.67",
    "X-Forwarded-Host": "canary-host.example",
    "X-Forwarded-Proto": "canary",
    "X-Anything": "canary-other-31c9",
}
FORGED = "198.51.100.68, 2001:db8::bad"


@dataclass
class Backend:
    """Remembers the headers of every request, and answers with a Server header of its own."""

    port: int
    seen: list[tuple[str, str, list[tuple[str, str]], int]]


@pytest.fixture
def backends() -> Iterator[dict[str, Backend]]:
    servers, made = [], {}
    for name in ("public", "onion", "plain"):
        backend = Backend(0, [])
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler(backend))
        backend.port = server.server_port
        threading.Thread(target=server.serve_forever, args=(0.05,)).start()
        servers.append(server)
        made[name] = backend
    yield made
    for server in servers:
        server.shutdown()
        server.server_close()


def handler(backend: Backend) -> type[BaseHTTPRequestHandler]:
    class Echo(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            backend.seen.append((self.command, self.path, self.headers.items(), len(body)))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def handle(self) -> None:
            with contextlib.suppress(ConnectionError):
                super().handle()

        do_GET = do_PUT = do_POST = answer  # noqa: N815 -- the names that http.server calls

        def log_message(self, *args: Any) -> None:
            pass

    return Echo


@dataclass
class Proxy:
    web: str
    onion: str
    home: Path


@pytest.fixture
def proxy(deploy: Path, backends: dict[str, Backend], tmp_path: Path) -> Iterator[Proxy]:
    web, onion = free_port(), free_port()
    text = (deploy / "Caddyfile").read_text()
    assert "\n{$TIPLINE_NAME:tips.example.org} {" in text
    (tmp_path / "Caddyfile").write_text(text)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path / "home"),
        "TMPDIR": str(tmp_path / "temp"),
        "TIPLINE_NAME": f"http://127.0.0.1:{web}",
        "TIPLINE_ONION_PROXY_PORT": str(onion),
        **{f"TIPLINE_{name.upper()}": f"127.0.0.1:{backend.port}" for name, backend in backends.items()},
    }
    for folder in ("home", "temp"):
        (tmp_path / folder).mkdir()
    caddy = shutil.which("caddy")
    assert caddy is not None
    command = [caddy, "run", "--config", str(tmp_path / "Caddyfile"), "--adapter", "caddyfile"]
    with programs.running(
        {"caddy": command}, {"caddy": [f"127.0.0.1:{web}"]}, {"caddy": tmp_path / "said"}, environment
    ) as started:
        programs.wait_for(f"127.0.0.1:{onion}", started["caddy"])
        yield Proxy(f"http://127.0.0.1:{web}", f"http://127.0.0.1:{onion}", tmp_path)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def visit(url: str, method: str = "GET", **more: Any) -> httpx.Response:
    """Send every canary. X-Forwarded-For twice: once as a list, once more as a second header."""
    headers = [*CANARIES.items(), ("X-Forwarded-For", FORGED), ("X-Forwarded-For", "198.51.100.69")]
    headers += more.pop("headers", [])
    return httpx.request(method, url, headers=headers, trust_env=False, **more)


def names(headers: list[tuple[str, str]]) -> set[str]:
    return {name.lower() for name, _ in headers}


def test_it_passes_on_nothing_that_tells_visitors_apart(proxy: Proxy, backends: dict[str, Backend]):
    """What reaches intake is the same from every browser, but for the one address that Caddy itself saw."""
    assert visit(f"{proxy.web}/board").text == "ok"
    ((method, path, headers, _),) = backends["public"].seen
    assert (method, path) == ("GET", "/board")
    assert [value for name, value in headers if name.lower() == "x-forwarded-for"] == ["127.0.0.1"]
    assert "canary" not in json.dumps(headers).lower()
    assert "198.51.100" not in json.dumps(headers)
    assert names(headers) <= {"host", "x-forwarded-for", "content-type", "tipline-work"}


def test_it_passes_on_what_a_put_needs(proxy: Proxy, backends: dict[str, Backend]):
    """Body, length, type and work; the longest body is a parcel."""
    needed = [("Content-Type", "application/octet-stream"), ("Tipline-Work", "00" * 17)]
    body = os.urandom(1024 * 1024 + 16)
    assert visit(f"{proxy.web}/p/00", "PUT", content=body, headers=needed).status_code == 200
    ((_, _, headers, length),) = backends["public"].seen
    assert length == len(body)
    assert dict(headers).items() >= {*needed, ("Content-Length", str(len(body)))}
    with contextlib.suppress(httpx.TransportError):  # cut off, or told so
        endless = visit(f"{proxy.web}/p/00", "PUT", content=bytes(3_000_000), headers=needed)
        assert endless.status_code >= 400


def test_it_leads_the_plain_pages_to_their_own_port(proxy: Proxy, backends: dict[str, Backend]):
    """A posted form reaches the plain pages with its type and without an address, from either site."""
    for site in (proxy.web, proxy.onion):
        assert visit(f"{site}/plain/tell", "POST", data={"text": "words"}).text == "ok"
        _, path, headers, length = backends["plain"].seen.pop()
        assert (path, length) == ("/plain/tell", 10)
        assert dict(headers)["Content-Type"] == "application/x-www-form-urlencoded"
        assert "x-forwarded-for" not in names(headers)
        assert "canary" not in json.dumps(headers).lower()
    assert backends["public"].seen == backends["onion"].seen == []


def test_it_leads_onion_visitors_to_the_onion_port_without_an_address(
    proxy: Proxy, backends: dict[str, Backend]
):
    """All of them come from Tor on this host: there is no address to pass on."""
    assert visit(f"{proxy.onion}/").text == "ok"
    ((_, _, headers, _),) = backends["onion"].seen
    assert names(headers) <= {"host", "content-type", "tipline-work"}
    assert backends["public"].seen == []


def test_its_answers_name_no_program_and_set_nothing(proxy: Proxy):
    """No Server header, no cookie; on the web the browser is told to stay with TLS."""
    usual = {"content-length", "content-type", "date"}
    assert set(visit(f"{proxy.web}/").headers) == {*usual, "strict-transport-security"}
    assert set(visit(f"{proxy.onion}/").headers) == usual


def test_it_writes_nothing_about_a_visit(proxy: Proxy, backends: dict[str, Backend]):
    """Good visits, refused ones, and ones whose backend fails: nothing said and nothing on disk."""
    for site in (proxy.web, proxy.onion):
        visit(f"{site}/canary-path-8e1d")
        visit(f"{site}/p/canary", "PUT", content=bytes(2_000_000))
        with socket.create_connection(("127.0.0.1", int(site.rpartition(":")[2]))) as broken:
            broken.sendall(b"GET /canary HTTP/9.9\r\ncanary: canary\r\n\r\n")
            assert broken.recv(100)
    written = [path for path in proxy.home.rglob("*") if path.is_file() and path.name != "Caddyfile"]
    texts = [path.read_bytes().lower() for path in written]
    assert not [text for text in texts if b"canary" in text or b"198.51.100" in text]
    assert b"error" not in (proxy.home / "said").read_bytes().lower()


def test_it_says_nothing_when_intake_is_down(deploy: Path, tmp_path: Path):
    """Caddy logs a failed request with its address and headers: here it has nowhere to log to."""
    web, nobody = free_port(), free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "TIPLINE_NAME": f"http://127.0.0.1:{web}",
        "TIPLINE_ONION_PROXY_PORT": str(free_port()),
        "TIPLINE_PUBLIC": f"127.0.0.1:{nobody}",
    }
    quiet, loud = deploy / "Caddyfile", tmp_path / "Caddyfile"
    loud.write_text(quiet.read_text().replace("output discard", "output stderr"))
    said = {}
    for name, config in (("quiet", quiet), ("loud", loud)):
        command = [shutil.which("caddy") or "caddy", "run", "--config", str(config), "--adapter", "caddyfile"]
        output = tmp_path / name
        with programs.running(
            {"caddy": command}, {"caddy": [f"127.0.0.1:{web}"]}, {"caddy": output}, environment
        ):
            assert visit(f"http://127.0.0.1:{web}/").status_code == 502
        said[name] = output.read_text()
    assert "canary" not in said["quiet"].lower()
    assert "127.0.0.1" not in said["quiet"]
    assert "canary-path" in said["loud"] or "connection refused" in said["loud"], "the test can fail"
