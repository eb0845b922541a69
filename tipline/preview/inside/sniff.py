"""What a file is, by its first bytes alone: neither its name nor what its sender called it counts."""

from __future__ import annotations

import re

JPEG, PNG, GIF, WEBP, TIFF, BMP, HEIF, AVIF = "jpeg", "png", "gif", "webp", "tiff", "bmp", "heif", "avif"
PDF, MP4, MATROSKA, AVI = "pdf", "mp4", "matroska", "avi"
SVG, ZIP, ARCHIVE, PROGRAM, SOUND, OFFICE, TEXT, UNKNOWN = (
    "svg", "zip", "archive", "program", "sound", "office", "text", "unknown",
)  # fmt: skip
#: Of every kind its number in the answer.
KINDS = (
    JPEG, PNG, GIF, WEBP, TIFF, BMP, HEIF, AVIF, PDF, MP4, MATROSKA, AVI, SVG, ZIP, ARCHIVE, PROGRAM, SOUND,
    OFFICE, TEXT, UNKNOWN,
)  # fmt: skip
STILLS = frozenset({JPEG, PNG, GIF, WEBP, TIFF, BMP, HEIF, AVIF})
VIDEOS = frozenset({MP4, MATROSKA, AVI})

_HEAD = 4096
_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"BM", BMP),
    (b"%PDF-", PDF),
    (b"\x1aE\xdf\xa3", MATROSKA),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\x1f\x8b", ARCHIVE),
    (b"BZh", ARCHIVE),
    (b"\xfd7zXZ\0", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"Rar!\x1a\x07", ARCHIVE),
    (b"MZ", PROGRAM),
    (b"\x7fELF", PROGRAM),
    (b"#!", PROGRAM),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OFFICE),
    (b"{\\rtf", OFFICE),
    (b"ID3", SOUND),
    (b"\xff\xfb", SOUND),
    (b"OggS", SOUND),
    (b"fLaC", SOUND),
    (b"#!AMR", SOUND),
)
_RIFF = {b"WEBP": WEBP, b"AVI ": AVI, b"WAVE": SOUND}
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})
_SVG = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_MARKUP = re.compile(rb"\s*<(\?xml|!doctype|svg)", re.IGNORECASE)
#: Where the end of an archive lies that a reader of archives looks for, and how far from its beginning a PDF
#: may begin.
_ZIP_TAIL, _PDF_HEAD = 65536, 1024


def kind(data: bytes) -> str:
    """Return what *data* is, as the first bytes say."""
    head = bytes(data[:_HEAD])
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        return _of_brand(head)
    # The longest first: a sound can begin as a program does.
    starts = sorted(_STARTS, key=lambda one: -len(one[0]))
    return next((name for start, name in starts if head.startswith(start)), "") or _of_text(head)


def is_mixed(data: bytes) -> bool:
    """Tell whether other programs could take a picture or a PDF for something else: it may be a trap."""
    own = kind(data)
    if own not in STILLS | VIDEOS | {PDF}:
        return False
    is_zip = b"PK\x05\x06" in bytes(data[-_ZIP_TAIL:])
    return is_zip or (own != PDF and b"%PDF-" in bytes(data[:_PDF_HEAD]))


def _of_brand(head: bytes) -> str:
    brand = head[8:12]
    if brand in _HEIF_BRANDS:
        return HEIF
    if brand in {b"avif", b"avis"}:
        return AVIF
    return SOUND if brand in {b"M4A ", b"M4B "} else MP4


def _of_text(head: bytes) -> str:
    if _MARKUP.match(head) and _SVG.search(head):
        return SVG
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # A character that the end of *head* cuts is none that is wrong.
        if error.start < len(head) - 3:
            return UNKNOWN
    return TEXT if head and b"\0" not in head else UNKNOWN
