"""A certificate: the root's word that a signer speaks for one console, for named desks and for 90 days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tipline.errors import KeyringError
from tipline.keyring import reader
from tipline.keyring.signature import PUBLIC_SIZE, Signed, agency_id, verify
from tipline.seal.message import from_base64, to_base64

LABEL = "signer"
_FIELDS = {"agency", "console", "serial", "signer", "desks", "not_before", "not_after"}


@dataclass(frozen=True)
class Certificate:
    """*signer* is a public key of 1,984 bytes; *desks* are the 16-byte ids it may name keys for."""

    agency: bytes
    console: str
    serial: int
    signer: bytes
    desks: frozenset[bytes]
    not_before: date
    not_after: date

    def encode(self) -> bytes:
        """Return the JSON bytes that the root signs."""
        return reader.write_json(
            {
                "agency": to_base64(self.agency),
                "console": self.console,
                "serial": self.serial,
                "signer": to_base64(self.signer),
                "desks": [to_base64(desk) for desk in sorted(self.desks)],
                "not_before": self.not_before.isoformat(),
                "not_after": self.not_after.isoformat(),
            }
        )


def verified(root_public: bytes, signed: Signed) -> Certificate:
    """Check the root's signature, then read. Raises KeyringError "signature", "fields" or "agency"."""
    verify(root_public, LABEL, signed)
    certificate = reader.read_json(signed.payload, _FIELDS, _certificate)
    if certificate.agency != agency_id(root_public):
        raise KeyringError("agency", "the certificate is another agency's")
    return certificate


def _certificate(fields: dict[str, Any]) -> Certificate:
    return Certificate(
        agency=from_base64(fields["agency"], 8),
        console=reader.text(fields["console"]),
        serial=reader.number(fields["serial"]),
        signer=from_base64(fields["signer"], PUBLIC_SIZE),
        desks=frozenset(from_base64(desk, 16) for desk in reader.items(fields["desks"])),
        not_before=reader.day(fields["not_before"]),
        not_after=reader.day(fields["not_after"]),
    )
