"""Somebody who stored envelopes, and broke one of the two keys years later. Both have to fall."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM1024PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from tests.support import make_agency
from tipline.seal import layout, stanza
from tipline.seal.suite import APPROVED, HYBRID, Suite

CURVE = ec.SECP384R1()
#: How a broken half is read from the 112 bytes that a seed expands to, and put together with the other half.
HALVES: dict[str, tuple[Callable[[bytes], Any], Callable[[bytes], Any], Callable[[Any, Any], Any]]] = {
    HYBRID.name: (
        lambda keys: MLKEM768PrivateKey.from_seed_bytes(keys[:64]),
        lambda keys: X25519PrivateKey.from_private_bytes(keys[64:96]),
        hpke.MLKEM768X25519PrivateKey,
    ),
    APPROVED.name: (
        lambda keys: MLKEM1024PrivateKey.from_seed_bytes(keys[:64]),
        lambda keys: ec.derive_private_key(int.from_bytes(keys[64:], "big"), CURVE),
        hpke.MLKEM1024P384PrivateKey,
    ),
}


def opened(suite: Suite, envelope: bytes, key: Any) -> list[bytes]:
    """Try a private key, put together from two halves, on every stanza."""
    parts, found = layout.split(envelope), []
    for sealed in parts.stanzas:
        try:
            found.append(suite.hpke.decrypt(sealed, key, stanza._info(parts.header_bytes)))
        except InvalidTag:
            continue
    return found


@pytest.mark.parametrize("suite", [HYBRID, APPROVED], ids=lambda suite: suite.name)
@pytest.mark.parametrize(
    ("broken", "stanzas"), [((), 0), (("curve",), 0), (("mlkem",), 0), (("curve", "mlkem"), 1)]
)
def test_half_a_key_opens_nothing(suite: Suite, broken: tuple[str, ...], stanzas: int):
    """A quantum computer gives the curve's half, a flaw in ML-KEM the other one."""
    agency = make_agency(desk=suite.generate(), sorting=suite.generate())
    read_mlkem, read_curve, together = HALVES[suite.name]
    real, other = (hashlib.shake_256(seed).digest(112) for seed in (agency.desk.seed, bytes(32)))
    mlkem = read_mlkem(real if "mlkem" in broken else other)
    curve = read_curve(real if "curve" in broken else other)
    found = opened(suite, agency.envelope(suite=suite), together(mlkem, curve))
    assert len(found) == stanzas
