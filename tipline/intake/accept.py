"""What a PUT must be. Everything is checked that can be checked without a key, and only that."""

from __future__ import annotations

import hashlib
import hmac
import re

from tipline.errors import FormatError
from tipline.intake.sizes import PARCEL_SIZE, envelope_size
from tipline.keyring.keyring import Keyring
from tipline.seal import header
from tipline.seal.suite import Suite
from tipline.web.requests import Refusal
from tipline.wire.paths import NO_WORK, PUT_ENVELOPE, PUT_PARCEL

_HEX = re.compile(r"[0-9a-f]{64}")

_SIZE = Refusal(413, "Envelopes and parcels have one length each, and this has another.")
_LENGTH = Refusal(411, "The request must declare its length.")
_NO_BODY = Refusal(413, "Nothing is to be sent to this address.")

#: The rule that was broken, as FormatError names it -> the answer.
REFUSALS = {
    "size": _SIZE,
    "work": Refusal(400, "The work header is not as it should be."),
    "hash": Refusal(400, "These are not the bytes that the address names."),
    "magic": Refusal(400, "This is not an envelope."),
    "version": Refusal(400, "This version of the envelope is not known here."),
    "suite": Refusal(400, "This cipher suite is not known here."),
    "reserved": Refusal(400, "This is not an envelope."),
    "agency": Refusal(400, "This envelope is for another agency."),
    "epoch": Refusal(
        409, "The keys it was sealed with are no longer in use. Load the page again and send again."
    ),
}


def admit(suite: Suite, method: str, path: str, length: int | None) -> Refusal | None:
    """Judge a public request by its head alone: no body is kept that could not be accepted."""
    sizes = {PUT_ENVELOPE: envelope_size(suite), PUT_PARCEL: PARCEL_SIZE}
    expected = sizes.get(path[:3]) if method == "PUT" else None
    if expected is None:
        return _NO_BODY if length else None
    if length is None:
        return _LENGTH
    return None if length == expected else _SIZE


def envelope(name: str, work: str, body: bytes, keyring: Keyring) -> bytes:
    """Check an envelope that was PUT under *name*; return its id. Raises FormatError, a key of REFUSALS."""
    key = _named(name, work, body, envelope_size(keyring.suite))
    head = header.parse(body)
    if head.suite != keyring.suite.code:
        raise FormatError("suite")
    if head.agency != keyring.agency:
        raise FormatError("agency")
    if head.epoch not in keyring.epochs:
        raise FormatError("epoch")
    return key


def parcel(name: str, work: str, body: bytes) -> bytes:
    """Check a parcel that was PUT under *name*; return its id. Raises FormatError, a key of REFUSALS."""
    return _named(name, work, body, PARCEL_SIZE)


def _named(name: str, work: str, body: bytes, size: int) -> bytes:
    if len(body) != size:
        raise FormatError("size")
    if work != NO_WORK:
        raise FormatError("work")
    key = hashlib.sha256(body).digest()
    if not _HEX.fullmatch(name) or not hmac.compare_digest(key.hex(), name):
        raise FormatError("hash")
    return key
