"""Revocations: the root's list of signers that speak for nobody any more, whatever their certificates say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tipline.errors import KeyringError
from tipline.keyring import reader
from tipline.keyring.signature import Signed, agency_id, fingerprint, verify
from tipline.seal.message import from_base64, to_base64

LABEL = "revocations"
_FIELDS = {"agency", "serial", "revoked"}


@dataclass(frozen=True)
class Revocations:
    """List number *serial* of an *agency*: the 32-byte fingerprints of *revoked* signers."""

    agency: bytes
    serial: int
    revoked: frozenset[bytes]

    def encode(self) -> bytes:
        """Return the JSON bytes that the root signs."""
        return reader.write_json(
            {
                "agency": to_base64(self.agency),
                "serial": self.serial,
                "revoked": [to_base64(signer) for signer in sorted(self.revoked)],
            }
        )

    def check(self, signer: bytes) -> None:
        """Raise KeyringError("revoked") when the public key *signer* is listed."""
        if fingerprint(signer) in self.revoked:
            raise KeyringError("revoked", "the root has revoked this signer")


def verified(root_public: bytes, signed: Signed, floor: int = 0) -> Revocations:
    """Check the root's signature, then read. *floor* is the serial below which a list is refused.

    Raises KeyringError "signature", "fields", "agency" or "serial".
    """
    verify(root_public, LABEL, signed)
    revocations = reader.read_json(signed.payload, _FIELDS, _revocations)
    if revocations.agency != agency_id(root_public):
        raise KeyringError("agency", "the list of revocations is another agency's")
    if revocations.serial < floor:
        raise KeyringError("serial", f"list {revocations.serial} of revocations is older than {floor}")
    return revocations


def _revocations(fields: dict[str, Any]) -> Revocations:
    return Revocations(
        agency=from_base64(fields["agency"], 8),
        serial=reader.number(fields["serial"]),
        revoked=frozenset(from_base64(signer, 32) for signer in reader.items(fields["revoked"])),
    )
