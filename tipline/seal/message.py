"""The message inside a body: what a tipster says, as JSON that is checked field by field."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import asdict, dataclass, field
from typing import Any

from tipline.errors import FormatError
from tipline.seal.docket import DANGER

#: *tip* opens a thread, *follow-up* continues one.
KINDS = ("tip", "follow-up")
#: Where it was sealed: in the page, on the server for the plain pages, with `tipline seal`, or at the console
#: by a call taker who typed what somebody said by telephone or in person.
VIA = ("page", "plain", "tool", "phone", "walk-in", "import")
FILES_MAX = 64
PARCELS_MAX = 256
#: What a category's code looks like, here and in a keyring.
CODE = re.compile(r"[a-z][a-z0-9-]{0,31}")

#: What a language looks like, as a browser names it.
LANG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True)
class File:
    """One attached file: *size* in bytes, its 32-byte *key*, the ids of its *parcels* in order."""

    name: str
    type: str
    size: int
    key: bytes
    parcels: tuple[bytes, ...]


@dataclass(frozen=True)
class Message:
    """What is sealed: *thread* and *desk* of 16 bytes; desk, danger, acknowledgement repeat the docket."""

    kind: str
    via: str
    lang: str
    category: str
    danger: str
    desk: bytes
    acknowledgement: bytes
    thread: bytes
    counter: int
    text: str
    files: tuple[File, ...] = ()
    dummies: tuple[bytes, ...] = field(default=())


def encode(message: Message) -> bytes:
    """Return the JSON bytes of *message*."""
    fields = {"v": 1, **asdict(message)}
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"), default=to_base64).encode()


def decode(data: bytes) -> Message:
    """Read the JSON bytes of a message. Raises FormatError("message") unless every field is as described."""
    try:
        return _message(json.loads(data.decode()))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        # The text of the error could quote the tip: name the kind of mistake only.
        raise FormatError("message", type(error).__name__) from None


def to_base64(data: object) -> str:
    """Return *data* in base64url without padding (RFC 4648, section 5)."""
    if not isinstance(data, bytes):
        raise TypeError
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64(text: str, size: int) -> bytes:
    """Undo *to_base64*. Raises ValueError unless *text* is exactly *size* bytes, canonically written."""
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if len(data) != size or to_base64(data) != text:
        raise binascii.Error
    return data


def _message(fields: dict[str, Any]) -> Message:
    expected = {"v", *Message.__dataclass_fields__}
    if set(fields) != expected or _number(fields["v"]) != 1:
        raise ValueError
    files = tuple(_file(item) for item in _list(fields["files"], FILES_MAX))
    dummies = tuple(from_base64(item, 32) for item in _list(fields["dummies"], PARCELS_MAX))
    if len(dummies) + sum(len(file.parcels) for file in files) > PARCELS_MAX:
        raise ValueError
    return Message(
        kind=_one_of(fields["kind"], KINDS),
        via=_one_of(fields["via"], VIA),
        lang=_match(fields["lang"], LANG),
        category=_match(fields["category"], CODE),
        danger=_one_of(fields["danger"], DANGER),
        desk=from_base64(fields["desk"], 16),
        acknowledgement=from_base64(fields["acknowledgement"], 32),
        thread=from_base64(fields["thread"], 16),
        counter=_number(fields["counter"]),
        text=_text(fields["text"]),
        files=files,
        dummies=dummies,
    )


def _file(fields: dict[str, Any]) -> File:
    if set(fields) != set(File.__dataclass_fields__):
        raise ValueError
    return File(
        name=_text(fields["name"]),
        type=_text(fields["type"]),
        size=_number(fields["size"]),
        key=from_base64(fields["key"], 32),
        parcels=tuple(from_base64(item, 32) for item in _list(fields["parcels"], PARCELS_MAX)),
    )


def _one_of(value: object, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ValueError
    return str(value)


def _match(value: object, pattern: re.Pattern[str]) -> str:
    text = _text(value)
    if not pattern.fullmatch(text):
        raise ValueError
    return text


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    value.encode()  # a lone surrogate is not text
    return value


def _number(value: object) -> int:
    if type(value) is not int or not 0 <= value < 2**53:
        raise ValueError
    return value


def _list(value: object, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise ValueError
    return value
