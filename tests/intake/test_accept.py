"""PUT on the running relay: what is taken, and each thing that is not."""

from __future__ import annotations

import hashlib
import secrets
import socket
import sqlite3
import struct
import sys
import threading
from pathlib import Path

import pytest

from tests.intake.conftest import with_settings
from tests.intake.relay import WORK, Relay, ask, raw
from tests.support import make_agency, name_of
from tipline.intake.sizes import PARCEL_SIZE, envelope_size
from tipline.seal.suite import HYBRID
from tipline.wire import paths, shapes

ENVELOPE_SIZE = envelope_size(HYBRID)

#: Files that this process opened for writing while a test looked.
_written: list[str] = []
_looking = threading.Event()


def _watch(event: str, args: tuple[object, ...]) -> None:
    if event == "open" and _looking.is_set() and isinstance(args[2], int) and args[2] & 0o3:
        _written.append(str(args[0]))


sys.addaudithook(_watch)


@pytest.fixture
def no_files():
    """Fail when anything but the rack was opened for writing: a spooled body lies on disk for a while."""
    _written.clear()
    _looking.set()
    yield
    _looking.clear()
    assert [name for name in _written if "rack.db" not in name] == []


def state(relay: Relay) -> bytes:
    """Return a hash of every place of the rack, every other file of the relay, and what it offers."""
    digest = hashlib.sha256()
    with sqlite3.connect(f"file:{relay.folder / 'rack.db'}?mode=ro", uri=True) as reader:
        for table in ("envelope", "parcel"):
            for row in reader.execute(f"SELECT place, id, day, bytes FROM {table} ORDER BY place"):
                digest.update(repr(row).encode())
    reader.close()
    for file in sorted(relay.folder.rglob("*")):
        if file.is_file() and not file.name.startswith("rack.db"):
            digest.update(file.name.encode() + file.read_bytes())
    digest.update(str((relay.folder / "rack.db").stat().st_size).encode())
    offer = shapes.read_offer(relay.over("GET", paths.LIST).body)
    digest.update(repr([sorted(offer.envelopes.items()), sorted(offer.parcels.items())]).encode())
    return digest.digest()


def parcel() -> bytes:
    return secrets.token_bytes(PARCEL_SIZE)


def test_it_takes_an_envelope_and_hands_it_over(served: Relay, no_files: None) -> None:
    """The bytes that come in are the bytes that the console gets."""
    envelope = served.agency.envelope()
    answer = served.put(envelope)
    assert (answer.status, answer.body) == (204, b"")
    assert served.over("GET", paths.ENVELOPE + name_of(envelope)).body == envelope


def test_it_takes_a_parcel_without_a_file(served: Relay, no_files: None) -> None:
    """A body of 1 MiB, in and out, is not spooled to a temporary file."""
    sealed = parcel()
    assert served.put(sealed, "p").status == 204
    assert served.over("GET", paths.PARCEL + name_of(sealed)).body == sealed


def test_new_and_repeated_are_answered_alike(served: Relay) -> None:
    """The answer does not tell whether it was there before, and it is stored once."""
    envelope = served.agency.envelope()
    first, again = served.put(envelope), served.put(envelope, port=served.onion)
    assert first == again
    assert served.over("GET", paths.LIST).body.count(name_of(envelope).encode()) == 1


def changed(envelope: bytes, offset: int, value: bytes) -> bytes:
    return envelope[:offset] + value + envelope[offset + len(value) :]


BAD_ENVELOPES = {
    "magic": (0, b"TIPX", 400),
    "version": (4, b"\x02", 400),
    "suite": (5, b"\x63", 400),
    "the other suite": (5, b"\x02", 400),
    "reserved": (6, b"\x00\x01", 400),
    "epoch": (8, struct.pack(">I", 8), 409),
    "agency": (12, b"otherone", 400),
}


@pytest.mark.parametrize("what", BAD_ENVELOPES)
def test_it_refuses_an_envelope_of_another_kind(served: Relay, what: str, no_files: None) -> None:
    """Each wrong field of the header has its refusal, and nothing changes."""
    offset, value, status = BAD_ENVELOPES[what]
    envelope = changed(served.agency.envelope(), offset, value)
    before = state(served)
    answer = served.put(envelope)
    assert answer.status == status
    assert answer.body.count(b"\n") == 1
    assert state(served) == before


def test_it_refuses_an_envelope_for_another_root(served: Relay) -> None:
    """A well-made envelope of another agency is not stored here."""
    before = state(served)
    assert served.put(make_agency().envelope()).status == 400
    assert state(served) == before


