"""Which rosters the collector has seen, in a file: rows alone do not put a roster back.

Somebody who writes to the database can take a desk's roster, with the end of its audit, back to before a
removal, and all signatures hold. What stands here they cannot change. Whoever puts an old copy of the
database back by hand deletes the file too; `tipline restore` makes a folder without one.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tipline.errors import FormatError
from tipline.keys import files

NAME = "rosters.seen"
_ENTRY = struct.Struct(">16sI32s")


class Seen(NamedTuple):
    """A version of a desk's roster: its number and its hash."""

    version: int
    hash: bytes


def read(keys: Path) -> dict[bytes, Seen]:
    """Return what was seen, by desk; nothing before the first time.

    Raises AccessError or FormatError for a file that is none.
    """
    path = keys / NAME
    if not path.exists():
        return {}
    data = files.read(path, files.ROSTERS)
    if len(data) % _ENTRY.size:
        raise FormatError("key file", f"{path} is damaged")
    return {desk: Seen(version, hash_) for desk, version, hash_ in _ENTRY.iter_unpack(data)}


def write(keys: Path, seen: Mapping[bytes, Seen]) -> None:
    """Write down what was seen, in place of what stood there. Raises AccessError."""
    data = b"".join(_ENTRY.pack(desk, *one) for desk, one in sorted(seen.items()))
    files.replace(keys / NAME, files.ROSTERS, data)
