"""The body's plaintext: always 16 KiB, whatever was written.

length (2 bytes)  message (JSON)  zeros  follow-up MAC (32 bytes)
"""

from __future__ import annotations

from dataclasses import dataclass

from tipline.errors import FormatError

SIZE = 16384
MAC_SIZE = 32
MESSAGE_MAX = SIZE - 2 - MAC_SIZE
_MAC_AT = SIZE - MAC_SIZE


@dataclass(frozen=True)
class Body:
    """An opened body: the *message* bytes, and the *mac* over all that stands before it (*authenticated*)."""

    message: bytes
    authenticated: bytes
    mac: bytes


def pad(message: bytes) -> bytes:
    """Return the first 16,352 bytes of the body. Raises FormatError("too long") over 16,350 bytes."""
    if len(message) > MESSAGE_MAX:
        raise FormatError("too long", f"the message has {len(message)} bytes, {MESSAGE_MAX} fit")
    return (len(message).to_bytes(2, "big") + message).ljust(_MAC_AT, b"\0")


def unpad(plaintext: bytes) -> Body:
    """Undo *pad*. Raises FormatError("padding") when the length is too large or a filler is not zero."""
    length = int.from_bytes(plaintext[:2], "big")
    if len(plaintext) != SIZE or length > MESSAGE_MAX or any(plaintext[2 + length : _MAC_AT]):
        raise FormatError("padding")
    return Body(plaintext[2 : 2 + length], plaintext[:_MAC_AT], plaintext[_MAC_AT:])
