"""PURE: the manifest: what a backup holds, file by file, and up to where the database in it reaches."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tipline.keyring import reader
from tipline.seal.message import from_base64, to_base64
from tipline.seal.suite import KEY_SIZE

#: Where a file lies in the agency's folder. Nothing else is ever written to at a restore.
NAME = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9._-]*/){0,2}[A-Za-z0-9][A-Za-z0-9._-]*")
_FIELDS = {"files", "envelope", "parcel"}
_SIZE_MAX = 2**50


@dataclass(frozen=True, repr=False)
class File:
    """A file: its *name* below the agency's folder, *size*, SHA-256, and the random *key* of its parcels."""

    name: str
    size: int
    sha256: bytes
    key: bytes


@dataclass(frozen=True)
class Reach:
    """The newest envelope.seq and parcel.seq in a database; 0 where there is none."""

    envelope: int
    parcel: int


@dataclass(frozen=True)
class Manifest:
    """The *files* in the order in which their parcels follow, and how far the database *reaches*."""

    files: Sequence[File]
    reaches: Reach

    def encode(self) -> bytes:
        """Return its JSON."""
        files = [
            {"name": one.name, "size": one.size, "sha256": to_base64(one.sha256), "key": to_base64(one.key)}
            for one in self.files
        ]
        reaches = self.reaches
        return reader.write_json({"files": files, "envelope": reaches.envelope, "parcel": reaches.parcel})


def read(data: bytes) -> Manifest:
    """Read a manifest strictly: no name twice, none that leaves the folder. Raises KeyringError("fields")."""
    return reader.read_json(data, _FIELDS, _manifest)


def _manifest(fields: dict[str, Any]) -> Manifest:
    files = tuple(_file(item) for item in reader.items(fields["files"]))
    if len({file.name for file in files}) != len(files):
        raise ValueError
    return Manifest(files, Reach(reader.number(fields["envelope"]), reader.number(fields["parcel"])))


def _file(item: Any) -> File:
    fields = reader.exactly(item, {"name", "size", "sha256", "key"})
    name, size = reader.text(fields["name"]), fields["size"]
    if not NAME.fullmatch(name) or type(size) is not int or not 0 <= size < _SIZE_MAX:
        raise ValueError
    return File(name, size, from_base64(fields["sha256"], 32), from_base64(fields["key"], KEY_SIZE))
