from __future__ import annotations

import pytest

from tipline.errors import FormatError, KeyringError
from tipline.keyring.signature import SIGNATURE_SIZE, Signed
from tipline.wire import shapes

ID = bytes(range(160, 192))


def test_it_reads_what_it_wrote() -> None:
    """An offer, an acknowledgement and a posting survive the way across."""
    offer = shapes.Offer({ID: 20000}, {})
    stored = shapes.Stored(frozenset({ID}), frozenset())
    signed = Signed(b"one", bytes(SIGNATURE_SIZE)), Signed(b"two", bytes(SIGNATURE_SIZE))
    assert shapes.read_offer(offer.encode()) == offer
    assert shapes.read_stored(stored.encode()) == stored
    for posting in (shapes.Posting(signed[0], signed), shapes.Posting(signed[1])):
        assert shapes.read_posting(posting.pack()) == posting


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"envelopes":{},"parcels":{},"more":{}}',
        b'{"envelopes":{"00":1},"parcels":{}}',
        b'{"envelopes":[],"parcels":[]}',
        b'{"envelopes":{"' + ID.hex().upper().encode() + b'z":1},"parcels":{}}',
        b'{"envelopes":{"' + ID.hex().encode() + b'":-1},"parcels":{}}',
        b'{"envelopes":{"' + ID.hex().encode() + b'":"1"},"parcels":{}}',
        b"[" * 100_000,
    ],
)
def test_it_refuses_any_other_offer(body: bytes) -> None:
    """A list is read strictly: a relay cannot confuse the collector with it."""
    with pytest.raises(FormatError):
        shapes.read_offer(body)


@pytest.mark.parametrize(
    "body", [b"", b"1", b'{"envelopes":{},"parcels":{}}', b'{"envelopes":["00"],"parcels":[]}']
)
def test_it_refuses_any_other_acknowledgement(body: bytes) -> None:
    """Nothing but lists of ids is an acknowledgement."""
    with pytest.raises(FormatError):
        shapes.read_stored(body)


def test_it_refuses_a_section_with_something_after_it() -> None:
    """Bytes after the two signed parts are not silently dropped."""
    signed = Signed(b"one", bytes(SIGNATURE_SIZE))
    whole = shapes.Posting(signed, (signed, signed)).pack()
    for body in (whole + b"x", whole[:-1], shapes.Posting(signed).pack() + signed.pack(), b""):
        with pytest.raises(KeyringError):
            shapes.read_posting(body)
