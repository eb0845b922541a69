"""A running `tipline intake` for tests, and plain ways to talk to it."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from tests.support import Agency, free_port, name_of
from tipline.settings import IntakeSettings, load
from tipline.setup.settings_files import to_toml
from tipline.wire import paths

ROOT = Path(__file__).parents[2]
WORK = {paths.WORK_HEADER: paths.NO_WORK}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def ask(
    port: int, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> Answer:
    """Ask once, on a connection of its own."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return Answer(answer.status, answer.getheaders(), answer.read())
    finally:
        connection.close()


def raw(port: int, *pieces: bytes, shut: bool = False) -> bytes:
    """Send bytes as they are; return all that comes back until the other side closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as sock:
        for piece in pieces:
            sock.sendall(piece)
        if shut:
            sock.shutdown(socket.SHUT_WR)
        came = b""
        while piece := sock.recv(65536):
            came += piece
    return came


@dataclass
class Relay:
    """A relay's folder and ports; *process* when it runs."""

    folder: Path
    agency: Agency
    public: int
    onion: int
    handover: int
    plain: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def settings(self) -> IntakeSettings:
        return load(IntakeSettings, self.folder / "intake.toml")

    def put(
        self, sealed: bytes, kind: str = "e", headers: dict[str, str] = WORK, port: int | None = None
    ) -> Answer:
        return ask(port or self.public, "PUT", f"/{kind}/{name_of(sealed)}", sealed, headers)

    def over(self, method: str, path: str, body: bytes | None = None) -> Answer:
        """Ask the handover as the console."""
        return ask(self.handover, method, path, body, self.agency.bearer)

    def publish(self) -> None:
        assert self.over("PUT", paths.KEYRING, self.agency.keyring()).status == 204

    def start(self, *flags: str, env: dict[str, str] | None = None) -> None:
        command = [
            sys.executable,
            "-m",
            "tipline",
            "intake",
            "--config",
            str(self.folder / "intake.toml"),
            *flags,
        ]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env=env
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith(b"intake: serving"), line + self.process.communicate()[1]

    def stop(self, how: signal.Signals = signal.SIGTERM) -> bytes:
        """End the process; return what it wrote to standard error."""
        if self.process is None:
            return b""
        self.process.send_signal(how)
        errors = self.process.communicate(timeout=60)[1]
        self.process = None
        return errors

    def children(self) -> list[int]:
        assert self.process is not None
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@contextmanager
def relay(folder: Path, agency: Agency, **changes: object) -> Iterator[Relay]:
    """Make a relay's folder; whatever runs there is ended afterwards."""
    ports = {name: free_port() for name in ("public", "onion", "handover", "plain")}
    folder.mkdir(exist_ok=True)
    (folder / "root.pub").write_bytes(agency.root.public)
    fields = {
        "root_fingerprint": agency.fingerprint.hex(),
        **{name: f"127.0.0.1:{port}" for name, port in ports.items()},
        "envelope_places": 128,
        "parcel_places": 4,
        "envelope_limit": "100000/hour",
        "parcel_limit": "100000/hour",
        **changes,
        "consoles": {agency.console: paths.secret_hash(agency.secret)},
    }
    if fields["plain"] is None:
        del fields["plain"]
    (folder / "intake.toml").write_text(to_toml("for a test", fields))
    made = Relay(folder, agency, **ports)
    try:
        yield made
    finally:
        made.stop()


def in_memory(pid: int, *words: bytes) -> list[bytes]:
    """Return which of *words* are in the writable memory of a process."""
    found = set()
    regions = Path(f"/proc/{pid}/maps").read_text().splitlines()
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for region in regions:
            match = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", region)
            if match is None:
                continue
            start, end = (int(edge, 16) for edge in match.groups())
            memory.seek(start)
            try:
                data = memory.read(end - start)
            except OSError:
                continue
            found |= {word for word in words if word in data}
    return sorted(found)
