"""A console's signer, online with the collector: it signs the console's keyring section and board heads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tipline.board import board
from tipline.errors import KeyringError
from tipline.keyring import certificate, section
from tipline.keyring.certificate import Certificate
from tipline.keyring.reader import Reader
from tipline.keyring.signature import Signed, fingerprint
from tipline.keys import files
from tipline.keys.signing import SEED_SIZE, SigningKey

KEY, NEXT = "signer.key", "signer.next"


@dataclass(frozen=True, repr=False)
class Signer:
    """A signing *key*, the root's *vouching* for it as published, and what that says (*certificate*)."""

    key: SigningKey
    vouching: Signed
    certificate: Certificate

    def sign_section(self, what: section.Section) -> Signed:
        """Sign a section of the keyring."""
        return self.key.sign(section.LABEL, what.encode())

    def sign_head(self, head: board.Head) -> Signed:
        """Sign the head of a board section."""
        return self.key.sign(board.LABEL, head.encode())


def load(key_file: Path, certificate_file: Path, root_public: bytes) -> Signer:
    """Read a signer and its certificate. Raises KeyringError("signer") when they do not belong together.

    A new key that waits in signer.next beside *key_file* is in use from the moment its certificate is there.
    """
    vouching = read_certificate(certificate_file)
    says = certificate.verified(root_public, vouching)
    return Signer(key_for(key_file.parent, says.signer), vouching, says)


def key_for(keys: Path, public: bytes) -> SigningKey:
    """Return the signer's key in the folder *keys*, or the next one, that *public* belongs to.

    Raises KeyringError("signer") when neither is it.
    """
    for name in (KEY, NEXT):
        if name == KEY or (keys / name).exists():
            key = read_key(keys / name)
            if key.public == public:
                return key
    raise KeyringError("signer", "the certificate speaks of another signer's key")


def read_key(path: Path) -> SigningKey:
    """Read the file of a signer's key."""
    return SigningKey(files.read(path, files.SIGNER, SEED_SIZE))


def make_next(keys: Path) -> SigningKey:
    """Return a fresh key that waits in signer.next; one that waits there already is not made again."""
    path = keys / NEXT
    if not path.exists():
        files.write_new(path, files.SIGNER, SigningKey.generate().seed)
    return read_key(path)


def settle(keys: Path, public: bytes) -> None:
    """Put the next key in the place of the one before, if *public*, which is certified, belongs to it."""
    path = keys / NEXT
    if path.exists() and read_key(path).public == public:
        files.move(path, keys / KEY)


def read_certificate(path: Path) -> Signed:
    """Read a certificate file, unverified."""
    return _read_signed(path, files.CERTIFICATE)


def read_revocations(path: Path) -> Signed:
    """Read a file of revocations, unverified."""
    return _read_signed(path, files.REVOCATIONS)


def read_root(path: Path, root_fingerprint: bytes) -> bytes:
    """Read a root's public key and compare it with its *root_fingerprint*. Raises KeyringError("root")."""
    try:
        public = path.read_bytes()
    except OSError as error:
        raise KeyringError("root", f"{path.name}: {error.strerror}") from None
    if fingerprint(public) != root_fingerprint:
        raise KeyringError("root", f"{path.name} is another agency's root")
    return public


def _read_signed(path: Path, kind: str) -> Signed:
    taking = Reader(files.read(path, kind))
    signed = taking.take_signed()
    taking.finish()
    return signed
