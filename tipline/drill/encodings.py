"""From a canary to its needles: every way its bytes may lie in a file or in a process's memory. Pure.

An IPv4 address is searched as text and as a number, never as its 4 packed bytes: a rack of 100 MB of random
bytes holds any 4 bytes with a chance of 1 in 43, so that search would cry leak where there is none. Nothing
shorter than 8 bytes becomes a needle.
"""

from __future__ import annotations

import base64
import ipaddress
import json
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass

#: Fewer bytes are found in random data by chance.
SHORTEST = 8


@dataclass(frozen=True)
class Needle:
    """One byte sequence to search for: the *canary*'s name and the *encoding* that made *data* of it."""

    canary: str
    encoding: str
    data: bytes


def of_text(canary: str, text: str) -> tuple[Needle, ...]:
    """Return the needles of a text. Raises ValueError for one that is too short to mean anything."""
    return _needles(canary, text.encode(), [*_renderings(text), *_transports(text.encode())])


def of_bytes(canary: str, data: bytes) -> tuple[Needle, ...]:
    """Return the needles of a key or other binary secret. Raises ValueError for one that is too short."""
    return _needles(canary, data, [("raw", data), ("python", _python(data)), *_transports(data)])


def of_address(canary: str, address: str) -> tuple[Needle, ...]:
    """Return the needles of an IP address in its written forms; packed only for IPv6, see above."""
    parsed = ipaddress.ip_address(address)
    if parsed.version == 4:
        number = Needle(canary, "decimal number", str(int(parsed)).encode())
        return (*of_text(canary, str(parsed)), number)
    written = (str(parsed), str(parsed).upper(), parsed.exploded, parsed.exploded.upper())
    forms = [needle for form in dict.fromkeys(written) for needle in of_text(canary, form)]
    return _distinct([*forms, *of_bytes(canary, parsed.packed)])


def _needles(canary: str, data: bytes, encoded: list[tuple[str, bytes]]) -> tuple[Needle, ...]:
    if len(data) < SHORTEST:
        raise ValueError(f"{canary} is shorter than {SHORTEST} bytes: chance would find it")
    return _distinct([Needle(canary, name, found) for name, found in encoded])


def _distinct(needles: list[Needle]) -> tuple[Needle, ...]:
    first: dict[bytes, Needle] = {}
    for needle in needles:
        if len(needle.data) >= SHORTEST:
            first.setdefault(needle.data, needle)
    return tuple(first.values())


def _renderings(text: str) -> Iterator[tuple[str, bytes]]:
    """The text itself as programs keep it; CPython's own strings are Latin-1, UTF-16 or UTF-32."""
    yield "utf-8", text.encode()
    yield "utf-16-le", text.encode("utf-16-le")
    yield "utf-16-be", text.encode("utf-16-be")
    yield "utf-32-le", text.encode("utf-32-le")
    yield "utf-32-be", text.encode("utf-32-be")
    if all(ord(character) < 256 for character in text):
        yield "latin-1", text.encode("latin-1")
    yield "json", json.dumps(text).strip('"').encode()
    yield "percent", urllib.parse.quote(text, safe="").encode()
    yield "form", urllib.parse.quote_plus(text, safe="").encode()
    yield "python", _python(text.encode())


def _transports(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Hex in both cases, and base64 in both alphabets wherever the data may start within its groups."""
    yield "hex", data.hex().encode()
    yield "HEX", data.hex().upper().encode()
    for shift in range(3):
        inner = _base64_inner(data, shift)
        yield f"base64+{shift}", inner
        yield f"base64url+{shift}", inner.translate(bytes.maketrans(b"+/", b"-_"))


def _base64_inner(data: bytes, shift: int) -> bytes:
    """Base64 of *data* with *shift* bytes before it: only characters that no neighbour has a part in."""
    encoded = base64.b64encode(bytes(shift) + data)
    first = -(-shift * 8 // 6)
    last = (shift + len(data)) * 8 // 6
    return encoded[first:last]


def _python(data: bytes) -> bytes:
    """What repr() writes, as in a traceback."""
    return repr(data)[2:-1].encode()
