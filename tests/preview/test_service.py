"""The program that makes previews for a console, over its socket."""

from __future__ import annotations

import contextlib
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.preview.corpus import still
from tipline.errors import FormatError, PreviewError
from tipline.preview import answer, sandbox
from tipline.preview.inside import frames
from tipline.preview.service import Previews, Server


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """The socket of a program that serves."""
    server = Server(tmp_path / "socket")
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    serving.start()
    yield tmp_path / "socket"
    server.shutdown()
    serving.join()
    server.server_close()


def test_a_file_goes_and_its_pictures_come(path: Path):
    """Piece by piece; and only the group may connect."""
    data, previews = still("JPEG"), Previews(path)
    assert previews.trouble() == ""
    pieces = (data[at : at + 300] for at in range(0, len(data), 300))
    assert answer.read(previews.run(pieces, len(data))).outcome == "shown"
    assert stat.S_IMODE(path.stat().st_mode) == 0o660


def test_a_file_that_breaks_off_makes_no_preview(path: Path):
    """What its pieces raise comes out here, and over there a worker is ended."""

    def broken() -> Iterator[bytes]:
        yield b"BM"
        raise FormatError("parcel")

    with pytest.raises(FormatError):
        Previews(path).run(broken(), 100)
    with socket.socket(socket.AF_UNIX) as talking:
        talking.connect(str(path))
        talking.sendall((1 << 62).to_bytes(8, "big") + b"BM")
        assert talking.recv(1) == b""
    assert Previews(path).trouble() == ""


def test_where_a_worker_is_stopped_it_is_said(path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sandbox, "_turns", threading.BoundedSemaphore(1))
    monkeypatch.setattr(sandbox, "WAIT_SECONDS", 0.01)
    with sandbox._turns, pytest.raises(PreviewError, match="stopped"):
        Previews(path).run([b"BM"], 2)


def test_without_the_program_there_are_no_previews(tmp_path: Path):
    """Never in a sandbox of the console's own instead; and as soon as it is there, there are."""
    previews = Previews(tmp_path / "socket")
    assert "does not answer" in previews.trouble()
    server = Server(tmp_path / "socket")
    threading.Thread(target=server.handle_request, daemon=True).start()
    assert previews.trouble() == ""
    server.server_close()


def test_a_program_that_says_too_much_is_not_heard(tmp_path: Path):
    with socket.create_server(str(tmp_path / "socket"), family=socket.AF_UNIX) as listening:

        def flood() -> None:
            talking, _ = listening.accept()
            with talking, contextlib.suppress(OSError):
                talking.sendall(bytes(frames.ANSWER_MAX + 100_000))

        flooding = threading.Thread(target=flood, daemon=True)
        flooding.start()
        with pytest.raises(PreviewError, match="too much"):
            Previews(tmp_path / "socket").run([b"BM"], 2)
