"""The grant: what the machine with the root gives an agency's host. All of it is public, and signed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tipline.errors import AccessError, FormatError
from tipline.keyring.signature import PUBLIC_SIZE, Signed
from tipline.keys import files, recovery, signer

ROOT, CERTIFICATE, RECOVERY, REVOCATIONS = "root.pub", "signer.cert", "recovery.pub", "revocations"


@dataclass(frozen=True)
class Grant:
    """A root's public key, and what it signed for one console. What it did not sign this time is None."""

    root_public: bytes
    certificate: Signed | None = None
    recovery: Signed | None = None
    revocations: Signed | None = None


def write(folder: Path, grant: Grant) -> None:
    """Write a grant as files into a *folder*, whole files in the place of older ones."""
    files.replace_public(folder / ROOT, grant.root_public)
    for name, kind, signed in (
        (CERTIFICATE, files.CERTIFICATE, grant.certificate),
        (RECOVERY, files.RECOVERY, grant.recovery),
        (REVOCATIONS, files.REVOCATIONS, grant.revocations),
    ):
        if signed is not None:
            files.replace(folder / name, kind, signed.pack())


def read(folder: Path) -> Grant:
    """Read a grant, unverified. Raises AccessError or FormatError that names the file."""
    path = folder / ROOT
    try:
        root_public = path.read_bytes()
    except OSError as error:
        raise AccessError(f"{path}: {error.strerror}") from None
    if len(root_public) != PUBLIC_SIZE:
        raise FormatError("public key", f"{path} has {len(root_public)} bytes, not {PUBLIC_SIZE}")
    return Grant(
        root_public,
        _read_if_there(folder / CERTIFICATE, signer.read_certificate),
        _read_if_there(folder / RECOVERY, recovery.read),
        _read_if_there(folder / REVOCATIONS, signer.read_revocations),
    )


def _read_if_there(path: Path, read_file: Callable[[Path], Signed]) -> Signed | None:
    return read_file(path) if path.exists() else None
