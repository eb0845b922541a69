"""What is left in memory, and on disk, of those who were here. The whole of intake as it is run."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import signal
import socket
import threading
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.intake.relay import FORM, WORK, Relay, ask, in_memory, relay
from tests.support import Agency, name_of
from tipline.intake.sizes import PARCEL_SIZE
from tipline.wire import paths

# The short ones matter: glibc spares the last eight bytes of a block that it overwrites.
AGENT, ADDRESS, REFERRER, QUERY, COOKIE = (
    "Canary-Agent-5521",
    "9.7.6.5",
    "canary-referrer-3",
    "canary-query-8",
    "cnry=4",
)
VISITOR = {
    "User-Agent": AGENT,
    "X-Forwarded-For": ADDRESS,
    "Referer": f"https://{REFERRER}.example/",
    "Cookie": COOKIE,
    "Accept-Language": "canary-language",
}
WORDS = [word.encode() for word in (AGENT, ADDRESS, REFERRER, QUERY, COOKIE, "canary-language")]


@pytest.fixture
def temp(tmp_path: Path) -> Path:
    (tmp_path / "temp").mkdir()
    return tmp_path / "temp"


@pytest.fixture
def running(tmp_path: Path, temp: Path, agency: Agency) -> Iterator[Relay]:
    with relay(tmp_path / "relay", agency) as made:
        made.start("--readable-memory", env={**os.environ, "TMPDIR": str(temp)})
        made.publish()
        yield made


def everything_below(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def eventually_gone(pid: int, *words: bytes) -> list[bytes]:
    """Return what is still there after a moment: an answer may be on its way while we look."""
    wait = threading.Event()
    found = in_memory(pid, *words)
    for _ in range(20):
        if not found:
            break
        wait.wait(0.1)
        found = in_memory(pid, *words)
    return found


def test_it_finds_what_is_there(running: Relay) -> None:
    """The search finds what intake must keep: else the tests below would pass on a blind eye."""
    assert running.process is not None
    known = running.agency.fingerprint.hex().encode()
    assert in_memory(running.process.pid, known) == [known]


def test_no_visitor_is_left_in_memory(running: Relay, temp: Path) -> None:
    """Headers, addresses and queries of all that was asked, taken or refused, are gone once answered."""
    assert running.process is not None
    headers = WORK | VISITOR
    envelope = running.agency.envelope()
    statuses = {
        running.put(envelope, headers=headers).status,
        running.put(envelope, headers=headers, port=running.onion).status,
        running.put(secrets.token_bytes(PARCEL_SIZE), "p", headers=headers).status,
        ask(running.public, "GET", f"/?{QUERY}", None, VISITOR).status,
        ask(running.public, "GET", f"/{QUERY}", None, VISITOR).status,
        ask(running.public, "PUT", f"/e/{QUERY}", b"x", headers).status,
        ask(running.public, "PUT", f"/e/{'0' * 64}", envelope, headers).status,
        ask(running.public, "POST", f"/{QUERY}", None, headers).status,
    }
    assert statuses == {204, 200, 404, 413, 400}
    assert eventually_gone(running.process.pid, *WORDS) == []
    errors = running.stop()
    assert errors == b""
    assert not any(word in everything_below(running.folder.parent) for word in WORDS)
    assert list(temp.iterdir()) == []


def test_a_connection_that_stays_open_keeps_nothing(running: Relay) -> None:
    """Neither a connection that waits for its next request nor the thread that served it holds the last."""
    from http.client import HTTPConnection  # noqa: PLC0415

    assert running.process is not None
    connection = HTTPConnection("127.0.0.1", running.public, timeout=30)
    connection.request("GET", f"/keyring?{QUERY}", headers=VISITOR)
    assert connection.getresponse().read()
    assert eventually_gone(running.process.pid, *WORDS) == []
    connection.close()


def test_what_was_collected_is_not_kept_in_memory(running: Relay) -> None:
    """Neither the writer nor a reader keeps pages of the rack after they were erased."""
    assert running.process is not None
    sealed, inside = running.agency.envelope(), secrets.token_bytes(32)
    envelopes = [sealed[:12000] + inside + secrets.token_bytes(len(sealed) - 12032) for _ in range(24)]
    for envelope in envelopes:
        assert running.put(envelope).status == 204
    for envelope in envelopes:
        assert running.over("GET", paths.ENVELOPE + name_of(envelope)).body == envelope
    stored = {"envelopes": [name_of(envelope) for envelope in envelopes], "parcels": []}
    assert running.over("POST", paths.ACKNOWLEDGE, json.dumps(stored).encode()).status == 204
    assert eventually_gone(running.process.pid, inside) == []


def test_no_word_typed_into_the_plain_pages_is_left(running: Relay, temp: Path) -> None:
    """The process that read it has ended; neither its parent, nor intake, nor the disk has a piece of it."""
    assert running.process is not None
    words = ["zebra-kangaroo-4711", "größte Angst", "wombat corridor"]
    form = urllib.parse.urlencode(
        {"category": running.agency.category, "danger": "no", "text": " ".join(words)}
    )
    answer = ask(running.plain, "POST", "/plain/tell", form.encode(), FORM | VISITOR)
    assert answer.status == 200
    assert b"It is sent" in answer.body
    code = answer.body.partition(b'id="receipt"')[2].partition(b">")[2].partition(b"<")[0]
    read = urllib.parse.urlencode({"receipt": code.decode()}).encode()
    assert b"Your answers" in ask(running.plain, "POST", "/plain/read", read, FORM | VISITOR).body
    ask(running.plain, "POST", "/plain/tell", form.replace("danger=no", "danger=x").encode(), FORM | VISITOR)
    searched = [*WORDS, code, code.replace(b"-", b"")]
    for word in words:
        searched += [word.encode(), word.encode("utf-16-le"), urllib.parse.quote_plus(word).encode()]
    processes = [running.process.pid, *running.children()]
    assert len(processes) == 2
    for pid in processes:
        assert eventually_gone(pid, *searched) == []
    assert running.stop() == b""
    disk = everything_below(running.folder.parent)
    assert not any(word in disk for word in searched)
    assert list(temp.iterdir()) == []


def test_each_plain_request_is_read_by_a_process_of_its_own(running: Relay) -> None:
    """While words arrive they are in a child that ends with the request, and never in its parent."""
    (plain,) = running.children()
    word = b"zebra-kangaroo-4711"
    body = b"category=drugs&danger=no&text=" + word
    head = b"POST /plain/tell HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    wait = threading.Event()
    with socket.create_connection(("127.0.0.1", running.plain), timeout=30) as arriving:
        arriving.sendall(head + b"Content-Length: 500\r\n\r\n" + body)
        children = Path(f"/proc/{plain}/task/{plain}/children")
        for _ in range(200):
            reading = [int(pid) for pid in children.read_text().split()]
            if reading and in_memory(reading[0], word):
                break
            wait.wait(0.05)
        assert in_memory(reading[0], word) == [word]
        assert in_memory(plain, word) == []
    for _ in range(200):
        if (
            not Path(f"/proc/{reading[0]}/mem").exists()
            or "State:\tZ" in Path(f"/proc/{reading[0]}/status").read_text()
        ):
            break
        wait.wait(0.05)
    assert eventually_gone(plain, word) == []


def test_what_was_answered_survives_a_kill(running: Relay) -> None:
    """Killed right after the 204, nothing that was answered is lost, and what was half sent is not there."""
    envelopes = [running.agency.envelope() for _ in range(5)]
    for envelope in envelopes:
        assert running.put(envelope).status == 204
    running.stop(signal.SIGKILL)
    running.start("--readable-memory")
    for envelope in envelopes:
        assert running.over("GET", paths.ENVELOPE + name_of(envelope)).body == envelope
    assert ask(running.public, "GET", "/keyring").status == 200


def test_killed_again_and_again_it_loses_nothing(running: Relay) -> None:
    """Killed at any moment while many send: whatever got its 204 is there, whole, after the next start."""
    base = running.agency.envelope()
    answered: list[bytes] = []
    for _ in range(2):
        stop = threading.Event()

        def send(stop: threading.Event = stop) -> None:
            while not stop.is_set():
                envelope = base[:20] + secrets.token_bytes(64) + base[84:]
                try:
                    if running.put(envelope).status == 204:
                        answered.append(envelope)
                except OSError:
                    return

        senders = [threading.Thread(target=send) for _ in range(4)]
        target = len(answered) + 15
        for sender in senders:
            sender.start()
        while len(answered) < target:
            stop.wait(0.01)
        running.stop(signal.SIGKILL)
        stop.set()
        for sender in senders:
            sender.join()
        running.start("--readable-memory")
    for envelope in answered:
        got = running.over("GET", paths.ENVELOPE + name_of(envelope)).body
        assert hashlib.sha256(got).digest() == hashlib.sha256(envelope).digest()


def test_it_ends_cleanly_and_takes_the_plain_pages_along(running: Relay) -> None:
    """SIGTERM ends it with code 0; however it ends, the plain pages end too."""
    assert running.process is not None
    (plain,) = running.children()
    process = running.process
    assert running.stop() == b""
    assert process.returncode == 0
    assert not Path(f"/proc/{plain}").exists()
    running.start("--readable-memory")
    (plain,) = running.children()
    running.stop(signal.SIGKILL)
    wait = threading.Event()
    for _ in range(100):
        if not Path(f"/proc/{plain}").exists():
            break
        wait.wait(0.05)
    assert not Path(f"/proc/{plain}").exists()


def test_its_memory_is_private_unless_asked(tmp_path: Path, agency: Agency) -> None:
    """No core dump, and freed memory is overwritten, in intake and in the plain pages."""
    with relay(tmp_path / "relay", agency, envelope_places=4, parcel_places=1) as made:
        made.start()
        assert made.process is not None
        for pid in [made.process.pid, *made.children()]:
            limits = Path(f"/proc/{pid}/limits").read_text()
            core = next(line.split() for line in limits.splitlines() if line.startswith("Max core file size"))
            assert core[4:6] == ["0", "0"]
            environ = Path(f"/proc/{pid}/environ")
            if os.getuid() == 0:
                assert b"PYTHONMALLOC=malloc_debug" in environ.read_bytes()
                assert b"perturb" in environ.read_bytes()
