"""Files that strangers send, made by code: honest ones, broken ones, and ones that were made to do harm."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import av
import pillow_heif
from PIL import Image

SIZE = (64, 48)
#: What every tester of virus scanners uses, in two parts, so that none takes this file for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
GIF_FRAMES = 2000


def colours(size: tuple[int, int] = SIZE) -> Image.Image:
    """Return a picture that is red on its left and blue on its right."""
    picture = Image.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    return picture


def still(kind: str, **how: object) -> bytes:
    """Return that picture as a file."""
    pillow_heif.register_heif_opener()
    out = io.BytesIO()
    colours().save(out, kind, **how)
    return out.getvalue()


def film(container: str = "mp4", codec: str = "mpeg4", frames: int = 10) -> bytes:
    """Return a film that grows lighter, one frame a second."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as made:
        stream = made.add_stream(codec, rate=1)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for place in range(frames):
            shade = 255 * place // frames
            frame = av.VideoFrame.from_image(Image.new("RGB", SIZE, (shade, shade, shade)))
            made.mux(stream.encode(frame))
        made.mux(stream.encode())
    return out.getvalue()


def pdf(catalog: bytes = b"", pages: int = 1) -> bytes:
    """Return a PDF of pages half covered in black; *catalog* is added to what it says of itself."""
    drawn = b"0 0 100 200 re f"
    kids = b" ".join(b"%d 0 R" % (4 + place) for place in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R " + catalog + b">>",
        b"<</Type/Pages/Count %d/Kids[" % pages + kids + b"]>>",
        b"<</Length %d>>stream\n" % len(drawn) + drawn + b"\nendstream",
        *[b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 3 0 R>>"] * pages,
    ]
    out, places = io.BytesIO(b""), []
    out.write(b"%PDF-1.7\n")
    for number, what in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n" % number + what + b"\nendobj\n")
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    return out.getvalue()


SCRIPTS = (
    b"/OpenAction<</S/JavaScript/JS(while\\(true\\){app.alert\\(1\\)})>>"
    b"/AA<</WC<</S/Launch/F(/bin/sh)>>/DS<</S/URI/URI(https://example.org/seen)>>>>"
)
SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">'
    b'<script>fetch("https://example.org/seen")</script><image href="https://example.org/seen.png"/></svg>'
)


def png_bomb(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that says it is that large, and is as far as anybody looks."""
    line = zlib.compress(bytes(min(width, 30_000)))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", line), (b"IEND", b""))
    made = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(made)


def png_text_bomb() -> bytes:
    """Return a PNG with a text that is 5 MB when it is taken out."""
    png, text = still("PNG"), b"Comment\0\0" + zlib.compress(bytes(5_000_000))
    chunk = struct.pack(">I", len(text)) + b"zTXt" + text + struct.pack(">I", zlib.crc32(b"zTXt" + text))
    return png[:33] + chunk + png[33:]


def jpeg_of(width: int, height: int) -> bytes:
    """Return a JPEG whose header says another size than its picture has."""
    jpeg = bytearray(still("JPEG"))
    at = jpeg.index(b"\xff\xc0") + 5
    jpeg[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(jpeg)


def half_a_jpeg() -> bytes:
    """Return the first half of a photograph."""
    out = io.BytesIO()
    Image.effect_noise((400, 300), 60).convert("RGB").save(out, "JPEG")
    return out.getvalue()[: out.tell() // 2]


def zip_bomb() -> bytes:
    """Return an archive of 10 MB of zeros, in itself an archive."""
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("zeros", bytes(2_000_000))
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as made:
        for place in range(5):
            made.writestr(f"{place}.zip", inner.getvalue())
    return outer.getvalue()


def endless_gif() -> bytes:
    """Return a GIF that goes on for thousands of pictures, for ever, and lacks its end."""
    first, other = colours(), Image.new("RGB", SIZE, "green")
    out = io.BytesIO()
    first.save(out, "GIF", save_all=True, append_images=[other], loop=0)
    begin, frame = out.getvalue()[:-1], out.getvalue()[-60:-1]
    return begin + frame * GIF_FRAMES


def polyglot(first: bytes) -> bytes:
    """Return a file that begins as *first*, and is an archive to whoever looks at its end."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("run.exe", b"MZ")
    return first + out.getvalue()


def jpeg_and_pdf() -> bytes:
    """Return a JPEG that many readers of PDFs open, since they look for the beginning."""
    jpeg, comment = still("JPEG"), b"%PDF-1.7\n"
    return jpeg[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + jpeg[2:]


#: By name: what makes the file, its kind, and what becomes of it; "mixed" where it is two things at once.
FILES: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "a JPEG": (lambda: still("JPEG"), "jpeg", "shown"),
    "a PNG with holes": (lambda: still("PNG", transparency=(255, 0, 0)), "png", "shown"),
    "a GIF": (lambda: still("GIF"), "gif", "shown"),
    "a WebP": (lambda: still("WEBP", lossless=True), "webp", "shown"),
    "a TIFF": (lambda: still("TIFF"), "tiff", "shown"),
    "a BMP": (lambda: still("BMP"), "bmp", "shown"),
    "a HEIC": (lambda: still("HEIF"), "heif", "shown"),
    "an AVIF": (lambda: still("AVIF"), "avif", "shown"),
    "a PDF": (lambda: pdf(pages=5), "pdf", "shown"),
    "an MP4": (film, "mp4", "shown"),
    "a WebM": (lambda: film("webm", "libvpx"), "matroska", "shown"),
    "an AVI": (lambda: film("avi"), "avi", "shown"),
    "a PDF that runs": (lambda: pdf(SCRIPTS), "pdf", "shown"),
    "an SVG that runs": (lambda: SVG, "svg", "none"),
    "a virus": (lambda: EICAR, "text", "none"),
    "a zip bomb": (zip_bomb, "zip", "none"),
    "a gzip bomb": (lambda: gzip.compress(bytes(5_000_000)), "archive", "none"),
    "a PNG bomb": (lambda: png_bomb(30000, 30000), "png", "large"),
    "a PNG without end": (lambda: png_bomb(2**31 - 1, 2**31 - 1), "png", "large"),
    "a PNG with a text bomb": (png_text_bomb, "png", "broken"),
    "a JPEG bomb": (lambda: jpeg_of(65500, 65500), "jpeg", "large"),
    "a JPEG that says it is taller": (lambda: jpeg_of(64, 4000), "jpeg", "shown"),
    "a GIF without end": (endless_gif, "gif", "shown"),
    "half a JPEG": (half_a_jpeg, "jpeg", "part"),
    "the head of a JPEG": (lambda: still("JPEG")[:100], "jpeg", "broken"),
    "half an MP4": (lambda: film()[:-900], "mp4", "broken"),
    "an MP4 of noise": (lambda: b"\0\0\0\x18ftypisom" + bytes(range(256)) * 40, "mp4", "broken"),
    "a PDF of noise": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40, "pdf", "broken"),
    "a HEIC of noise": (lambda: b"\0\0\0\x18ftypheic" + bytes(range(256)) * 40, "heif", "broken"),
    "a JPEG and an archive": (lambda: polyglot(still("JPEG")), "jpeg", "shown mixed"),
    "a PDF and an archive": (lambda: polyglot(pdf()), "pdf", "shown mixed"),
    "a JPEG and a PDF": (jpeg_and_pdf, "jpeg", "shown mixed"),
    "nothing": (lambda: b"", "unknown", "none"),
    "a program": (lambda: b"MZ" + bytes(100), "program", "none"),
}
