"""The real console as a process: opened, downloaded, routed, answered, and not a word of it on its disk."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.conftest import PASSPHRASE, Agency
from tests.console.conftest import settings_of
from tipline.cases import audit
from tipline.console import app, serve, uploads
from tipline.console.store import ConsoleSession
from tipline.errors import HostError
from tipline.seal import parcel, slot
from tipline.seal.suite import HYBRID
from tipline.web import server

MIB = 2**20
WORDS = "The marmalade smugglers of Quillfeather Lane"
REPLY = "Gooseberry lantern, said the desk"
FILE_NAME = "zanzibar-ledger.pdf"


@dataclass
class Running:
    process: subprocess.Popen[str]
    url: str
    temp: Path

    def client(self, name: str) -> httpx.Client:
        client = httpx.Client(base_url=self.url, headers={"Sec-Fetch-Site": "same-origin"}, timeout=60)
        form = client.get("/sign-in").text
        data = {"csrf_token": token(form), "name": name, "passphrase": PASSPHRASE}
        assert client.post("/sign-in", data=data).status_code == 303
        return client


def token(page: str) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@contextmanager
def running(agency: Agency, temp: Path) -> Iterator[Running]:
    port = free_port()
    config = agency.made.console
    config.write_text(
        re.sub(r'listen = ".*"', f'listen = "127.0.0.1:{port}"\ndemo = true', config.read_text())
    )
    temp.mkdir(exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "tipline", "console", "--config", str(config)],
        env={**os.environ, "TMPDIR": str(temp)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline()
        assert line == f"console: serving on http://127.0.0.1:{port}/\n", process.stderr.read()
        yield Running(process, f"http://127.0.0.1:{port}", temp)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


def encodings(what: bytes) -> list[bytes]:
    """Return the ways in which text could lie on a disk; base64 in its three places."""
    words = what.decode("latin-1")
    coded = [base64.b64encode(bytes(at) + what)[4 * bool(at) :].rstrip(b"=")[1:-2] for at in range(3)]
    wide = [words.encode(kind) for kind in ("utf-16-le", "utf-16-be")]
    return [what, *wide, *coded, what.hex().encode(), what.hex().upper().encode()]


def found_in(folders: list[Path], canaries: list[bytes]) -> list[str]:
    sought = [coded for canary in canaries for coded in encodings(canary)]
    return [
        str(path)
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
        for data in [path.read_bytes()]
        if any(coded in data for coded in sought)
    ]


def deleted_files(pid: int) -> list[str]:
    """Return the deleted files that a process still holds open: how temp files hide."""
    return [
        target
        for link in Path(f"/proc/{pid}/fd").iterdir()
        if (target := str(link.readlink())).endswith("(deleted)")
    ]


def test_the_search_finds_what_is_there(tmp_path: Path):
    """Each encoding is found when it is planted: a search that finds nothing must be able to."""
    for place, coded in enumerate(encodings(WORDS.encode())):
        folder = tmp_path / str(place)
        folder.mkdir()
        (folder / "file").write_bytes(b"noise" + coded + b"noise")
        assert found_in([folder], [WORDS.encode()])
    shifted = tmp_path / "shifted"
    shifted.mkdir()
    (shifted / "file").write_bytes(base64.b64encode(b"xy" + WORDS.encode() + b"tail"))
    assert found_in([shifted], [WORDS.encode()])
    assert zlib.crc32(WORDS.encode())


def test_no_word_of_a_tip_is_on_the_disk(agency_: Agency, tmp_path: Path):
    """Index, page, a file of 20 MB, routing, reply, sign-out: then every byte is searched."""
    canary = secrets.token_bytes(48)
    data = (canary + bytes(976)) * (20 * 1024)
    assert len(data) == 20 * MIB
    keys = agency_.tip(WORDS, files=(agency_.file(data, FILE_NAME),), category="arms")
    with running(agency_, tmp_path / "temp") as console:
        spooled: list[str] = []
        with closing(console.client("Alice")) as alice:
            assert "T-0001" in alice.get("/").text
            page = alice.get("/case/1").text
            assert WORDS in page
            form = {"csrf_token": token(page)}
            path = re.search(r'action="(/case/1/file/[^"]+)/preview"', page)[1]
            assert alice.post(f"{path}/preview", data=form).status_code == 303
            assert "not known here" in alice.get(path).text
            assert alice.post(f"{path}/check", data=form).status_code == 303
            assert hashlib.sha256(data).hexdigest() in alice.get(f"{path}/save").text
            spooled += [str(one) for one in console.temp.iterdir()]
            received = bytearray()
            with alice.stream("POST", path, data=form) as answer:
                for chunk in answer.iter_raw(MIB):
                    received += chunk
                    spooled += deleted_files(console.process.pid)
                    spooled += [str(one) for one in console.temp.iterdir()]
            assert received == data
            unit = agency_.desk("Narcotics").hex()
            assert (
                alice.post("/case/1/route", data={**form, "unit": unit, "reason": "exact"}).status_code == 303
            )
            assert alice.post("/case/1/reply", data={**form, "text": REPLY, "act": "send"}).status_code == 303
            assert REPLY in alice.get("/case/1").text
            with closing(console.client("Bob")) as bob:
                assert WORDS in bob.get("/case/1").text
            assert alice.post("/sign-out", data=form).status_code == 303
        assert spooled == []
        canaries = [WORDS.encode(), REPLY.encode(), FILE_NAME.encode(), canary, keys.thread, keys.reply]
        assert found_in([agency_.made.data, console.temp], canaries) == []
        console.process.send_signal(signal.SIGTERM)
        assert console.process.wait(30) == 0
        assert console.process.stderr.read() == ""
        assert found_in([agency_.made.data, console.temp], canaries) == []
    with agency_.engine.connect() as connection:
        audit.verify(connection, agency_.desk())
        slots = list(connection.exec_driver_sql("select bytes from slot").scalars())
    assert [reply.text for reply in slot.find(HYBRID, keys.reply, slots)] == [REPLY]


@pytest.mark.parametrize("after", ["page", "file"])
def test_a_killed_console_has_every_opening_in_its_audit(agency_: Agency, tmp_path: Path, after: str):
    """SIGKILL as soon as the first plaintext arrives: the entry is there and the chain holds."""
    agency_.tip(WORDS, files=(agency_.file(secrets.token_bytes(5 * MIB)),))
    with running(agency_, tmp_path / "temp") as console:
        alice = console.client("Alice")
        page = alice.get("/case/1").text
        if after == "file":
            path = re.search(r'action="(/case/1/file/[^"]+)/preview"', page)[1]
            alice.post(f"{path}/check", data={"csrf_token": token(page)})
            with alice.stream("POST", path, data={"csrf_token": token(page)}) as answer:
                next(answer.iter_raw(1))
                console.process.kill()
        console.process.kill()
        console.process.wait()
        alice.close()
    wanted = ["signed-in", "opened"] + (["file-opened"] * 2 if after == "file" else [])
    with agency_.engine.connect() as connection:
        assert audit.verify(connection, agency_.desk()).seq == len(wanted)
        rows = connection.exec_driver_sql("select entry from audit order by seq").scalars()
        assert [audit.parse(row).action for row in rows] == wanted


def test_it_wipes_idle_sessions_by_itself(agency_: Agency, monkeypatch):
    """While it serves, with nobody asking for anything."""
    monkeypatch.setattr(serve.host, "prepare", lambda _: None)
    monkeypatch.setattr(serve, "_SWEEP_SECONDS", 0.01)
    console = serve.Console(settings_of(agency_, listen="127.0.0.1:0"))
    wiped = threading.Event()
    session = ConsoleSession()
    monkeypatch.setattr(session, "wipe", wiped.set)
    console._store.keep(session)
    session.touched -= 16 * 60
    console.start()
    try:
        assert wiped.wait(30)
        assert len(console._store) == 0
    finally:
        console.stop()


def test_it_does_not_serve_on_a_machine_that_is_refused(agency_: Agency, monkeypatch):
    """The check is made before anything else."""

    def refuse(_: object) -> None:
        raise HostError("no")

    monkeypatch.setattr(serve.host, "prepare", refuse)
    with pytest.raises(HostError):
        serve.Console(settings_of(agency_, listen="127.0.0.1:0"))


def test_it_says_when_its_address_is_taken(agency_: Agency, tmp_path: Path):
    """In one line, with the exit code of a settings mistake."""
    with running(agency_, tmp_path / "temp"):
        second = subprocess.run(
            [sys.executable, "-m", "tipline", "console", "--config", str(agency_.made.console)],
            capture_output=True,
            text=True,
            check=False,
        )
    assert second.returncode == 2
    assert re.fullmatch(r"tipline: 127\.0\.0\.1:\d+: .*\n", second.stderr)


def test_no_buffer_can_overflow_to_a_file():
    """What may wait, and one more piece, and a head, fit in memory; so does the longest form."""
    adjusted = server._adjustments(serve.BOUNDS)
    assert adjusted.outbuf_high_watermark + parcel.PIECE + 65536 < adjusted.outbuf_overflow
    assert adjusted.inbuf_overflow > max(app.BODY_MAX, uploads.LARGE_MAX)


def test_every_answer_leaves_in_pieces():
    """A page larger than any buffer as well, and what was opened for it is closed."""
    closed = []

    class Answer(list):
        def close(self):
            closed.append(True)

    pieces = list(serve.InPieces(lambda *_: Answer([b"x" * (5 * MIB + 1), b"", b"yz"]))({}, None))
    assert [len(piece) for piece in pieces] == [MIB] * 5 + [1, 2]
    assert closed == [True]


def test_a_slow_browser_does_not_make_the_console_hold_a_file(agency_: Agency, tmp_path: Path):
    """Nobody reads: what waits is bounded, in memory, and other officers are served meanwhile."""
    agency_.tip(WORDS, files=(agency_.file(secrets.token_bytes(30 * MIB)),))
    with running(agency_, tmp_path / "temp") as console:
        alice = console.client("Alice")
        page = alice.get("/case/1").text
        path = re.search(r'action="(/case/1/file/[^"]+)/preview"', page)[1]
        alice.post(f"{path}/check", data={"csrf_token": token(page)})
        body = f"csrf_token={token(page)}".encode()
        cookie = "; ".join(f"{name}={value}" for name, value in alice.cookies.items())
        host, port = console.url.removeprefix("http://").split(":")
        with socket.socket() as slow:
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
            slow.connect((host, int(port)))
            slow.sendall(
                f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {cookie}\r\n"
                f"Content-Length: {len(body)}\r\n"
                "Content-Type: application/x-www-form-urlencoded\r\n"
                "Sec-Fetch-Site: same-origin\r\n\r\n".encode()
                + body
            )
            assert slow.recv(1024).startswith(b"HTTP/1.1 200")
            # The console runs ahead of such a browser, up to its bound, from the first of these reads on.
            for _ in range(300):
                assert slow.recv(16384)
                assert deleted_files(console.process.pid) == []
            assert alice.get("/").status_code == 200
            assert list(console.temp.iterdir()) == []
        alice.close()
