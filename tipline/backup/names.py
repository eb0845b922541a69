"""How backups are named, and the passing name of one that is not finished."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from tipline.backup.wiping import wipe
from tipline.errors import BackupError

START, END = "tipline-", ".backup"
_PASSING = ".part"


def create(path: Path) -> BinaryIO:
    """Open a new file for its owner only. Raises OSError, also when it is there."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


@contextmanager
def passing(path: Path) -> Iterator[Path]:
    """A passing name for *path*, gone again unless it was renamed. Raises BackupError when the disk fails."""
    beside = path.with_name(f".{path.name}{_PASSING}")
    try:
        try:
            yield beside
        finally:
            # It has the keys of epochs in it, for whoever has the shares.
            if beside.exists():
                wipe(beside)
    except OSError as error:
        raise BackupError(f"{path.parent}: {error.strerror}") from None


def clean(folder: Path) -> None:
    """Remove what a killed run left unfinished. Raises BackupError."""
    try:
        for path in folder.glob(f".{START}*{END}{_PASSING}"):
            wipe(path)
    except OSError as error:
        raise BackupError(f"{folder}: {error.strerror}") from None
