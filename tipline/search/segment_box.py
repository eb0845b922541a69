"""A segment's bytes: entries one after the other, filled up to one size, sealed for a desk.

    sealed = salt (32) || AES-GCM of: version (1) length (4) entries, a line each, zeros
    key    = HKDF(seed of the desk's key at rest, salt, "tipline/1 index" || desk id)
    aad    = "tipline/1 index" || desk id

The key comes of the desk's private key itself. So who can only write to the database forges none, and with
the key at rest every segment under it is gone.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence

from tipline.seal.suite import KEY_SIZE, PrivateKey, decrypt, encrypt

#: Bytes of what is sealed: many entries at once are opened faster than one by one.
SIZE = 131072
#: Entries of another version are not read, but made anew.
VERSION = 1
_HEAD = 5
ROOM = SIZE - _HEAD


def split(lines: Sequence[bytes], first: int = ROOM) -> Iterator[list[bytes]]:
    """Yield *lines* in groups that fit into a segment each; into the *first* one less, if it is begun.

    A group is empty where nothing fits into what is begun.
    """
    group: list[bytes] = []
    left = first
    for line in lines:
        if len(line) + 1 > left and (group or left < ROOM):
            yield group
            group, left = [], ROOM
        group.append(line)
        left -= len(line) + 1
    yield group


def seal(private: PrivateKey, desk: bytes, lines: Sequence[bytes]) -> bytes:
    """Seal entries that fit; whose key is *private*, at rest, of *desk*."""
    data = b"\n".join(lines)
    padded = (bytes([VERSION]) + len(data).to_bytes(4, "big") + data).ljust(SIZE, b"\0")
    salt = secrets.token_bytes(KEY_SIZE)
    return salt + encrypt(_key(private, desk, salt), padded, _label(desk))


def open_(private: PrivateKey, desk: bytes, sealed: bytes) -> list[bytes] | None:
    """Return the entries; None when it was sealed under another key, or is of another version."""
    salt = sealed[:KEY_SIZE]
    padded = decrypt(_key(private, desk, salt), sealed[KEY_SIZE:], _label(desk))
    if padded is None or padded[0] != VERSION:
        return None
    data = padded[_HEAD : _HEAD + int.from_bytes(padded[1:_HEAD], "big")]
    return data.split(b"\n") if data else []


def used(lines: Sequence[bytes]) -> int:
    """Return how many bytes of a segment's room entries take."""
    return sum(len(line) + 1 for line in lines)


def _key(private: PrivateKey, desk: bytes, salt: bytes) -> bytes:
    return private.suite.derive(private.seed, salt, "index", context=desk)


def _label(desk: bytes) -> bytes:
    return b"tipline/1 index" + desk
