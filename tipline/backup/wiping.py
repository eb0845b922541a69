"""Removing what holds keys: overwritten in place, on disk, and only then unlinked.

A file system that copies on write, and a disk that moves blocks, may keep the old bytes: encrypt the disk.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from tipline.keys.files import sync_folder

_PIECE = 1 << 20


def wipe(path: Path) -> None:
    """Overwrite a file with random bytes, from its start, and unlink it. Raises OSError."""
    with path.open("r+b") as file:
        left = os.fstat(file.fileno()).st_size
        while left:
            left -= file.write(secrets.token_bytes(min(left, _PIECE)))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    sync_folder(path.parent)


def wipe_tree(folder: Path) -> None:
    """Wipe every file below *folder*, if it is there, and remove it. Raises OSError."""
    if not folder.is_dir():
        return
    below = sorted(folder.rglob("*"), reverse=True)
    for path in below:
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        elif path.is_file() and not path.is_symlink():
            wipe(path)
        else:
            path.unlink()
    folder.rmdir()
    sync_folder(folder.parent)
