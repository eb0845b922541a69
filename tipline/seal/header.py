"""The envelope's first 84 bytes: what everybody may see, and the commitment that binds the key."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from tipline.errors import FormatError
from tipline.seal.suite import Suite, suite_of

MAGIC = b"TIPL"
VERSION = 1
SIZE = 84
AGENCY_SIZE = 8
SALT_SIZE = 32
# magic, version, suite, two zero bytes, epoch, agency id, salt, commitment
_LAYOUT = struct.Struct(">4sBBHI8s32s32s")


@dataclass(frozen=True)
class Header:
    """The clear part of an envelope: *agency* is the id of its root.

    *epoch* is the greatest that the keyring named, in any section: the keys may be of an earlier one.
    """

    suite: int
    epoch: int
    agency: bytes
    salt: bytes
    commit: bytes

    def pack(self) -> bytes:
        """Return the 84 bytes."""
        return _LAYOUT.pack(MAGIC, VERSION, self.suite, 0, self.epoch, self.agency, self.salt, self.commit)


def suite_in(envelope: bytes) -> Suite:
    """Return the suite that the header of *envelope* names. Raises FormatError as *parse* does."""
    return suite_of(parse(envelope).suite)


def parse(envelope: bytes) -> Header:
    """Read the header at the start of *envelope*. Raises FormatError naming the first wrong field."""
    if len(envelope) < SIZE:
        raise FormatError("size", f"{len(envelope)} bytes are shorter than a header")
    magic, version, suite, reserved, epoch, agency, salt, commit = _LAYOUT.unpack(envelope[:SIZE])
    if magic != MAGIC:
        raise FormatError("magic")
    if version != VERSION:
        raise FormatError("version", f"version {version} is not {VERSION}")
    suite_of(suite)
    if reserved:
        raise FormatError("reserved", "the two bytes after the suite are not zero")
    return Header(suite, epoch, agency, salt, commit)
