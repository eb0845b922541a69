"""The two KEMs of draft-ietf-hpke-pq that an agency can choose. Everything is done by `cryptography`.

A private key is always a 32-byte seed, which SHAKE256 expands: 64 bytes for ML-KEM, the rest for the curve
(32 for X25519, 48 for P-384). This file only names the parts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.mlkem import (
    MLKEM768PrivateKey,
    MLKEM768PublicKey,
    MLKEM1024PrivateKey,
    MLKEM1024PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tipline.errors import FormatError

SEED_SIZE = 32
_MLKEM_SEED, _MLKEM768_PUBLIC, _MLKEM1024_PUBLIC = 64, 1184, 1568
_P384 = ec.SECP384R1()

Private = hpke.MLKEM768X25519PrivateKey | hpke.MLKEM1024P384PrivateKey
Public = hpke.MLKEM768X25519PublicKey | hpke.MLKEM1024P384PublicKey


@dataclass(frozen=True)
class Kem:
    """A KEM: its sizes in bytes, how a seed becomes a private key, and how a public key is read.

    *private* returns the key and its public bytes. *public* raises ValueError for what is no key.
    """

    id: hpke.KEM
    enc_size: int
    public_size: int
    private: Callable[[bytes], tuple[Private, bytes]]
    public: Callable[[bytes], Public]


def _private_x25519(seed: bytes) -> tuple[Private, bytes]:
    keys = _expand(seed, 32)
    mlkem = MLKEM768PrivateKey.from_seed_bytes(keys[:_MLKEM_SEED])
    x25519 = X25519PrivateKey.from_private_bytes(keys[_MLKEM_SEED:])
    public = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
    return hpke.MLKEM768X25519PrivateKey(mlkem, x25519), public


def _public_x25519(public: bytes) -> Public:
    return hpke.MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(public[:_MLKEM768_PUBLIC]),
        X25519PublicKey.from_public_bytes(public[_MLKEM768_PUBLIC:]),
    )


def _private_p384(seed: bytes) -> tuple[Private, bytes]:
    keys = _expand(seed, 48)
    mlkem = MLKEM1024PrivateKey.from_seed_bytes(keys[:_MLKEM_SEED])
    try:
        p384 = ec.derive_private_key(int.from_bytes(keys[_MLKEM_SEED:], "big"), _P384)
    except ValueError:  # one seed in 2^194 has no scalar, and the draft has it fail
        raise FormatError("private key", "this seed gives no scalar of P-384") from None
    point = p384.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return hpke.MLKEM1024P384PrivateKey(mlkem, p384), mlkem.public_key().public_bytes_raw() + point


def _public_p384(public: bytes) -> Public:
    mlkem, point = public[:_MLKEM1024_PUBLIC], public[_MLKEM1024_PUBLIC:]
    return hpke.MLKEM1024P384PublicKey(
        MLKEM1024PublicKey.from_public_bytes(mlkem),
        # 04 || x || y is the one form of this length that it takes, and only on the curve.
        ec.EllipticCurvePublicKey.from_encoded_point(_P384, point),
    )


def _expand(seed: bytes, curve_size: int) -> bytes:
    if len(seed) != SEED_SIZE:
        raise FormatError("private key", f"{len(seed)} bytes, not {SEED_SIZE}")
    return hashlib.shake_256(seed).digest(_MLKEM_SEED + curve_size)


MLKEM768_X25519 = Kem(hpke.KEM.MLKEM768_X25519, 1120, 1216, _private_x25519, _public_x25519)
MLKEM1024_P384 = Kem(hpke.KEM.MLKEM1024_P384, 1665, 1665, _private_p384, _public_p384)
