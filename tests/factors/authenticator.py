"""A security key made of software, which does what it is told, wrong things too."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

_PRESENT, _ATTESTED = 0x01, 0x40


def coded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Key:
    """One key for one site. *steps* is by how much its counter grows at each use: some keys have none."""

    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    counter: int = 0
    steps: int = 1

    def create(self, options: str, origin: str) -> str:
        """Answer navigator.credentials.create() as a browser at *origin* sends it on."""
        asked = json.loads(options)
        point = self.private.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        attested = bytes(16) + len(self.id).to_bytes(2) + self.id + cbor2.dumps(public)
        data = self._data(asked["rp"]["id"], _PRESENT | _ATTESTED) + attested
        statement = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(
            {"attestationObject": statement, "clientDataJSON": client("webauthn.create", asked, origin)}
        )

    def get(self, options: str, origin: str, **changes: Any) -> str:
        """Answer navigator.credentials.get(); *changes* are made to what it was asked."""
        asked = {**json.loads(options), **changes}
        self.counter += self.steps
        data = self._data(asked["rpId"], asked.get("flags", _PRESENT))
        said = client(asked.get("kind", "webauthn.get"), asked, origin)
        signature = self.private.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer({"authenticatorData": data, "clientDataJSON": said, "signature": signature})

    def _data(self, site: str, flags: int) -> bytes:
        return hashlib.sha256(site.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4)

    def _answer(self, parts: dict[str, bytes]) -> str:
        response = {name: coded(part) for name, part in parts.items()}
        return json.dumps(
            {"id": coded(self.id), "rawId": coded(self.id), "type": "public-key", "response": response}
        )


def client(kind: str, asked: dict[str, Any], origin: str) -> bytes:
    """What the browser adds of its own: which challenge, at which page."""
    said = {"type": kind, "challenge": asked["challenge"], "origin": origin, "crossOrigin": False}
    return json.dumps(said).encode()
