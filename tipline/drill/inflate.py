"""Compressed streams inside other data, inflated piece by piece.

Limits, stated because a search is only worth what it covers: a stream with a gzip header, or with a zlib
header for the usual window of 32 KiB, is found at any offset; raw deflate, which has no header, is tried at
the start of a file, behind every ZIP local header, and at every offset of a file of at most 64 KiB. Streams
are followed for 64 MiB, and two deep.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from tipline.drill.sources import Source

DEPTH = 2
LONGEST = 64 * 1024 * 1024
EVERY_OFFSET = 64 * 1024
#: The longest header, that of ZIP, has to be seen whole.
HEADER = 30
_PIECE = 256 * 1024
_FEED = 64 * 1024
# A wrong guess fails within its first bytes, so the first feed is short.
_FIRST_FEED = 512


# RFC 1950, section 2.2: a window of 32 KiB, no preset dictionary, the 16 bits a multiple of 31.
_ZLIB = tuple(bytes([0x78, flags]) for flags in (0x01, 0x5E, 0x9C, 0xDA))
_GZIP = b"\x1f\x8b\x08"
_ZIP = b"PK\x03\x04"
_ZIP_LENGTHS = struct.Struct("<26xHH")
_WINDOW = {"gzip": 31, "zlib": 15, "deflate": -15}


@dataclass(frozen=True)
class Head:
    """Where a compressed stream may start, and its *kind*: "gzip", "zlib" or "deflate"."""

    kind: str
    offset: int


def heads(data: bytes) -> Iterator[Head]:
    """Give every place in *data* at which a stream with a header may start."""
    for kind, header in (("gzip", _GZIP), *(("zlib", header) for header in _ZLIB)):
        yield from (Head(kind, at) for at in _all(data, header))
    for at in _all(data, _ZIP):
        if at + _ZIP_LENGTHS.size <= len(data):
            name, extra = _ZIP_LENGTHS.unpack_from(data, at)
            yield Head("deflate", at + _ZIP_LENGTHS.size + name + extra)


def _all(data: bytes, header: bytes) -> Iterator[int]:
    at = data.find(header)
    while at >= 0:
        yield at
        at = data.find(header, at + 1)


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
