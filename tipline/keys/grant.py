"""The grant: what the machine with the root gives an agency's host. All of it is public, and signed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tipline.errors import AccessError, FormatError
from tipline.keyring.signature import PUBLIC_SIZE, Signed
from tipline.keys import files, recovery, signer

ROOT, CERTIFICATE, RECOVERY = "root.pub", "signer.cert", "recovery.pub"


@dataclass(frozen=True)
class Grant:
    """A root's public key, and what it signed for one console."""

    root_public: bytes
    certificate: Signed
    recovery: Signed


def write(folder: Path, grant: Grant) -> None:
    """Write a grant as files into a *folder*, whole files in the place of older ones."""
    files.replace_public(folder / ROOT, grant.root_public)
    files.replace(folder / CERTIFICATE, files.CERTIFICATE, grant.certificate.pack())
    files.replace(folder / RECOVERY, files.RECOVERY, grant.recovery.pack())


def read(folder: Path) -> Grant:
    """Read a grant, unverified. Raises AccessError or FormatError that names the file."""
    path = folder / ROOT
    try:
        root_public = path.read_bytes()
    except OSError as error:
        raise AccessError(f"{path}: {error.strerror}") from None
    if len(root_public) != PUBLIC_SIZE:
        raise FormatError("public key", f"{path} has {len(root_public)} bytes, not {PUBLIC_SIZE}")
    return Grant(root_public, signer.read_certificate(folder / CERTIFICATE), recovery.read(folder / RECOVERY))
