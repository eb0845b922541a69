"""Slots of the board: 1 KiB each, a reply in one or more of them, found by label and opened by receipt.

    label (16)  r (24, random)  AES-GCM of: reply id (16) part (1) of (1) desk (16) day (4) length (2) text

The key is fresh for every slot through r: a fixed key per index would be used twice after a crash or restore.
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tipline.errors import FormatError
from tipline.seal.suite import TAG_SIZE, Suite, decrypt, encrypt

SIZE = 1024
LABEL_SIZE = 16
#: A receipt can be answered in this many slots; the page looks for so many labels.
LABELS = 256
PARTS_MAX = 16
_SALT_SIZE = 24
_HEAD = struct.Struct(">16sBB16sIH")
_PLAIN = SIZE - LABEL_SIZE - _SALT_SIZE - TAG_SIZE
TEXT_MAX = _PLAIN - _HEAD.size


@dataclass(frozen=True)
class Reply:
    """An answer: *desk* (16 bytes) is who to write back to, *day* counts days since 1970-01-01."""

    id: bytes
    desk: bytes
    day: int
    text: str


@dataclass(frozen=True)
class _Part:
    id: bytes
    part: int
    of: int
    desk: bytes
    day: int
    text: bytes


def label(suite: Suite, reply_key: bytes, index: int) -> bytes:
    """Return the label of slot *index* of a receipt: nobody without its reply key can link two of them."""
    return suite.mac(reply_key, "label", _number(index))[:LABEL_SIZE]


def seal(suite: Suite, reply_key: bytes, first_index: int, reply: Reply) -> list[bytes]:
    """Seal *reply* into slots, labelled from *first_index* on.

    Raises FormatError "too long" over 16 slots, "slots" when the receipt has none left.
    """
    text = reply.text.encode()
    pieces = [text[at : at + TEXT_MAX] for at in range(0, len(text), TEXT_MAX)] or [b""]
    if len(pieces) > PARTS_MAX:
        raise FormatError("too long", f"a reply holds {PARTS_MAX * TEXT_MAX} bytes, this has {len(text)}")
    if first_index + len(pieces) > LABELS:
        raise FormatError("slots", f"a receipt can be answered in {LABELS} slots")
    return [
        _seal_part(
            suite,
            reply_key,
            first_index + at,
            _Part(reply.id, at, len(pieces), reply.desk, reply.day, piece),
        )
        for at, piece in enumerate(pieces)
    ]


def dummy() -> bytes:
    """Return a slot that nobody can open, and nobody can tell from one that somebody can."""
    return secrets.token_bytes(SIZE)


def cut(slots: bytes) -> list[bytes]:
    """Cut the board's bytes into slots. Raises FormatError("size")."""
    if len(slots) % SIZE:
        raise FormatError("size", f"{len(slots)} bytes are not whole slots")
    return [slots[at : at + SIZE] for at in range(0, len(slots), SIZE)]


def find(suite: Suite, reply_key: bytes, slots: Iterable[bytes]) -> list[Reply]:
    """Return the replies to one receipt among all *slots*, oldest first; an incomplete one is left out."""
    indices = {label(suite, reply_key, index): index for index in range(LABELS)}
    replies: dict[bytes, dict[int, tuple[int, _Part]]] = {}
    for sealed in slots:
        index = indices.get(sealed[:LABEL_SIZE])
        part = None if index is None else _open_part(suite, reply_key, index, sealed)
        if index is not None and part is not None:
            replies.setdefault(part.id, {})[part.part] = (index, part)
    return list(_joined(replies))


def _joined(replies: dict[bytes, dict[int, tuple[int, _Part]]]) -> Iterator[Reply]:
    for parts in sorted(replies.values(), key=lambda parts: min(index for index, _ in parts.values())):
        first = next(iter(parts.values()))[1]
        if set(parts) != set(range(first.of)):
            continue
        text = b"".join(parts[at][1].text for at in range(first.of))
        yield Reply(first.id, first.desk, first.day, text.decode(errors="replace"))


def _seal_part(suite: Suite, reply_key: bytes, index: int, part: _Part) -> bytes:
    salt = secrets.token_bytes(_SALT_SIZE)
    head = _HEAD.pack(part.id, part.part, part.of, part.desk, part.day, len(part.text))
    sealed = encrypt(_key(suite, reply_key, index, salt), (head + part.text).ljust(_PLAIN, b"\0"))
    return label(suite, reply_key, index) + salt + sealed


def _open_part(suite: Suite, reply_key: bytes, index: int, sealed: bytes) -> _Part | None:
    """None for a slot that bears our label and does not open: a tampered board must not hide the others."""
    salt = sealed[LABEL_SIZE : LABEL_SIZE + _SALT_SIZE]
    plaintext = decrypt(_key(suite, reply_key, index, salt), sealed[LABEL_SIZE + _SALT_SIZE :])
    if plaintext is None:
        return None
    reply_id, part, of, desk, day, length = _HEAD.unpack(plaintext[: _HEAD.size])
    if not 0 <= part < of <= PARTS_MAX or length > TEXT_MAX:
        return None
    return _Part(reply_id, part, of, desk, day, plaintext[_HEAD.size : _HEAD.size + length])


def _key(suite: Suite, reply_key: bytes, index: int, salt: bytes) -> bytes:
    return suite.derive(reply_key, salt, "slot", context=_number(index))


def _number(index: int) -> bytes:
    return index.to_bytes(4, "big")