def test_it_refuses_bytes_that_are_not_what_the_address_names(served: Relay) -> None:
    """The address is the SHA-256 of the bytes, in lower-case hex, and nothing else."""
    envelope, other = served.agency.envelope(), served.agency.envelope()
    before = state(served)
    names = [name_of(other), name_of(envelope).upper(), name_of(envelope)[:-1], "0" * 64, "%C3%A4" * 10, ""]
    refused = [ask(served.public, "PUT", f"/e/{name}", envelope, WORK).status for name in names]
    refused.append(ask(served.public, "PUT", f"/p/{name_of(other)}", parcel(), WORK).status)
    assert refused == [400, 400, 400, 400, 400, 404, 400]
    assert state(served) == before


@pytest.mark.parametrize(
    "work", [None, "", "0", "00" * 16, "01" + "00" * 16, "00" * 18, "ZZ" * 17, "00" * 16 + "01"]
)
def test_it_refuses_another_work_header(served: Relay, work: str | None) -> None:
    """The work header has one size, so it tells nothing, and now one value."""
    before = state(served)
    headers = {} if work is None else {paths.WORK_HEADER: work}
    assert served.put(served.agency.envelope(), headers=headers).status == 400
    assert served.put(parcel(), "p", headers=headers).status == 400
    assert state(served) == before


@pytest.mark.parametrize("kind", ["e", "p"])
@pytest.mark.parametrize("off_by", [-1, 1, 100_000, 3_000_000])
def test_it_refuses_another_length_before_the_body(
    served: Relay, kind: str, off_by: int, no_files: None
) -> None:
    """Not one byte of a body that cannot be accepted is waited for."""
    size = max(1, {"e": ENVELOPE_SIZE, "p": PARCEL_SIZE}[kind] + off_by)
    before = state(served)
    body = b"x" * min(size, 4_000_000)
    first = f"PUT /{kind}/{'0' * 64} HTTP/1.1\r\nHost: x\r\n"
    head = f"{first}Tipline-Work: {paths.NO_WORK}\r\nContent-Length: {size}\r\n\r\n"
    assert raw(served.public, head.encode()) == raw(served.public, head.encode(), body)
    answer = raw(served.public, head.encode())
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"\r\nConnection: close\r\n" in answer
    assert state(served) == before


def head_of(envelope: bytes, *lines: str) -> bytes:
    fields = [
        f"PUT /e/{name_of(envelope)} HTTP/1.1",
        "Host: x",
        f"Tipline-Work: {paths.NO_WORK}",
        *lines,
        "",
        "",
    ]
    return "\r\n".join(fields).encode()


def test_it_refuses_chunks_and_a_missing_length(served: Relay) -> None:
    """A body without a declared length is not read."""
    envelope = served.agency.envelope()
    before = state(served)
    chunked = head_of(envelope, "Transfer-Encoding: chunked") + b"60f8\r\n" + envelope + b"\r\n0\r\n\r\n"
    both = head_of(envelope, "Transfer-Encoding: chunked", f"Content-Length: {ENVELOPE_SIZE}")
    assert raw(served.public, chunked).startswith(b"HTTP/1.1 411 ")
    assert raw(served.public, both).startswith(b"HTTP/1.1 411 ")
    assert raw(served.public, head_of(envelope)).startswith(b"HTTP/1.1 411 ")
    assert raw(served.public, head_of(envelope, "Content-Length: +24824")).startswith(b"HTTP/1.1 400 ")
    assert state(served) == before


def test_it_forgets_a_body_shorter_than_declared(served: Relay, no_files: None) -> None:
    """Whoever hangs up in the middle changed nothing."""
    envelope = served.agency.envelope()
    before = state(served)
    sent = head_of(envelope, f"Content-Length: {ENVELOPE_SIZE}") + envelope[:-1]
    assert raw(served.public, sent, shut=True) == b""
    assert state(served) == before


def test_a_body_longer_than_declared_is_not_stored(served: Relay) -> None:
    """What comes after the declared length is not part of the envelope, and not a request either."""
    envelope = served.agency.envelope()
    before = state(served)
    longer = envelope + b"x" * 100
    sent = head_of(longer, f"Content-Length: {ENVELOPE_SIZE}") + longer + b"\r\n\r\n"
    answer = raw(served.public, sent)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.") == 2
    assert answer.endswith(b"This request cannot be read.\n")
    assert state(served) == before


