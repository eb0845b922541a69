"""A docket tells a console's collector, which holds no desk's key, where a tip goes and how urgent it is."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

from tipline.errors import FormatError
from tipline.seal.suite import PrivateKey, Suite

SIZE = 64
DESK_SIZE = 16
NO_DESK = bytes(DESK_SIZE)
# kind, danger, zeros, desk, acknowledgement key
_LAYOUT = struct.Struct(">BB14s16s32s")
_KIND = 1

#: Is anyone in danger now? The words of the message, in the order of their codes here.
DANGER = ("no", "yes", "unsure")


@dataclass(frozen=True)
class Docket:
    """*desk* is 16 bytes (NO_DESK for none), *danger* one of DANGER, *acknowledgement* a 32-byte key."""

    desk: bytes
    danger: str
    acknowledgement: bytes

    def pack(self) -> bytes:
        """Return the 64 bytes that are sealed."""
        return _LAYOUT.pack(_KIND, DANGER.index(self.danger), bytes(14), self.desk, self.acknowledgement)


def unpack(plaintext: bytes) -> Docket:
    """Read an opened docket. Raises FormatError("docket") for anything this version does not know."""
    if len(plaintext) != SIZE:
        raise FormatError("docket", f"{len(plaintext)} bytes, not {SIZE}")
    kind, danger, zeros, desk, acknowledgement = _LAYOUT.unpack(plaintext)
    if kind != _KIND or danger >= len(DANGER) or any(zeros):
        raise FormatError("docket", f"kind {kind}, danger {danger}")
    return Docket(desk, DANGER[danger], acknowledgement)


def seal(suite: Suite, public: bytes, before: bytes, docket: Docket) -> bytes:
    """Seal *docket* to a console's sorting key, bound to everything *before* the dockets."""
    return suite.seal(public, _info(before), docket.pack())


def open_(private: PrivateKey, before: bytes, sealed: bytes) -> Docket | None:
    """Open one docket; None when it is for another console. Raises FormatError when ours and broken."""
    plaintext = private.open(_info(before), sealed)
    return None if plaintext is None else unpack(plaintext)


def _info(before: bytes) -> bytes:
    return b"tipline/1 docket" + hashlib.sha256(before).digest()
