"""A stanza gives one desk the envelope's key, or one seat its share. It names no recipient: each is tried."""

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
#: One of n shares of K, any k of which give it: for one seat of a desk that opens only together.
SHARE = 2
#: K_text alone: the text and the files, nothing of the conversation. Only made by re-wrapping.
TEXT = 3
#: As many seats as an envelope has places.
SEATS_MAX = 5


@dataclass(frozen=True)
class Stanza:
    """What a stanza holds: its *kind* and the 32-byte *key*, or the share at *x* of *k* of *n*."""

    kind: int
    key: bytes
    x: int = 0
    k: int = 0
    n: int = 0

    def pack(self) -> bytes:
        """Return the 36 bytes that are sealed."""
        return _LAYOUT.pack(self.kind, self.x, self.k, self.n, self.key)


def unpack(plaintext: bytes) -> Stanza:
    """Read an opened stanza. Raises FormatError("stanza") for a kind this version does not know."""
    if len(plaintext) != SIZE:
        raise FormatError("stanza", f"{len(plaintext)} bytes, not {SIZE}")
    kind, x, k, n, key = _LAYOUT.unpack(plaintext)
    known = is_quorum(k, n) and x > 0 if kind == SHARE else kind in (WHOLE, TEXT) and (x, k, n) == (0, 0, 0)
    if not known:
        raise FormatError("stanza", f"kind {kind}, x {x}, k {k}, n {n} is not known")
    return Stanza(kind, key, x, k, n)


def is_quorum(k: int, n: int) -> bool:
    """Tell whether a key can be split so: 2 <= *k* <= *n* <= 5."""
    return 2 <= k <= n <= SEATS_MAX


def seal(suite: Suite, public: bytes, header_bytes: bytes, stanza: Stanza) -> bytes:
    """Seal *stanza* to the desk key *public*, bound to the 84 bytes of the header."""
    return suite.seal(public, _info(header_bytes), stanza.pack())


def open_(private: PrivateKey, header_bytes: bytes, sealed: bytes) -> Stanza | None:
    """Open one stanza; None when it is for another key. Raises FormatError when it is ours and broken."""
    plaintext = private.open(_info(header_bytes), sealed)
    return None if plaintext is None else unpack(plaintext)


def _info(header_bytes: bytes) -> bytes:
    return b"tipline/1 stanza" + hashlib.sha256(header_bytes).digest()
