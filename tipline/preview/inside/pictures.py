"""Files made into pictures by the libraries that decode them. Anything may go wrong in here."""

from __future__ import annotations

import contextlib
import importlib
import io
import itertools
import pkgutil
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tipline.preview.inside import sniff
from tipline.preview.inside.frames import BLURRED_SIDE, PICTURES_MAX, SHARP_SIDE

#: So many pixels are decoded at most; a telephone's largest photograph has 200 million, and is refused.
PIXELS_MAX = 120_000_000
SIDE_MAX = 30_000
_BLUR = 5
_PDF_SCALE_MAX = 4.0
#: So many frames are decoded to come nearer to the one that is asked for.
_FRAMES_MAX = 100
_FORMATS = {
    sniff.JPEG: "JPEG", sniff.PNG: "PNG", sniff.GIF: "GIF", sniff.WEBP: "WEBP", sniff.TIFF: "TIFF",
    sniff.BMP: "BMP", sniff.HEIF: "HEIF", sniff.AVIF: "AVIF",
}  # fmt: skip
_CONTAINERS = {sniff.MP4: "mov", sniff.MATROSKA: "matroska", sniff.AVI: "avi"}
_BACKGROUND = (255, 255, 255)


@dataclass(frozen=True)
class Pictures:
    """An *outcome* (frames.OUTCOMES), pairs of a blurred and a sharp picture, *total* pages or seconds."""

    outcome: str
    pairs: tuple[tuple[Any, Any], ...] = ()
    total: int = 0


def load(kind: str) -> None:
    """Import what decodes a kind, since nothing can be imported once the worker is locked."""
    from PIL import Image, ImageFilter, ImageOps  # noqa: F401, PLC0415

    Image.init()
    if kind == sniff.HEIF:
        import pillow_heif  # noqa: PLC0415

        pillow_heif.register_heif_opener(thumbnails=False)
        pillow_heif.options.DECODE_THREADS = 1
    elif kind == sniff.PDF:
        import pypdfium2  # noqa: F401, PLC0415
    elif kind in sniff.VIDEOS:
        import av  # noqa: PLC0415

        # It imports the rest of itself by what it finds in a file.
        for one in pkgutil.walk_packages(av.__path__, "av."):
            if not one.name.endswith("__main__"):
                importlib.import_module(one.name)


def of(kind: str, data: bytes) -> Pictures:
    """Return the pictures of a file. Raises MemoryError, or whatever a library raises."""
    if kind in sniff.STILLS:
        return _still(kind, data)
    if kind == sniff.PDF:
        return _pages(data)
    if kind in sniff.VIDEOS:
        return _stills(kind, data)
    return Pictures("none")


def _still(kind: str, data: bytes) -> Pictures:
    from PIL import Image, ImageFile, ImageOps  # noqa: PLC0415

    Image.MAX_IMAGE_PIXELS = None
    opened = Image.open(io.BytesIO(data), formats=[_FORMATS[kind]])
    if not _fits(*opened.size):
        return Pictures("large")
    opened.draft("RGB", (SHARP_SIDE, SHARP_SIDE))
    outcome = "shown"
    try:
        opened.load()
    except OSError:
        opened = Image.open(io.BytesIO(data), formats=[_FORMATS[kind]])
        ImageFile.LOAD_TRUNCATED_IMAGES, outcome = True, "part"
        opened.load()
    return Pictures(outcome, (_pair(ImageOps.exif_transpose(opened)),), 1)


def _pages(data: bytes) -> Pictures:
    import pypdfium2  # noqa: PLC0415

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        return Pictures("locked" if "password" in str(error).lower() else "broken")
    pairs = []
    for place in range(min(PICTURES_MAX, len(document))):
        page = document[place]
        longest = max(1.0, *page.get_size())
        scale = min(_PDF_SCALE_MAX, SHARP_SIDE / longest)
        pairs.append(_pair(page.render(scale=scale, may_draw_forms=False).to_pil()))
    return Pictures("shown" if pairs else "broken", tuple(pairs), len(document))


def _stills(kind: str, data: bytes) -> Pictures:
    import av  # noqa: PLC0415

    film: Any
    with av.open(io.BytesIO(data), format=_CONTAINERS[kind]) as film:
        if not film.streams.video:
            return Pictures("none")
        stream = film.streams.video[0]
        stream.codec_context.thread_count = 1
        length = film.duration or 0
        pairs: list[tuple[Any, Any]] = []
        for part in range(PICTURES_MAX):
            at = length * (2 * part + 1) // (2 * PICTURES_MAX)
            frame = _frame_at(av, film, stream, at)
            if frame is None or (not length and pairs):
                break
            pairs.append(_pair(frame.to_image()))
        seconds = min(max(0, round(length / av.time_base)), 2**32 - 1)
        return Pictures("shown" if pairs else "broken", tuple(pairs), seconds)


def _frame_at(av: Any, film: Any, stream: Any, at: int) -> Any:
    """Return the frame at *at*, or one before it that can be had soon; None where none can be read."""
    frame = None
    with contextlib.suppress(av.FFmpegError):
        film.seek(at)
        if _fits(stream.codec_context.width, stream.codec_context.height):
            for frame in itertools.islice(film.decode(stream), _FRAMES_MAX):
                if frame.time is None or frame.time * av.time_base >= at:
                    break
    return frame


def _pair(picture: Any) -> tuple[Any, Any]:
    """Return a picture blurred beyond knowing anybody, and sharp: both bounded, with pixels and no more."""
    from PIL import Image, ImageFilter  # noqa: PLC0415

    picture.thumbnail((SHARP_SIDE, SHARP_SIDE))
    flat = Image.new("RGB", picture.size, _BACKGROUND)
    seen = picture.convert("RGBA")
    flat.paste(seen, mask=seen.getchannel("A"))
    small = flat.copy()
    small.thumbnail((BLURRED_SIDE * 4, BLURRED_SIDE * 4))
    small = small.filter(ImageFilter.GaussianBlur(_BLUR))
    small.thumbnail((BLURRED_SIDE, BLURRED_SIDE))
    return small, flat


def _fits(width: int, height: int) -> bool:
    return 0 < width <= SIDE_MAX and 0 < height <= SIDE_MAX and width * height <= PIXELS_MAX


def lines(picture: Any) -> bytes:
    """Return a picture's size and its lines as PNG filters them, uncompressed."""
    png = io.BytesIO()
    picture.save(png, "PNG", compress_level=1)
    size: bytes = picture.width.to_bytes(2, "big") + picture.height.to_bytes(2, "big")
    return size + zlib.decompress(b"".join(_data_of(png.getvalue())))


def _data_of(png: bytes) -> Iterator[bytes]:
    at = 8
    while at < len(png):
        length = int.from_bytes(png[at : at + 4], "big")
        if png[at + 4 : at + 8] == b"IDAT":
            yield png[at + 8 : at + 8 + length]
        at += 12 + length
