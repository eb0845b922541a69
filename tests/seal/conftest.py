"""Keys and an envelope that the tests of the format share. Nothing here is a secret."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tipline.seal import docket, message, receipt, sealing
from tipline.seal.suite import HYBRID, PrivateKey

AGENCY = b"agency-1"
DESK_ID = bytes(range(16))


@dataclass(frozen=True)
class Sealed:
    envelope: bytes
    desk: PrivateKey
    sorting: PrivateKey
    docket: docket.Docket
    message: message.Message
    keys: receipt.ReceiptKeys


def make_message(keys: receipt.ReceiptKeys, text: str = "words", **changes: object) -> message.Message:
    """Return a message as the page makes it."""
    fields: dict[str, object] = {
        "kind": "tip",
        "via": "page",
        "lang": "en",
        "category": "drugs",
        "danger": "no",
        "desk": DESK_ID,
        "acknowledgement": keys.acknowledgement,
        "thread": keys.thread,
        "counter": 0,
        "text": text,
    }
    return message.Message(**(fields | changes))  # type: ignore[arg-type]


def seal_one(data: bytes | None = None, *, desks: int = 1, consoles: int = 1) -> Sealed:
    """Seal one envelope to *desks* desks; the first is ours."""
    keys = receipt.keys(HYBRID, receipt.generate(), AGENCY)
    ours, sorting = HYBRID.generate(), HYBRID.generate()
    others = [HYBRID.generate().public for _ in range(desks - 1)]
    more = [HYBRID.generate().public for _ in range(consoles - 1)]
    address = sealing.Address(HYBRID, AGENCY, 3, [ours.public, *others], [sorting.public, *more])
    what = docket.Docket(DESK_ID, "no", keys.acknowledgement)
    said = make_message(keys)
    envelope = sealing.seal(address, what, keys, message.encode(said) if data is None else data)
    return Sealed(envelope, ours, sorting, what, said, keys)


@pytest.fixture(scope="session")
def sealed() -> Sealed:
    """One sealed envelope with the keys that open it."""
    return seal_one()
