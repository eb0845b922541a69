"""A JPEG as a phone makes it: it says where it was taken. One grey pixel, and Exif 2.32 in APP1."""

from __future__ import annotations

import struct

_ASCII, _LONG, _RATIONAL, _UNDEFINED = 2, 4, 5, 7
_DESCRIPTION, _GPS = 0x010E, 0x8825
_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE, _AREA = 1, 2, 3, 4, 0x1C

_Field = tuple[int, int, int, bytes]

_QUANTISATION = b"\xff\xdb\x00\x43\x00" + b"\x01" * 64
_FRAME = bytes.fromhex("ffc0000b080001000101011100")
_HUFFMAN = b"".join(b"\xff\xc4\x00\x14" + kind + b"\x01" + bytes(16) for kind in (b"\x00", b"\x10"))
_SCAN = bytes.fromhex("ffda0008010100003f003f") + b"\xff\xd9"


def jpeg(description: str, area: str) -> bytes:
    """Return a JPEG with *description* as its title and *area* as the place in its GPS fields (ASCII)."""
    exif = b"Exif\0\0" + _tiff(description.encode("ascii") + b"\0", b"ASCII\0\0\0" + area.encode("ascii"))
    app1 = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    return b"\xff\xd8" + app1 + _QUANTISATION + _FRAME + _HUFFMAN + _SCAN


def _tiff(description: bytes, area: bytes) -> bytes:
    """Two directories, little-endian: the picture's, then its GPS fields'."""
    head = struct.pack("<2sHI", b"II", 42, 8)
    first = [(_DESCRIPTION, _ASCII, len(description), description)]
    gps_at = len(head) + len(_directory([*first, (_GPS, _LONG, 1, bytes(4))], len(head)))
    pointer = (_GPS, _LONG, 1, struct.pack("<I", gps_at))
    gps = [
        (_LATITUDE_REF, _ASCII, 2, b"N\0\0\0"),
        (_LATITUDE, _RATIONAL, 3, struct.pack("<6I", 52, 1, 31, 1, 12, 1)),
        (_LONGITUDE_REF, _ASCII, 2, b"E\0\0\0"),
        (_LONGITUDE, _RATIONAL, 3, struct.pack("<6I", 13, 1, 24, 1, 33, 1)),
        (_AREA, _UNDEFINED, len(area), area),
    ]
    return head + _directory([*first, pointer], len(head)) + _directory(gps, gps_at)


def _directory(fields: list[_Field], at: int) -> bytes:
    """Return a directory at offset *at*: its entries, then the values that do not fit in an entry."""
    values_at = at + 2 + 12 * len(fields) + 4
    entries, values = b"", b""
    for tag, kind, count, value in fields:
        place = value if len(value) == 4 else struct.pack("<I", values_at + len(values))
        entries += struct.pack("<HHI", tag, kind, count) + place
        values += b"" if len(value) == 4 else value + bytes(len(value) % 2)
    return struct.pack("<H", len(fields)) + entries + bytes(4) + values
