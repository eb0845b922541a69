"""The suite against vectors of others: RFC 9180, and the HPKE-PQ draft for the KEM.

Nobody publishes a vector for exactly this suite (KEM 0x647a with HKDF-SHA256 and AES-256-GCM), so two that
share its parts are used: the draft's for the KEM, RFC 9180's for KDF and AEAD. Both have an AAD, which the
public API of `cryptography` cannot take: they are opened with the private function behind it. Sealing with
given randomness, later messages of a context and exports are out of its reach; JavaScript checks those.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from tipline.seal import suite

PUBLISHED = Path(__file__).parent.parent / "vectors" / "published"
KEMS = {0x20: hpke.KEM.X25519, 0x647A: hpke.KEM.MLKEM768_X25519}
KDFS = {1: hpke.KDF.HKDF_SHA256, 17: hpke.KDF.SHAKE256}
AEADS = {2: hpke.AEAD.AES_256_GCM, 3: hpke.AEAD.CHACHA20_POLY1305}


def load(name: str) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads((PUBLISHED / name).read_text())
    return {key: fields[key] if key == "source" else unhex(fields[key]) for key in fields}


def unhex(value: Any) -> Any:
    if isinstance(value, str):
        return bytes.fromhex(value)
    if isinstance(value, list):
        return [{key: unhex(item) for key, item in each.items()} for each in value]
    return value


def open_with_aad(vector: dict[str, Any], private: Any, ciphertext: bytes, aad: bytes) -> bytes:
    """Open the first message of a context; `cryptography` has this for its own tests only."""
    chosen = hpke.Suite(KEMS[vector["kem_id"]], KDFS[vector["kdf_id"]], AEADS[vector["aead_id"]])
    decrypt = hpke.rust_openssl.hpke._decrypt_with_aad
    opened: bytes = decrypt(chosen, vector["enc"] + ciphertext, private, vector["info"], aad)
    return opened


@pytest.fixture(scope="module")
def draft() -> dict[str, Any]:
    return load("hpke-pq.json")


@pytest.fixture(scope="module")
def rfc() -> dict[str, Any]:
    return load("rfc9180.json")


def test_a_seed_gives_the_published_public_key(draft: dict[str, Any]):
    """The expansion of a 32-byte private key is the draft's."""
    assert suite.HYBRID.private(draft["skRm"]).public == draft["pkRm"]


def test_the_kem_gives_the_published_shared_secret(draft: dict[str, Any]):
    """Put together from the two halves that a private key expands to, as the draft's combiner does."""
    expanded = hashlib.shake_256(draft["skRm"]).digest(96)
    mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
    x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
    share = draft["enc"][1088:]
    secrets = mlkem.decapsulate(draft["enc"][:1088]) + x25519.exchange(
        X25519PublicKey.from_public_bytes(share)
    )
    combined = hashlib.sha3_256(secrets + share + draft["pkRm"][1184:] + b"\\.//^\\").digest()
    assert combined == draft["shared_secret"]


def test_it_opens_the_draft_s_first_message(draft: dict[str, Any]):
    """The whole of HPKE with this KEM: decapsulation, key schedule, AEAD."""
    private = suite.HYBRID.private(draft["skRm"])
    first = draft["encryptions"][0]
    assert open_with_aad(draft, private._handle, first["ct"], first["aad"]) == draft["pt"]
    with pytest.raises(InvalidTag):
        open_with_aad({**draft, "info": b"other"}, private._handle, first["ct"], first["aad"])


def test_it_opens_rfc_9180_s_first_message(rfc: dict[str, Any]):
    """KDF and AEAD of the suite, under the RFC's own KEM."""
    private = X25519PrivateKey.from_private_bytes(rfc["skRm"])
    assert private.public_key().public_bytes_raw() == rfc["pkRm"]
    assert open_with_aad(rfc, private, rfc["ct"], rfc["aad"]) == rfc["pt"]


def test_the_suite_s_ids_are_the_published_ones():
    """KEM 0x647a, KDF 0x0001, AEAD 0x0002: as format.md says, in the object that seals."""
    sealed = suite.HYBRID.seal(suite.HYBRID.private(bytes(32)).public, b"info", b"words")
    same = hpke.Suite(KEMS[0x647A], KDFS[1], AEADS[2])
    assert same.decrypt(sealed, suite.HYBRID.private(bytes(32))._handle, b"info") == b"words"
