"""Compressed streams inside other data, inflated piece by piece.

Limits, stated because a search is only worth what it covers: a stream with a gzip or zlib header is found
at any offset; raw deflate, which has no header, is tried at the start of a file, behind every ZIP local
header, and at every offset of a file of at most 64 KiB. Streams are followed for 64 MiB, and two deep.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from tipline.drill.sources import Source

DEPTH = 2
LONGEST = 64 * 1024 * 1024
EVERY_OFFSET = 64 * 1024
#: The longest header that the pattern below needs to see whole.
HEADER = 30
_PIECE = 256 * 1024
_FEED = 64 * 1024
# A wrong guess fails within its first bytes, so the first feed is short.
_FIRST_FEED = 512


def _zlib_headers() -> bytes:
    """RFC 1950, section 2.2: method 8, a window size, no preset dictionary, the 16 bits a multiple of 31."""
    pairs = [
        bytes([method, flags])
        for method in range(0x08, 0x80, 0x10)
        for flags in range(256)
        if not flags & 0x20 and not (method << 8 | flags) % 31
    ]
    return b"|".join(re.escape(pair) for pair in pairs)


_HEADS = re.compile(
    b"(?P<gzip>\x1f\x8b\x08)|(?P<zip>PK\x03\x04.{22}(?P<lengths>.{4}))|(?P<zlib>" + _zlib_headers() + b")",
    re.DOTALL,
)
_WINDOW = {"gzip": 31, "zlib": 15, "deflate": -15}


@dataclass(frozen=True)
class Head:
    """Where a compressed stream may start, and its *kind*: "gzip", "zlib" or "deflate"."""

    kind: str
    offset: int


def heads(data: bytes) -> Iterator[Head]:
    """Give every place in *data* at which a stream with a header may start."""
    for found in _HEADS.finditer(data):
        if found["zip"]:
            name, extra = struct.unpack("<HH", found["lengths"])
            yield Head("deflate", found.end() + name + extra)
        else:
            yield Head("gzip" if found["gzip"] else "zlib", found.start())


def guesses(source: Source) -> Iterator[Head]:
    """Give the places at which raw deflate is tried though nothing announces it."""
    small = source.end - source.start <= EVERY_OFFSET
    for offset in range(source.start, source.end if small else source.start + 1):
        yield Head("deflate", offset)


def inflate(source: Source, head: Head) -> Iterator[bytes]:
    """Give what the stream at *head* inflates to, in pieces, until it ends, breaks or reaches the limit."""
    stream = zlib.decompressobj(_WINDOW[head.kind])
    at, feed, given = head.offset, _FIRST_FEED, 0
    while given < LONGEST and not stream.eof:
        data = stream.unconsumed_tail or source.read(at, feed)
        if not stream.unconsumed_tail:
            at, feed = at + len(data), _FEED
        try:
            piece = stream.decompress(data, _PIECE)
        except zlib.error:
            return
        given += len(piece)
        if piece:
            yield piece
        elif not data:
            return
