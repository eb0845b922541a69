from __future__ import annotations

import datetime as dt
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tipline.collector.relay import ENVELOPE_MAX, Relay
from tipline.errors import RelayError, SettingsError
from tipline.seal import parcel
from tipline.settings import ConsoleSettings
from tipline.wire.shapes import Offer, Stored

SECRET = bytes(range(32))
Answer = tuple[int, bytes]


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, answer: Callable[[str, str], Answer]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer, self.asked = answer, []


class Handler(BaseHTTPRequestHandler):
    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.server.asked.append((self.command, self.path, self.headers["Authorization"], body))
        status, data = self.server.answer(self.command, self.path)
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_PUT = do_POST = answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


def start(answer: Callable[[str, str], Answer], context: ssl.SSLContext | None = None) -> Server:
    server = Server(answer)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return server


@pytest.fixture
def answers() -> Iterator[Callable[..., tuple[Server, Relay]]]:
    """Start a server that gives these answers; return it with a relay that talks to it."""
    begun: list[tuple[Server, Relay]] = []

    def begin(answer: Callable[[str, str], Answer]) -> tuple[Server, Relay]:
        server = start(answer)
        begun.append((server, Relay(settings(f"http://127.0.0.1:{server.server_port}"), SECRET)))
        return begun[-1]

    yield begin
    for server, relay in begun:
        relay.__exit__(None, None, None)
        server.shutdown()
        server.server_close()


def settings(relay: str, **more: object) -> ConsoleSettings:
    return ConsoleSettings(
        folder=Path("/"), name="x", root_fingerprint="0" * 64, relay=relay, listen="127.0.0.1:1", **more
    )


def test_it_speaks_the_handover(answers):
    """Every request carries the secret; ids are in lower-case hex; a 404 is None."""
    offer = Offer({bytes(32): 5}, {})
    server, relay = answers(lambda _, path: (200, offer.encode()) if path == "/list" else (404, b""))
    assert relay.list() == offer
    assert relay.envelope(bytes([255] * 32)) is None
    assert relay.parcel(bytes(32)) is None
    assert [asked[:3] for asked in server.asked] == [
        ("GET", "/list", f"Bearer {SECRET.hex()}"),
        ("GET", f"/envelope/{'ff' * 32}", f"Bearer {SECRET.hex()}"),
        ("GET", f"/parcel/{'00' * 32}", f"Bearer {SECRET.hex()}"),
    ]


def test_it_posts_and_acknowledges(answers):
    """A 204 is a yes."""
    server, relay = answers(lambda *_: (204, b""))
    relay.acknowledge(Stored([bytes(32)], []))
    relay.put_keyring(b"keyring")
    relay.put_board(b"board")
    assert [(method, path) for method, path, *_ in server.asked] == [
        ("POST", "/acknowledge"), ("PUT", "/keyring"), ("PUT", "/board"),
    ]  # fmt: skip
    assert server.asked[0][3] == Stored([bytes(32)], []).encode()


@pytest.mark.parametrize("status", [200, 301, 400, 401, 500])
def test_it_takes_nothing_else_for_a_yes(answers, status: int):
    """A refusal is told with the relay's first words, stripped of what would steer a terminal."""
    _, relay = answers(lambda *_: (status, b"serial \x1b[31m1 is old\r\n" + b"x" * 5000))
    with pytest.raises(RelayError) as refused:
        relay.put_board(b"board")
    assert f"answered {status} serial [31m1 is old" in str(refused.value)
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("body", [b"", b"{}", b"[", b"\xff", b'{"envelopes": {"x": 1}, "parcels": {}}'])
def test_it_refuses_a_list_that_is_none(answers, body: bytes):
    """Rubbish is an error of the relay's."""
    _, relay = answers(lambda *_: (200, body))
    with pytest.raises(RelayError):
        relay.list()


@pytest.mark.parametrize("status", [204, 302, 401, 500])
def test_it_takes_nothing_but_an_envelope_for_one(answers, status: int):
    """No body of an error is ever stored, and the error does not name which envelope it was."""
    _, relay = answers(lambda *_: (status, b""))
    with pytest.raises(RelayError) as refused:
        relay.envelope(bytes([171] * 32))
    assert "ab" * 4 not in str(refused.value)


def test_it_stops_reading_what_is_too_long(answers):
    """A relay cannot fill the agency's memory."""
    _, relay = answers(lambda *_: (200, bytes(ENVELOPE_MAX * 30)))
    assert ENVELOPE_MAX < len(relay.envelope(bytes(32))) < ENVELOPE_MAX * 20
    assert parcel.SIZE > ENVELOPE_MAX * 30
    assert len(relay.parcel(bytes(32))) == ENVELOPE_MAX * 30


def test_it_says_when_nobody_is_there():
    """A closed port is one sentence."""
    server = start(lambda *_: (204, b""))
    address = f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    with (
        Relay(settings(address), SECRET) as relay,
        pytest.raises(RelayError, match="GET /list: ConnectError"),
    ):
        relay.list()


def test_it_goes_through_no_proxy(answers, monkeypatch: pytest.MonkeyPatch):
    """What the environment says of proxies is not for this connection."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    _, relay = answers(lambda *_: (204, b""))
    relay.put_board(b"")


def certificate(folder: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    """Make a self-signed certificate; return its file and a server's context with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = folder / f"{name}.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / f"{name}.key").write_bytes(secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, folder / f"{name}.key")
    return pem, context


def test_it_talks_to_the_pinned_certificate_alone(tmp_path: Path):
    """The pinned relay is talked to; another gets no request, so not the secret either."""
    pem, context = certificate(tmp_path, "relay")
    other, _ = certificate(tmp_path, "other")
    server = start(lambda *_: (204, b""), context)
    address = f"https://127.0.0.1:{server.server_port}"
    with Relay(settings(address, relay_certificate=pem), SECRET) as relay:
        relay.put_board(b"board")
    assert len(server.asked) == 1
    with Relay(settings(address, relay_certificate=other), SECRET) as relay, pytest.raises(RelayError):
        relay.put_board(b"board")
    assert len(server.asked) == 1
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "address", ["http://8.8.8.8:1", "http://relay.example:1", "https://relay.example", "ftp://127.0.0.1"]
)
def test_it_crosses_no_network_unpinned(address: str):
    """Over a public network the secret and the envelopes go to the pinned relay or nowhere."""
    with pytest.raises(SettingsError, match="relay"):
        Relay(settings(address), SECRET)


def test_it_names_a_certificate_that_is_none(tmp_path: Path):
    """A wrong file is told at the start."""
    (tmp_path / "x.pem").write_text("no certificate")
    for name in ("x.pem", "none.pem"):
        with pytest.raises(SettingsError, match="relay_certificate"):
            Relay(settings("https://127.0.0.1:1", relay_certificate=tmp_path / name), SECRET)
