"""Reading the frames of a keyring or board, and the fields of their JSON, strictly and in order."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from tipline.errors import KeyringError
from tipline.keyring.signature import SIGNATURE_SIZE, Signed

T = TypeVar("T")


class Reader:
    """Takes bytes from the front of *data*. Raises KeyringError("size") when they do not suffice."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, size: int) -> bytes:
        """Return the next *size* bytes."""
        taken = self._data[self._at : self._at + size]
        if len(taken) != size:
            raise KeyringError("size", "it ends too early")
        self._at += size
        return taken

    def take_signed(self) -> Signed:
        """Return the next payload with its signature."""
        length = int.from_bytes(self.take(4), "big")
        return Signed(self.take(length), self.take(SIGNATURE_SIZE))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left."""
        return self._at == len(self._data)

    def finish(self) -> None:
        """Check that nothing is left."""
        if not self.is_empty:
            raise KeyringError("size", "there is something after its end")


def read_json(payload: bytes, fields: set[str], make: Callable[[dict[str, Any]], T]) -> T:
    """Read a signed JSON object with exactly these *fields* (and "v": 1). Raises KeyringError("fields")."""
    try:
        return make(_object(payload, fields))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise KeyringError("fields", type(error).__name__) from None


def write_json(fields: dict[str, Any]) -> bytes:
    """Return the JSON bytes that are signed."""
    return json.dumps({"v": 1, **fields}, ensure_ascii=False, separators=(",", ":")).encode()


def _object(payload: bytes, fields: set[str]) -> dict[str, Any]:
    value = exactly(json.loads(payload.decode()), fields | {"v"})
    if number(value["v"]) != 1:
        raise ValueError
    return value


def exactly(value: Any, fields: set[str]) -> dict[str, Any]:
    """Return *value* if it is an object with exactly these *fields*."""
    if not isinstance(value, dict) or value.keys() != fields:
        raise ValueError
    return value


def text(value: object) -> str:
    """Return *value* if it is a non-empty text of at most 200 characters."""
    if not isinstance(value, str) or not 0 < len(value) <= 200:
        raise ValueError
    value.encode()  # a lone surrogate is not text
    return value


def items(value: object) -> list[Any]:
    """Return *value* if it is a list."""
    if not isinstance(value, list):
        raise TypeError
    return value


def number(value: object) -> int:
    """Return *value* if it is a whole number from 0 to 2^32 - 1."""
    if type(value) is not int or not 0 <= value < 2**32:
        raise ValueError
    return value


def day(value: object) -> date:
    """Return the date of "YYYY-MM-DD"."""
    parsed = date.fromisoformat(text(value))
    if parsed.isoformat() != value:
        raise ValueError
    return parsed
