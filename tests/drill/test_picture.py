"""The drill's JPEG is one that other programs read, GPS fields included."""

from __future__ import annotations

import io

import piexif
from PIL import Image

from tipline.drill import picture


def test_it_is_a_picture_with_a_place():
    """Decoded by Pillow, its Exif read by piexif."""
    made = picture.jpeg("a title for it", "the old boathouse")
    with Image.open(io.BytesIO(made)) as image:
        image.load()
        assert (image.format, image.size) == ("JPEG", (1, 1))
    exif = piexif.load(made)
    assert exif["0th"][piexif.ImageIFD.ImageDescription] == b"a title for it"
    assert exif["GPS"][piexif.GPSIFD.GPSAreaInformation] == b"ASCII\0\0\0the old boathouse"
    assert exif["GPS"][piexif.GPSIFD.GPSLatitude] == ((52, 1), (31, 1), (12, 1))
