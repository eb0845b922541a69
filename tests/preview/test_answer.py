"""What comes out of the sandbox is believed in nothing."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tipline.errors import PreviewError
from tipline.preview import answer
from tipline.preview.inside import frames


def picture(width: int = 2, height: int = 2, filter_: int = 0, lines: bytes | None = None) -> bytes:
    line = bytes([filter_]) + b"\x10\x20\x30" * width
    whole = line * height if lines is None else lines
    return width.to_bytes(2, "big") + height.to_bytes(2, "big") + whole


def head(outcome: int = 0, kind: int = 0, mixed: int = 0, count: int = 1) -> bytes:
    return frames.MAGIC + bytes((outcome, kind, mixed, count)) + (7).to_bytes(4, "big")


def test_it_is_read_into_pngs():
    (one,) = answer.read(head() + picture() + picture(4, 3, 1)).pictures
    for png, size in ((one.blurred, (2, 2)), (one.sharp, (4, 3))):
        read = Image.open(io.BytesIO(png))
        read.load()
        assert (read.format, read.size, read.mode) == ("PNG", size, "RGB")


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"TPV2" + head()[4:] + picture() * 2,
        head()[:-1],
        head(outcome=len(frames.OUTCOMES)) + picture() * 2,
        head(kind=200) + picture() * 2,
        head(mixed=2) + picture() * 2,
        head(count=4) + picture() * 8,
        head(),
        head() + picture(),
        head() + picture() * 2 + b"\0",
        head() + picture() + picture()[:-1],
        head() + picture() + picture(0, 2),
        head() + picture() + picture(2, 0),
        head() + picture(33, 1) + picture(),
        head() + picture() + picture(1281, 1),
        head() + picture() + picture(1, 1281),
        head() + picture() + picture(filter_=5),
        head() + picture() + b"\x89PNG\r\n\x1a\n" + bytes(100),
        head() + picture() + b"<svg onload=alert(1)>",
    ],
)
def test_one_wrong_byte_and_nothing_is_shown(wrong: bytes):
    """Numbers out of range, too little, too much, a picture too large, or another format altogether."""
    with pytest.raises(PreviewError):
        answer.read(wrong)


def test_the_most_that_is_read_is_what_the_largest_answer_has():
    largest = picture(32, 32) + picture(1280, 1280)
    assert len(head(count=3) + largest * 3) == frames.ANSWER_MAX
    assert len(answer.read(head(count=3) + largest * 3).pictures) == 3
