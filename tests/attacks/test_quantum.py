"""Somebody who stored envelopes, and broke one of the two keys years later. Both have to fall."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from tests.support import make_agency
from tipline.seal import layout, stanza

SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def opened(envelope: bytes, mlkem: MLKEM768PrivateKey, x25519: X25519PrivateKey) -> list[bytes]:
    """Try both halves of a private key on every stanza."""
    parts, found = layout.split(envelope), []
    for sealed in parts.stanzas:
        try:
            key = hpke.MLKEM768X25519PrivateKey(mlkem, x25519)
            found.append(SUITE.decrypt(sealed, key, stanza._info(parts.header_bytes)))
        except InvalidTag:
            continue
    return found


@pytest.mark.parametrize(
    ("broken", "stanzas"), [((), 0), (("x25519",), 0), (("mlkem",), 0), (("x25519", "mlkem"), 1)]
)
def test_half_a_key_opens_nothing(broken: tuple[str, ...], stanzas: int):
    """A quantum computer gives the X25519 half, a flaw in ML-KEM the other one."""
    agency = make_agency()
    halves = hashlib.shake_256(agency.desk.seed).digest(96)
    mlkem, x25519 = MLKEM768PrivateKey.generate(), X25519PrivateKey.generate()
    if "mlkem" in broken:
        mlkem = MLKEM768PrivateKey.from_seed_bytes(halves[:64])
    if "x25519" in broken:
        x25519 = X25519PrivateKey.from_private_bytes(halves[64:])
    assert len(opened(agency.envelope(), mlkem, x25519)) == stanzas