@with_settings(body_seconds=0.5)
def test_it_gives_up_on_a_dripping_body(served: Relay, no_files: None) -> None:
    """A body that drips is answered 408 at its deadline, though every drop came in time."""
    envelope = served.agency.envelope()
    before = state(served)
    stop = threading.Event()
    with socket.create_connection(("127.0.0.1", served.public), timeout=30) as dripping:
        dripping.sendall(head_of(envelope, f"Content-Length: {ENVELOPE_SIZE}"))
        came = b""
        dripping.settimeout(0.05)
        while not came:
            try:
                dripping.sendall(b"x")
                came = dripping.recv(65536)
            except TimeoutError:
                stop.wait(0.01)
    assert came.startswith(b"HTTP/1.")
    assert b" 408 Request Timeout\r\n" in came
    assert state(served) == before


@with_settings(body_seconds=0.5)
def test_it_gives_up_on_a_dripping_head(served: Relay) -> None:
    """The deadline is for all of a request, its headers too."""
    with socket.create_connection(("127.0.0.1", served.public), timeout=30) as dripping:
        dripping.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        assert b" 408 Request Timeout\r\n" in dripping.recv(65536)


@with_settings(envelope_places=2, parcel_places=1)
def test_a_full_relay_says_so(served: Relay) -> None:
    """503 with Retry-After, always the same; what is stored stays."""
    assert [served.put(served.agency.envelope()).status for _ in range(2)] == [204, 204]
    kept = parcel()
    assert served.put(kept, "p").status == 204
    before = state(served)
    answer, other = served.put(served.agency.envelope()), served.put(parcel(), "p")
    assert (answer.status, answer.header("Retry-After")) == (503, "600")
    assert (other.status, other.header("Retry-After")) == (503, "600")
    assert state(served) == before
    assert served.put(kept, "p").status == 204


@with_settings(proxy_hops=1, envelope_limit="2/hour", parcel_limit="1/hour")
def test_one_network_may_send_so_much(served: Relay) -> None:
    """The proxy's word counts, the visitor's own does not; a neighbour is not a stranger; onion is apart."""
    seen = WORK | {"X-Forwarded-For": "198.51.100.9, 203.0.113.7"}
    near = WORK | {"X-Forwarded-For": "192.0.2.1, 203.0.113.200"}
    far = WORK | {"X-Forwarded-For": "203.0.113.7, 192.0.2.1"}
    send = [
        served.put(served.agency.envelope(), headers=headers).status
        for headers in (seen, near, seen, near, far)
    ]
    assert send == [204, 204, 429, 429, 204]
    refused = served.put(served.agency.envelope(), headers=seen)
    assert refused.header("Retry-After") == "600"
    assert served.put(parcel(), "p", headers=seen).status == 204
    assert served.put(served.agency.envelope(), headers=seen, port=served.onion).status == 204


@with_settings(onion_envelope_limit="2/hour")
def test_the_onion_service_has_one_budget(served: Relay) -> None:
    """Behind Tor there are no addresses: all share what is left, and what they claim counts for nothing."""
    answers = [
        served.put(
            served.agency.envelope(), headers=WORK | {"X-Forwarded-For": f"203.0.{at}.7"}, port=served.onion
        )
        for at in range(3)
    ]
    assert [answer.status for answer in answers] == [204, 204, 429]
    assert served.put(served.agency.envelope()).status == 204


@with_settings(envelope_places=512)
def test_many_at_once_are_all_stored(served: Relay) -> None:
    """64 at a time, several each: every one that was answered 204 is there, byte for byte."""
    base = served.agency.envelope()
    envelopes = [[base[:20] + secrets.token_bytes(64) + base[84:] for _ in range(4)] for _ in range(64)]
    statuses: list[int] = []

    def send(own: list[bytes]) -> None:
        statuses.extend(served.put(envelope).status for envelope in own)

    threads = [threading.Thread(target=send, args=(own,)) for own in envelopes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [204] * 256
    for own in envelopes:
        for envelope in own[:1]:
            assert served.over("GET", paths.ENVELOPE + name_of(envelope)).body == envelope
    offered = served.over("GET", paths.LIST).body
    assert all(name_of(envelope).encode() in offered for own in envelopes for envelope in own)


def test_without_a_keyring_nothing_is_taken(served: Relay, tmp_path: Path, agency) -> None:
    """Until a keyring was posted nobody can seal, so nothing is stored."""
    from tests.intake.relay import relay  # noqa: PLC0415
    from tipline.intake import rack  # noqa: PLC0415
    from tipline.intake.serve import Intake  # noqa: PLC0415

    with relay(tmp_path / "new", agency) as new:
        rack.create(new.folder / "rack.db", 4, 1)
        with Intake(new.settings):
            assert ask(new.public, "GET", "/keyring").status == 503
            answer = new.put(agency.envelope())
            assert (answer.status, answer.header("Retry-After")) == (503, "600")
