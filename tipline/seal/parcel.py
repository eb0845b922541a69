"""Parcels: a file cut into sealed pieces of 1 MiB, all of one length.

    key   = HKDF(file key, no salt, "tipline/1 parcel")
    nonce = index (4 bytes) || count (4) || 1 for the last piece, else 0 (4)

The file key is random and serves one file, so an index is never used twice under one key. Keyed from K, two
files of one tip would share key and nonce.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator

from tipline.errors import FormatError
from tipline.seal.suite import TAG_SIZE, Suite, decrypt, encrypt

PIECE = 1024 * 1024
SIZE = PIECE + TAG_SIZE


def count_for(size: int) -> int:
    """Return how many parcels a file of *size* bytes takes; an empty file takes one."""
    return max(1, -(-size // PIECE))


def padded_count(parcels: int) -> int:
    """Return the number a tip's parcels are rounded up to: powers of two to 16, then multiples of 16."""
    if parcels <= 16:
        return 1 << max(0, parcels - 1).bit_length() if parcels else 0
    return -(-parcels // 16) * 16


def seal(suite: Suite, file_key: bytes, index: int, count: int, piece: bytes) -> bytes:
    """Seal piece *index* (from 0) of *count*; a short last piece is filled with zeros."""
    if len(piece) > PIECE or not 0 <= index < count:
        raise FormatError("parcel", f"piece {index} of {count} with {len(piece)} bytes")
    return encrypt(_key(suite, file_key), piece.ljust(PIECE, b"\0"), nonce=_nonce(index, count))


def dummy() -> bytes:
    """Return a parcel that nobody can open, and nobody can tell from one that somebody can."""
    return secrets.token_bytes(SIZE)


def open_(suite: Suite, file_key: bytes, index: int, count: int, sealed: bytes) -> bytes:
    """Open one parcel to its 1 MiB of plaintext.

    Raises FormatError "size", or "parcel" when it is another file's, out of place, or changed.
    """
    if len(sealed) != SIZE:
        raise FormatError("size", f"{len(sealed)} bytes, not {SIZE}")
    piece = decrypt(_key(suite, file_key), sealed, nonce=_nonce(index, count))
    if piece is None:
        raise FormatError("parcel", f"piece {index} of {count} does not belong here")
    return piece


def open_file(suite: Suite, file_key: bytes, size: int, parcels: Iterable[bytes]) -> Iterator[bytes]:
    """Open the *parcels* of a file of *size* bytes in order, a piece of at most 1 MiB at a time.

    Raises FormatError "parcel" for too few or too many parcels, or filler that is not zero.
    """
    count, left = count_for(size), size
    index = -1
    for index, sealed in enumerate(parcels):
        if index >= count:
            break
        piece = open_(suite, file_key, index, count, sealed)
        length = min(left, PIECE)
        if any(piece[length:]):
            raise FormatError("parcel", "the filler is not zero")
        left -= length
        yield piece[:length]
    if index != count - 1:
        raise FormatError("parcel", f"{count} parcels were promised")


def _key(suite: Suite, file_key: bytes) -> bytes:
    return suite.derive(file_key, b"", "parcel")


def _nonce(index: int, count: int) -> bytes:
    last = int(index == count - 1)
    return index.to_bytes(4, "big") + count.to_bytes(4, "big") + last.to_bytes(4, "big")
