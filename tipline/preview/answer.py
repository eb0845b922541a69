"""What came out of the sandbox, believed in nothing: pixels in lines of the length that they must have.

The worker sends no picture file. The PNG that an officer's browser is given is written here, around the
lines, so a decoder that was taken over chooses the pixels and not one byte of a format.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from tipline.errors import PreviewError
from tipline.preview.inside import frames, sniff

_PNG = b"\x89PNG\r\n\x1a\n"
_DEPTH_8, _RGB = 8, 2


@dataclass(frozen=True, repr=False)
class Picture:
    """A picture of a file as two PNGs, one *blurred* beyond knowing anybody."""

    blurred: bytes
    sharp: bytes
    width: int
    height: int


@dataclass(frozen=True, repr=False)
class Preview:
    """What could be made of a file: *outcome* is one of frames.OUTCOMES, *kind* one of sniff.KINDS.

    *total* counts the pages of a PDF or the seconds of a video. *mixed*: other programs may take it for
    something else.
    """

    outcome: str
    kind: str
    pictures: tuple[Picture, ...] = ()
    total: int = 0
    mixed: bool = False


def read(data: bytes) -> Preview:
    """Read the worker's answer. Raises PreviewError when one byte of it is not as it must be."""
    if len(data) < frames.HEAD or not data.startswith(frames.MAGIC):
        raise PreviewError("it said nothing")
    outcome, kind, mixed, count, total = struct.unpack(">BBBBI", data[4 : frames.HEAD])
    if outcome >= len(frames.OUTCOMES) or kind >= len(sniff.KINDS) or mixed > 1:
        raise PreviewError("its first bytes are wrong")
    if count > frames.PICTURES_MAX:
        raise PreviewError("it has too many pictures")
    found, at = [], frames.HEAD
    for _ in range(count):
        (blurred, *_), at = _picture(data, at, frames.BLURRED_SIDE)
        (sharp, width, height), at = _picture(data, at, frames.SHARP_SIDE)
        found.append(Picture(blurred, sharp, width, height))
    if at != len(data):
        raise PreviewError("there is something after its pictures")
    return Preview(frames.OUTCOMES[outcome], sniff.KINDS[kind], tuple(found), total, bool(mixed))


def _picture(data: bytes, at: int, side: int) -> tuple[tuple[bytes, int, int], int]:
    """Return the picture at *at* as (PNG, width, height), and where it ends."""
    if len(data) < at + frames.SIZE:
        raise PreviewError("a picture lacks")
    width, height = struct.unpack(">HH", data[at : at + frames.SIZE])
    if not (0 < width <= side and 0 < height <= side):
        raise PreviewError(f"a picture has {width} x {height} pixels")
    line = 1 + width * frames.DEPTH
    start, end = at + frames.SIZE, at + frames.SIZE + height * line
    lines = data[start:end]
    if len(lines) != height * line:
        raise PreviewError("a picture lacks lines")
    if not frames.FILTERS.issuperset(lines[::line]):
        raise PreviewError("a line has no filter that there is")
    return (png(width, height, lines), width, height), end


def png(width: int, height: int, lines: bytes) -> bytes:
    """Return a PNG of *lines*, each a filter byte and the line's colours."""
    head = struct.pack(">IIBBBBB", width, height, _DEPTH_8, _RGB, 0, 0, 0)
    return _PNG + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(lines, 1)) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
