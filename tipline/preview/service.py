"""Previews by a program of their own, which holds no key and reads no folder of the agency's.

Making a sandbox takes rights that the console's unit has not (deploy/systemd): so the console gives files to
`tipline preview` through a UNIX socket. Without a socket, as in the demo, it starts the sandboxes itself.

A file goes as its length in eight bytes and its bytes; the answer comes as the worker gave it, or nothing.
"""

from __future__ import annotations

import contextlib
import socket
import socketserver
from collections.abc import Iterable, Iterator
from pathlib import Path

from tipline.errors import PreviewError, SettingsError, TiplineError
from tipline.preview import sandbox
from tipline.preview.inside import frames

_LENGTH, _PIECE = 8, 1024 * 1024
#: For the file to go and the answer to come: turns, the sandbox's time, and a little.
_SECONDS = sandbox.WAIT_SECONDS + sandbox.SECONDS + 5
#: A picture of one white pixel: what the check at the start is made with.
_WHITE = b"BM" + bytes.fromhex(
    "3a0000000000000036000000280000000100000001000000010018000000000004000000"
    "00000000000000000000000000000000ffffff00"
)


class Previews:
    """Where previews are made: by the program at *path*, or (None) in sandboxes of this program's own."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._works = False

    def run(self, pieces: Iterable[bytes], size: int) -> bytes:
        """Return what a worker answers about a file. Raises what sandbox.run does."""
        if self._path is None:
            return sandbox.run(pieces, size)
        return _ask(self._path, pieces, size)

    def trouble(self) -> str:
        """Return why there can be no previews now, or nothing once a picture was made."""
        if not self._works:
            try:
                answered = self.run([_WHITE], len(_WHITE))
            except TiplineError as error:
                return str(error)
            self._works = answered.startswith(frames.MAGIC + b"\0")
        return "" if self._works else "the sandbox makes no pictures"


class Server(socketserver.ThreadingUnixStreamServer):
    """`tipline preview`: a sandbox for every connection. Raises SettingsError where it cannot listen."""

    daemon_threads = True

    def __init__(self, path: Path) -> None:
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        try:
            super().__init__(str(path), _Handler)
        except OSError as error:
            raise SettingsError(f"{path.name}: {error.strerror}") from None
        # Who may connect is for the folder that it lies in to say.
        path.chmod(0o660)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: what a connection brought is nobody's business."""


class _Handler(socketserver.StreamRequestHandler):
    timeout = _SECONDS

    def handle(self) -> None:
        size = int.from_bytes(self.rfile.read(_LENGTH), "big")
        with contextlib.suppress(PreviewError, OSError):
            self.wfile.write(sandbox.run(self._pieces(size), size))

    def _pieces(self, left: int) -> Iterator[bytes]:
        while left:
            piece = self.rfile.read(min(left, _PIECE))
            if not piece:
                raise PreviewError("the file was cut off")
            left -= len(piece)
            yield piece


def _ask(path: Path, pieces: Iterable[bytes], size: int) -> bytes:
    if size > sandbox.SIZE_MAX:
        raise PreviewError("the file is too large")
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as talking:
            talking.settimeout(_SECONDS)
            talking.connect(str(path))
            _send(talking, pieces, size)
            return _received(talking)
    except OSError:
        raise PreviewError("the program that makes them (tipline preview) does not answer") from None


def _send(talking: socket.socket, pieces: Iterable[bytes], size: int) -> None:
    # Where the worker was stopped nobody reads on; the answer, which is none, says it.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        talking.sendall(size.to_bytes(_LENGTH, "big"))
        for piece in pieces:
            talking.sendall(piece)


def _received(talking: socket.socket) -> bytes:
    said = bytearray()
    while len(said) <= frames.ANSWER_MAX:
        try:
            came = talking.recv(65536)
        except ConnectionResetError:
            came = b""
        if not came:
            break
        said += came
    if not said:
        raise PreviewError("it was stopped, or ended by itself")
    if len(said) > frames.ANSWER_MAX:
        raise PreviewError("it said too much")
    return bytes(said)
