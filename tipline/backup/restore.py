"""Restoring: a verified backup becomes an agency's folder, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tipline.backup import contents, restored
from tipline.backup.names import create
from tipline.backup.reading import Backup
from tipline.backup.snapshot import check
from tipline.backup.wiping import wipe_tree
from tipline.errors import AccessError, BackupError, FormatError
from tipline.keys.files import sync_folder
from tipline.seal.suite import PrivateKey
from tipline.settings import ConsoleSettings, load


def check_folder(to: Path) -> None:
    """Refuse a folder in which something is: a restore never overwrites. Raises BackupError."""
    if to.is_symlink() or (to.exists() and (not to.is_dir() or any(to.iterdir()))):
        raise BackupError(f"{to} is not an empty folder, so nothing is restored there")
    if not to.absolute().parent.is_dir():
        raise BackupError(f"{to.absolute().parent} is not a folder")


def open_key(backup: Backup, private: PrivateKey) -> bytes:
    """Return the backup's K. Raises AccessError when *private* is the recovery key of none of its desks."""
    key = backup.front.open_key(private)
    if key is None:
        raise AccessError("these shares are of no desk that this backup was made for")
    return key


def restore(backup: Backup, key: bytes, to: Path) -> ConsoleSettings:
    """Write what a verified backup holds into the empty or new folder *to*; return its settings.

    All of it is checked, and the database told that it was restored, before the folder has its name. Raises
    BackupError or FormatError, and leaves *to* as it was.
    """
    check_folder(to)
    to = to.absolute()
    what = backup.open_manifest(key)
    with _beside(to) as folder:
        for file, pieces in backup.files(what):
            _write(folder / file.name, pieces)
        settings = _check(backup, folder)
        restored.settle(folder / contents.DATABASE, backup.front, what.reaches)
        check(folder / contents.DATABASE)
        _sync(folder)
        folder.rename(to)
    sync_folder(to.parent)
    return settings.model_copy(update={"folder": to})


@contextmanager
def _beside(to: Path) -> Iterator[Path]:
    """A folder beside *to*, wiped unless it was renamed; one that a killed restore left goes first."""
    folder = to.with_name(f".{to.name}.restoring")
    try:
        wipe_tree(folder)
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            wipe_tree(folder)
    except OSError as error:
        raise BackupError(f"{to}: {error.strerror}") from None


def _write(path: Path, pieces: Iterator[bytes]) -> None:
    for parent in reversed(path.parents):
        parent.mkdir(mode=0o700, exist_ok=True)
    with create(path) as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def _check(backup: Backup, folder: Path) -> ConsoleSettings:
    """Check that this is an agency's folder, and of the agency that the backup says it is of."""
    settings = load(ConsoleSettings, folder / "console.toml")
    root = backup.front.vouching.root_public
    if not (folder / contents.DATABASE).is_file() or (folder / "root.pub").read_bytes() != root:
        raise FormatError("backup", "it does not hold what an agency's folder is made of")
    check(folder / contents.DATABASE)
    return settings


def _sync(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
