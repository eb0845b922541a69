"""What all files of vectors share: seeds from names, and a book that runs each case as it notes it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.seal.test_vectors import operate
from tipline.errors import FormatError
from tipline.seal.message import to_base64

FOLDER = Path(__file__).parent.parent.parent / "vectors"


def seed(name: str, size: int = 32) -> bytes:
    """Return bytes that follow from *name*."""
    return hashlib.shake_256(f"tipline vector {name}".encode()).digest(size)


def b64(data: bytes) -> str:
    return to_base64(data)


class Book:
    """One file of vectors, filled case by case; what a case gives is what Python makes of it."""

    def __init__(self, file: str, about: str, **blobs: bytes) -> None:
        self.file = file
        self.about = about
        self.blobs: dict[str, Any] = {name: b64(data) for name, data in blobs.items()}
        self.vectors: list[dict[str, Any]] = []

    def gives(self, name: str, do: str, **given: Any) -> Any:
        """Add a case that works, and return its result."""
        result = operate(do, given, self.blobs)
        assert result is not None, name
        self.vectors.append({"name": name, "do": do, "with": given, "gives": result})
        return result

    def none(self, name: str, do: str, **given: Any) -> None:
        """Add a case that is not for this key."""
        assert operate(do, given, self.blobs) is None, name
        self.vectors.append({"name": name, "do": do, "with": given, "none": True})

    def fails(self, failure: str, name: str, do: str, **given: Any) -> None:
        """Add a case that is refused."""
        with pytest.raises(FormatError) as caught:
            operate(do, given, self.blobs)
        assert caught.value.failure == failure, (name, caught.value)
        self.vectors.append({"name": name, "do": do, "with": given, "failure": failure})

    def write(self) -> None:
        content = {"about": self.about, "blobs": self.blobs, "vectors": self.vectors}
        (FOLDER / self.file).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
