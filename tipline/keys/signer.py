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
    """Read a signer and its certificate. Raises KeyringError("signer") when they do not belong together."""
    key = SigningKey(files.read(key_file, files.SIGNER, SEED_SIZE))
    vouching = read_certificate(certificate_file)
    says = certificate.verified(root_public, vouching)
    if says.signer != key.public:
        raise KeyringError("signer", "the certificate speaks of another signer's key")
    return Signer(key, vouching, says)


def read_certificate(path: Path) -> Signed:
    """Read a certificate file, unverified."""
    taking = Reader(files.read(path, files.CERTIFICATE))
    signed = taking.take_signed()
    taking.finish()
    return signed


def read_root(path: Path, root_fingerprint: bytes) -> bytes:
    """Read a root's public key and compare it with its *root_fingerprint*. Raises KeyringError("root")."""
    try:
        public = path.read_bytes()
    except OSError as error:
        raise KeyringError("root", f"{path.name}: {error.strerror}") from None
    if fingerprint(public) != root_fingerprint:
        raise KeyringError("root", f"{path.name} is another agency's root")
    return public
