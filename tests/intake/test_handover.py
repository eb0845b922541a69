from __future__ import annotations

import json
import secrets

import pytest

from tests.intake.relay import Relay, ask, raw
from tests.support import name_of
from tipline import clock
from tipline.intake.sizes import PARCEL_SIZE
from tipline.wire import paths, shapes

ROUTES = [
    ("GET", paths.LIST),
    ("GET", paths.ENVELOPE + "0" * 64),
    ("GET", paths.PARCEL + "0" * 64),
    ("POST", paths.ACKNOWLEDGE),
    ("PUT", paths.KEYRING),
    ("PUT", paths.BOARD),
    ("GET", "/none"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_it_lets_nobody_in_without_a_consoles_secret(served: Relay, method: str, path: str) -> None:
    """No secret, a wrong one, its hash, another spelling: 401 whatever is asked."""
    secret = served.agency.secret
    hashed = paths.secret_hash(secret)
    for authorization in (
        None,
        "",
        "Bearer ",
        paths.bearer(secrets.token_bytes(32)),
        f"Bearer {hashed}",
        f"Bearer {secret.hex().upper()}",
        f"Bearer  {secret.hex()}",
        f"bearer {secret.hex()}",
        f"Basic {secret.hex()}",
        f"Bearer {secret.hex()}00",
        secret.hex(),
        "Bearer \xe4\xf6",
    ):
        headers = {} if authorization is None else {"Authorization": authorization}
        answer = ask(served.handover, method, path, b"{}" if method != "GET" else None, headers)
        assert answer.status == 401, authorization


def test_the_public_ports_know_nothing_of_the_handover(served: Relay) -> None:
    """What consoles ask for is not there where the public comes in, secret or not."""
    for port in (served.public, served.onion):
        for method, path in ROUTES:
            if path in (paths.KEYRING, paths.BOARD):
                continue
            body = b"" if method != "GET" else None
            assert ask(port, method, path, body, served.agency.bearer).status in (404, 405)
        assert ask(port, "PUT", paths.KEYRING, b"", served.agency.bearer).status == 405


def test_it_offers_collects_and_deletes(served: Relay) -> None:
    """Listed with the day only, handed over as it came, gone after the acknowledgement."""
    envelope, parcel = served.agency.envelope(), secrets.token_bytes(PARCEL_SIZE)
    served.put(envelope)
    served.put(parcel, "p")
    offer = shapes.read_offer(served.over("GET", paths.LIST).body)
    ids = bytes.fromhex(name_of(envelope)), bytes.fromhex(name_of(parcel))
    assert offer == shapes.Offer({ids[0]: clock.day_number()}, {ids[1]: clock.day_number()})
    assert served.over("GET", paths.ENVELOPE + name_of(envelope)).body == envelope
    assert served.over("GET", paths.PARCEL + name_of(parcel)).body == parcel
    assert served.over("GET", paths.PARCEL + name_of(envelope)).status == 404
    stored = shapes.Stored([ids[0], secrets.token_bytes(32)], [ids[1]]).encode()
    for _ in range(2):
        assert served.over("POST", paths.ACKNOWLEDGE, stored).status == 204
    assert served.over("GET", paths.ENVELOPE + name_of(envelope)).status == 404
    assert shapes.read_offer(served.over("GET", paths.LIST).body) == shapes.Offer({}, {})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff",
        b'{"envelopes":[]}',
        b'{"envelopes":[1],"parcels":[]}',
        b"[" * 100_000,
    ],
)
def test_it_refuses_what_is_no_acknowledgement(served: Relay, body: bytes) -> None:
    """A broken acknowledgement deletes nothing."""
    served.put(served.agency.envelope())
    assert served.over("POST", paths.ACKNOWLEDGE, body).status == 400
    assert len(json.loads(served.over("GET", paths.LIST).body)["envelopes"]) == 1


def test_it_refuses_ids_that_are_none(served: Relay) -> None:
    """An id is 64 lower-case hex digits; everything else is not there."""
    envelope = served.agency.envelope()
    served.put(envelope)
    for name in (name_of(envelope).upper(), "..", "%2e%2e", name_of(envelope) + "0", "x"):
        assert served.over("GET", paths.ENVELOPE + name).status == 404


def test_it_refuses_a_body_over_the_largest_board(served: Relay) -> None:
    """A body that no board can have is refused from its declared length."""
    head = f"PUT /board HTTP/1.1\r\nAuthorization: {paths.bearer(served.agency.secret)}\r\n"
    answer = raw(served.handover, f"{head}Content-Length: {(16 << 20) + 1}\r\n\r\n".encode(), bytes(1 << 20))
    assert answer.startswith(b"HTTP/1.1 413 ")
