"""Reading a backup: whose it is is verified over every byte before anything in it is opened."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from tipline.backup import front, manifest
from tipline.backup.manifest import File, Manifest
from tipline.errors import BackupError, FormatError, KeyringError
from tipline.keyring import certificate, revocation
from tipline.keyring.certificate import Certificate
from tipline.keyring.signature import SIGNATURE_SIZE, Signed, fingerprint, verify
from tipline.seal import parcel

_PIECE = 1 << 20


class Backup:
    """A backup file, open and unverified. *size* is the file's."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = os.fstat(file.fileno()).st_size
        head = file.read(front.HEAD_SIZE)
        self._start = head + file.read(front.read_head(head).length)
        self.front = front.read(self._start)
        self._body = self.size - len(self._start) - SIGNATURE_SIZE
        if self._body < 0:
            raise FormatError("size", "the backup ends too early")

    def digest(self) -> bytes:
        """Return the SHA-256 of all before the signature."""
        hashed = hashlib.sha256(self._start)
        self._file.seek(len(self._start))
        left = self._body
        while left:
            piece = self._file.read(min(left, _PIECE))
            if not piece:
                raise FormatError("size", "the backup became shorter while it was read")
            hashed.update(piece)
            left -= len(piece)
        return hashed.digest()

    def verify(self, root_fingerprint: bytes, newer: Signed | None = None) -> Certificate:
        """Check root, revocations, certificate, and the signature over every byte; return the certificate.

        *newer* is a list of revocations that came after the backup's own. The certificate's dates are not
        asked: that it ended is no reason to lose an agency. Raises KeyringError "root", "signature",
        "revoked" or "agency", or FormatError.
        """
        vouching, head = self.front.vouching, self.front.head
        root = vouching.root_public
        if fingerprint(root) != root_fingerprint:
            raise KeyringError("root", "this is another agency's backup")
        says = certificate.verified(root, vouching.certificate)
        for signed in (vouching.revocations, newer):
            if signed is not None:
                revocation.verified(root, signed).check(says.signer)
        if head.agency != says.agency:
            raise KeyringError("agency", "the backup names another agency than its certificate")
        digest = self.digest()
        self._file.seek(self.size - SIGNATURE_SIZE)
        verify(says.signer, front.LABEL, Signed(digest, self._file.read(SIGNATURE_SIZE)))
        return says

    def open_manifest(self, key: bytes) -> Manifest:
        """Open the manifest with K. Raises FormatError when it does not fit the file."""
        found = manifest.read(self.front.open_manifest(key))
        count = sum(parcel.count_for(file.size) for file in found.files)
        if count * parcel.SIZE != self._body:
            raise FormatError("size", "the manifest promises another number of parcels")
        return found

    def files(self, what: Manifest) -> Iterator[tuple[File, Iterator[bytes]]]:
        """Go through the files in order, each with its contents in pieces, to be taken before the next.

        Raises FormatError when a parcel was altered or a file's contents are not what the manifest says.
        """
        self._file.seek(len(self._start))
        for file in what.files:
            yield file, self._pieces(file)

    def _pieces(self, file: File) -> Iterator[bytes]:
        parcels = islice(iter(lambda: self._file.read(parcel.SIZE), b""), parcel.count_for(file.size))
        hashed = hashlib.sha256()
        for piece in parcel.open_file(self.front.suite, file.key, file.size, parcels):
            hashed.update(piece)
            yield piece
        if hashed.digest() != file.sha256:
            raise FormatError("backup", f"{file.name} is not what was backed up")


@contextmanager
def opened(path: Path) -> Iterator[Backup]:
    """Open a backup file. Raises BackupError when it cannot be read, FormatError when it is none."""
    try:
        with path.open("rb") as file:
            yield Backup(file)
    except OSError as error:
        raise BackupError(f"{path.name}: {error.strerror}") from None


def is_good(path: Path, root_fingerprint: bytes) -> bool:
    """Tell whether a file is a whole backup of this agency, as can be told without a holder's share."""
    try:
        with opened(path) as backup:
            backup.verify(root_fingerprint)
    except (BackupError, FormatError):
        return False
    return True
