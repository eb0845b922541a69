"""The files of what is published: each written whole, and on disk before the answer."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote


class Shelf:
    """Files in *folder*, named by their kind and, where each console has its own, by the console."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)

    def read(self, kind: str, console: str | None = None) -> bytes | None:
        """Return a file's bytes, None when there is no such file."""
        path = self._path(kind, console)
        return path.read_bytes() if path.exists() else None

    def write(self, kind: str, console: str | None, data: bytes) -> None:
        """Replace a file whole: after a crash there is the old one or the new one, never a part."""
        path = self._path(kind, console)
        unfinished = path.with_name(path.name + ".new")
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        self._sync()

    def remove(self, kind: str, console: str) -> None:
        """Remove a file, if it is there."""
        self._path(kind, console).unlink(missing_ok=True)
        self._sync()

    def _path(self, kind: str, console: str | None) -> Path:
        return self._folder / (kind if console is None else f"{kind}.{quote(console, safe='')}")

    def _sync(self) -> None:
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
