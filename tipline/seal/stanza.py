"""A stanza gives one desk the envelope's key. It names no recipient: a desk tries each of them."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

from tipline.errors import FormatError
from tipline.seal.suite import PrivateKey, Suite

SIZE = 36
# kind, x, k, n, key or share
_LAYOUT = struct.Struct(">BBBB32s")

#: The key K of the envelope: text, conversation and follow-ups.
WHOLE = 1
#: K_text alone: the text and the files, nothing of the conversation. Only made by re-wrapping.
TEXT = 3
_KINDS = (WHOLE, TEXT)


@dataclass(frozen=True)
class Stanza:
    """What a stanza holds: its *kind* and the 32-byte *key*. Kind 2 (a share, x k n) is reserved."""

    kind: int
    key: bytes

    def pack(self) -> bytes:
        """Return the 36 bytes that are sealed."""
        return _LAYOUT.pack(self.kind, 0, 0, 0, self.key)


def unpack(plaintext: bytes) -> Stanza:
    """Read an opened stanza. Raises FormatError("stanza") for a kind this version does not know."""
    if len(plaintext) != SIZE:
        raise FormatError("stanza", f"{len(plaintext)} bytes, not {SIZE}")
    kind, x, k, n, key = _LAYOUT.unpack(plaintext)
    if kind not in _KINDS or (x, k, n) != (0, 0, 0):
        raise FormatError("stanza", f"kind {kind} is not known")
    return Stanza(kind, key)


def seal(suite: Suite, public: bytes, header_bytes: bytes, stanza: Stanza) -> bytes:
    """Seal *stanza* to the desk key *public*, bound to the 84 bytes of the header."""
    return suite.seal(public, _info(header_bytes), stanza.pack())


def open_(private: PrivateKey, header_bytes: bytes, sealed: bytes) -> Stanza | None:
    """Open one stanza; None when it is for another key. Raises FormatError when it is ours and broken."""
    plaintext = private.open(_info(header_bytes), sealed)
    return None if plaintext is None else unpack(plaintext)


def _info(header_bytes: bytes) -> bytes:
    return b"tipline/1 stanza" + hashlib.sha256(header_bytes).digest()
