"""Routing is re-wrapping: an envelope's key sealed to one more desk. The envelope itself never changes.

info = "tipline/1 rewrap" || SHA-256(envelope) || desk id (16)
"""

from __future__ import annotations

import hashlib

from tipline.seal.stanza import Stanza, unpack
from tipline.seal.suite import PrivateKey, Suite


def rewrap(suite: Suite, public: bytes, envelope_id: bytes, desk: bytes, what: Stanza) -> bytes:
    """Seal *what* (K for the desk's own at-rest key, K_text for a unit) to *desk*'s key *public*."""
    return suite.seal(public, _info(envelope_id, desk), what.pack())


def unwrap(private: PrivateKey, envelope_id: bytes, desk: bytes, sealed: bytes) -> Stanza | None:
    """Open what *rewrap* made; None when it is for another desk or another envelope."""
    plaintext = private.open(_info(envelope_id, desk), sealed)
    return None if plaintext is None else unpack(plaintext)


def envelope_id(envelope: bytes) -> bytes:
    """Return the id of an envelope (or parcel): the SHA-256 of its bytes, which is also its address."""
    return hashlib.sha256(envelope).digest()


def _info(envelope_id: bytes, desk: bytes) -> bytes:
    return b"tipline/1 rewrap" + envelope_id + desk
