"""Revocations: the root's list of signers that speak for nobody any more, whatever their certificates say.

It also names the consoles that there are. So a relay that leaves one's section out is found out, and no other
console can offer a category that is that one's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tipline.errors import KeyringError
from tipline.keyring import reader
from tipline.keyring.signature import Signed, agency_id, fingerprint, verify
from tipline.seal.message import from_base64, to_base64

LABEL = "revocations"
_FIELDS = {"agency", "serial", "revoked", "consoles"}
_CONSOLE = {"console", "called", "categories"}


@dataclass(frozen=True)
class Console:
    """A console by its *name* in the keyring and what people know it by.

    *categories* are the codes that it alone may publish.
    """

    name: str
    called: str
    categories: frozenset[str]


@dataclass(frozen=True)
class Revocations:
    """List number *serial* of an *agency*: the 32-byte fingerprints of *revoked* signers, and its *consoles*.

    A list without consoles says nothing about them; one with consoles names all that there are.
    """

    agency: bytes
    serial: int
    revoked: frozenset[bytes]
    consoles: tuple[Console, ...] = ()

    def encode(self) -> bytes:
        """Return the JSON bytes that the root signs."""
        return reader.write_json(
            {
                "agency": to_base64(self.agency),
                "serial": self.serial,
                "revoked": [to_base64(signer) for signer in sorted(self.revoked)],
                "consoles": [
                    {"console": one.name, "called": one.called, "categories": sorted(one.categories)}
                    for one in self.consoles
                ],
            }
        )

    def extends(self, other: Revocations) -> bool:
        """Tell whether this list is *other* or may follow it: it forgets nobody whom that one revokes."""
        return self == other or (self.serial > other.serial and other.revoked <= self.revoked)

    def check(self, signer: bytes) -> None:
        """Raise KeyringError("revoked") when the public key *signer* is listed."""
        if fingerprint(signer) in self.revoked:
            raise KeyringError("revoked", "the root has revoked this signer")

    def check_console(self, name: str) -> None:
        """Raise KeyringError("console") when the list names the consoles, and this is none of them."""
        if self.consoles and name not in {one.name for one in self.consoles}:
            raise KeyringError("console", f"the root's list names no console {name}")

    def check_categories(self, name: str, codes: Iterable[str]) -> None:
        """Raise KeyringError("categories") when console *name* publishes a code that is another one's own."""
        owners = {code: one for one in self.consoles for code in one.categories}
        for code in codes:
            owner = owners.get(code)
            if owner is not None and owner.name != name:
                raise KeyringError("categories", f"{code} is the category of {owner.name} alone")


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
        consoles=_consoles(reader.items(fields["consoles"])),
    )


def _consoles(listed: list[Any]) -> tuple[Console, ...]:
    consoles = tuple(_console(item) for item in listed)
    names, codes = [one.name for one in consoles], [code for one in consoles for code in one.categories]
    if len(set(names)) != len(names) or len(set(codes)) != len(codes):
        raise ValueError
    return consoles


def _console(item: Any) -> Console:
    fields = reader.exactly(item, _CONSOLE)
    codes = frozenset(reader.text(code) for code in reader.items(fields["categories"]))
    return Console(reader.text(fields["console"]), reader.text(fields["called"]), codes)
