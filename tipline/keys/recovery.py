"""Recovery keys: one a desk, its private half split among holders, its public half vouched for by the root.

Every private key of a desk is sealed to the desk's recovery key too, so that k holders together can give a
desk back its keys when all its officers are gone. The file recovery.pub is signed by the root: who can
write to the agency's database or disk cannot put a recovery key of their own in its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tipline.errors import KeyringError
from tipline.keyring import reader
from tipline.keyring.reader import Reader
from tipline.keyring.signature import Signed, agency_id, verify
from tipline.keys import files, signer
from tipline.seal.message import from_base64, to_base64
from tipline.seal.suite import PrivateKey, Suite, suite_of
from tipline.settings import ConsoleSettings
from tipline.settings import load as load_settings

LABEL = "recovery"
_FIELDS = {"agency", "serial", "suite", "k", "n", "desks"}
_ENTRY = {"id", "name", "public"}


@dataclass(frozen=True)
class RecoveryKey:
    """The public recovery key of the desk with this 16-byte *id*; *name* is for people."""

    id: bytes
    name: str
    public: bytes


@dataclass(frozen=True)
class RecoveryKeys:
    """What recovery.pub says: the keys of all desks; *k* of *n* shares give any of them back."""

    agency: bytes
    serial: int
    suite: int
    k: int
    n: int
    desks: tuple[RecoveryKey, ...]

    def of(self, desk: bytes) -> RecoveryKey:
        """Return a desk's recovery key. Raises KeyringError("recovery") for a desk without one."""
        for key in self.desks:
            if key.id == desk:
                return key
        raise KeyringError("recovery", "no ceremony has made a recovery key for this desk")

    def encode(self) -> bytes:
        """Return the JSON bytes that the root signs."""
        desks = [
            {"id": to_base64(key.id), "name": key.name, "public": to_base64(key.public)} for key in self.desks
        ]
        says = {"serial": self.serial, "suite": self.suite, "k": self.k, "n": self.n, "desks": desks}
        return reader.write_json({"agency": to_base64(self.agency), **says})


def verified(root_public: bytes, signed: Signed) -> RecoveryKeys:
    """Check the root's signature, then read. Raises KeyringError "signature", "fields" or "agency"."""
    verify(root_public, LABEL, signed)
    keys = reader.read_json(signed.payload, _FIELDS, _recovery_keys)
    if keys.agency != agency_id(root_public):
        raise KeyringError("agency", "the recovery keys are another agency's")
    return keys


def load(path: Path, root_public: bytes) -> RecoveryKeys:
    """Read and verify recovery.pub. Raises AccessError, FormatError or KeyringError."""
    return verified(root_public, read(path))


def installed(folder: Path) -> RecoveryKeys:
    """Read and verify the recovery keys of the agency whose console.toml is in *folder*."""
    settings = load_settings(ConsoleSettings, folder / "console.toml")
    root_public = signer.read_root(folder / "root.pub", bytes.fromhex(settings.root_fingerprint))
    return load(folder / "recovery.pub", root_public)


def read(path: Path) -> Signed:
    """Read recovery.pub, unverified."""
    taking = Reader(files.read(path, files.RECOVERY))
    signed = taking.take_signed()
    taking.finish()
    return signed


def seal_to_holders(suite: Suite, public: bytes, desk: bytes, epoch: int, seed: bytes) -> bytes:
    """Seal a desk's *seed* for *epoch* to its recovery key, bound to the desk's 16-byte id and the epoch."""
    return suite.seal(public, _info(desk, epoch), seed)


def open_as_holders(private: PrivateKey, desk: bytes, epoch: int, sealed: bytes) -> bytes | None:
    """Open what *seal_to_holders* made; None when it is for another recovery key, desk or epoch."""
    return private.open(_info(desk, epoch), sealed)


def _info(desk: bytes, epoch: int) -> bytes:
    return b"tipline/1 holders" + desk + (epoch % 2**32).to_bytes(4, "big")


def _recovery_keys(fields: dict[str, Any]) -> RecoveryKeys:
    suite = suite_of(reader.number(fields["suite"]))
    desks = tuple(_recovery_key(entry, suite.public_size) for entry in reader.items(fields["desks"]))
    if len({key.id for key in desks}) != len(desks) or not 2 <= fields["k"] <= fields["n"]:
        raise ValueError
    return RecoveryKeys(
        agency=from_base64(fields["agency"], 8),
        serial=reader.number(fields["serial"]),
        suite=suite.code,
        k=reader.number(fields["k"]),
        n=reader.number(fields["n"]),
        desks=desks,
    )


def _recovery_key(entry: object, public_size: int) -> RecoveryKey:
    fields = reader.exactly(entry, _ENTRY)
    return RecoveryKey(
        from_base64(fields["id"], 16),
        reader.text(fields["name"]),
        from_base64(fields["public"], public_size),
    )
