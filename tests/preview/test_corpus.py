"""The corpus through the real sandbox: what is made of each file, and that nothing comes out but pixels."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.preview.corpus import FILES, SIZE
from tipline.preview import answer, sandbox
from tipline.preview.answer import Preview

#: The worker's own steps, for many files in one process: it locks itself in before the first, as for one.
MANY = """
from tipline.preview.inside import locks, main, pictures, sniff
locks.limit()
whole, at, answers = main.read(), 0, b''
for kind in (sniff.HEIF, sniff.PDF, sniff.MP4):
    pictures.load(kind)
locks.lock()
while at < len(whole):
    size = int.from_bytes(whole[at:at + 8], 'big')
    data, at = whole[at + 8:at + 8 + size], at + 8 + size
    one = main.answer(sniff.kind(data), data)
    answers += len(one).to_bytes(8, 'big') + one
main.write(answers)
"""


@pytest.fixture(scope="module")
def made() -> dict[str, Preview]:
    files = [make() for make, _, _ in FILES.values()]
    whole = b"".join(len(data).to_bytes(8, "big") + data for data in files)
    answers, at, found = sandbox.run([whole], len(whole), worker=f"exec({MANY!r})"), 0, {}
    for name in FILES:
        size = int.from_bytes(answers[at : at + 8], "big")
        found[name], at = answer.read(answers[at + 8 : at + 8 + size]), at + 8 + size
    return found


def said(what: Preview) -> str:
    return what.outcome + (" mixed" if what.mixed else "")


@pytest.mark.parametrize("name", FILES)
def test_it_is_told_by_its_bytes_and_shown_where_it_can_be(made: dict[str, Preview], name: str):
    """Whatever it was made to do; what can be shown has pictures, and what cannot has none."""
    _, kind, outcome = FILES[name]
    assert (made[name].kind, said(made[name])) == (kind, outcome)
    assert bool(made[name].pictures) == (made[name].outcome in {"shown", "part"})


def pixel(png: bytes, x: float, y: float) -> tuple[int, ...]:
    picture = Image.open(io.BytesIO(png))
    picture.load()
    assert (picture.format, picture.mode, picture.info) == ("PNG", "RGB", {})
    found = picture.getpixel((int(x * (picture.width - 1)), int(y * (picture.height - 1))))
    assert isinstance(found, tuple)
    return tuple(int(one) for one in found)


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 40 for a, b in zip(one, other, strict=True))


STILLS = ("a JPEG", "a GIF", "a WebP", "a TIFF", "a BMP", "a HEIC", "an AVIF", "a GIF without end")


@pytest.mark.parametrize("name", STILLS)
def test_a_picture_is_shown_as_it_is(made: dict[str, Preview], name: str):
    """Red on the left, blue on the right; blurred, neither is where it was, and nothing is larger than 32."""
    (one,) = made[name].pictures
    assert (one.width, one.height) == SIZE
    assert near(pixel(one.sharp, 0.1, 0.5), (255, 0, 0))
    assert near(pixel(one.sharp, 0.9, 0.5), (0, 0, 255))
    assert max(Image.open(io.BytesIO(one.blurred)).size) <= 32
    assert not near(pixel(one.blurred, 0.45, 0.5), (255, 0, 0))


def test_the_first_pages_of_a_pdf_are_shown(made: dict[str, Preview]):
    """Three of five; a script, a launch and an address in it do nothing."""
    assert (len(made["a PDF"].pictures), made["a PDF"].total) == (3, 5)
    for one in made["a PDF"].pictures + made["a PDF that runs"].pictures:
        assert near(pixel(one.sharp, 0.25, 0.5), (0, 0, 0))
        assert near(pixel(one.sharp, 0.75, 0.5), (255, 255, 255))


@pytest.mark.parametrize("name", ["an MP4", "a WebM", "an AVI"])
def test_three_stills_of_a_film_are_shown(made: dict[str, Preview], name: str):
    """From its beginning, middle and end: the film grows lighter."""
    shades = [pixel(one.sharp, 0.5, 0.5)[0] for one in made[name].pictures]
    assert len(shades) == 3
    assert shades == sorted(shades)
    assert shades[2] - shades[0] > 100
    assert made[name].total in {9, 10}


def test_holes_in_a_picture_are_white(made: dict[str, Preview]):
    (one,) = made["a PNG with holes"].pictures
    assert near(pixel(one.sharp, 0.1, 0.5), (255, 255, 255))
