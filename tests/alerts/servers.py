"""A mail server and a web server on this machine that keep what they get, and can be made to fail.

The mail server speaks as much of RFC 5321 as a client needs: EHLO, STARTTLS, AUTH PLAIN, MAIL, RCPT, DATA.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def certificate(folder: Path, name: str = "localhost") -> tuple[Path, Path]:
    """Write a certificate that vouches for itself, and its key; return both files."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / f"{name}.pem", folder / f"{name}.key"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pem, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, pem, plain))
    return paths


@dataclass
class Mails:
    """A mail server. *refuses*: addresses that it does not take; *hangs*: it answers nothing any more.

    *users* are those who may sign in, with their passwords; without any, nobody has to.
    """

    context: ssl.SSLContext
    offers_tls: bool = True
    tls_first: bool = False
    users: dict[str, str] = field(default_factory=dict)
    refuses: set[str] = field(default_factory=set)
    hangs: bool = False
    got: list[tuple[str, EmailMessage]] = field(default_factory=list)
    sessions: int = 0
    released: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def words(self) -> list[tuple[str, str]]:
        """To whom what was said."""
        return [(to, message.get_content().strip()) for to, message in self.got]

    def close(self) -> None:
        self.released.set()
        # Closing alone leaves it listening while a thread waits at it.
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        self.sessions += 1
        # A client that does not trust it goes away in the middle of the handshake.
        with contextlib.suppress(OSError), connection:
            if self.hangs:
                self.released.wait()
                return
            secured = self.context.wrap_socket(connection, server_side=True) if self.tls_first else connection
            with secured:
                self._talk(secured)

    def _talk(self, connection: socket.socket, *, greets: bool = True) -> None:
        signed_in, to = not self.users, ""
        if greets:
            answer(connection, "220 here")
        with connection.makefile("rb") as lines:
            for line in lines:
                verb, _, rest = line.decode().strip().partition(" ")
                if verb.upper() == "STARTTLS":
                    break
                if verb.upper() == "AUTH":
                    _, user, password = base64.b64decode(rest.split()[1]).decode().split("\0")
                    signed_in = self.users.get(user) == password
                    answer(connection, "235 in" if signed_in else "535 no")
                elif verb.upper() == "RCPT":
                    to = rest.partition("<")[2].partition(">")[0]
                    answer(connection, "550 nobody" if to in self.refuses or not signed_in else "250 good")
                elif verb.upper() == "DATA":
                    answer(connection, "354 go on")
                    self._keep(to, lines)
                    answer(connection, "250 taken")
                else:
                    answer(connection, *self._said(verb.upper()))
            else:
                return
        answer(connection, "220 go")
        with self.context.wrap_socket(connection, server_side=True) as secured:
            self._talk(secured, greets=False)

    def _said(self, verb: str) -> list[str]:
        if verb == "EHLO":
            return ["250-here", *(["250-STARTTLS"] if self.offers_tls else []), "250 AUTH PLAIN"]
        return ["221 bye"] if verb == "QUIT" else ["250 good"]

    def _keep(self, to: str, lines: Any) -> None:
        data = b"".join(iter(lines.readline, b".\r\n"))
        self.got.append((to, message_from_bytes(data, policy=default)))


@dataclass(frozen=True)
class Request:
    """What a web server was asked."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Web:
    """A web server that answers everything with *status*."""

    def __init__(self) -> None:
        self.status, self.got = 200, list[Request]()
        web = self

        class Handler(BaseHTTPRequestHandler):
            def handle_one(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                headers = {name.lower(): value for name, value in self.headers.items()}
                web.got.append(Request(self.command, self.path, headers, body))
                self.send_response(web.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST = handle_one  # noqa: N815 -- as the library asks for them

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextlib.contextmanager
def mails(folder: Path, **how: Any) -> Iterator[tuple[Mails, Path]]:
    """A mail server, and the file of the certificate to believe."""
    own, key = certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own, key)
    made = Mails(context, **how)
    try:
        yield made, own
    finally:
        made.close()


@contextlib.contextmanager
def web() -> Iterator[Web]:
    """A web server."""
    made = Web()
    try:
        yield made
    finally:
        made.close()


def answer(connection: socket.socket, *lines: str) -> None:
    connection.sendall("".join(f"{line}\r\n" for line in lines).encode())
