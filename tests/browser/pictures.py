"""A photograph as a phone makes it, with the place and device in its EXIF."""

from __future__ import annotations

from pathlib import Path

import piexif
from PIL import Image


def jpeg_with_place(path: Path) -> Path:
    """Write a JPEG with GPS position, device and time, and return its path."""
    exif = {
        "0th": {piexif.ImageIFD.Make: b"Canary Phones", piexif.ImageIFD.Model: b"Model 7"},
        "Exif": {piexif.ExifIFD.DateTimeOriginal: b"2026:01:02 03:04:05"},
        "GPS": {
            piexif.GPSIFD.GPSLatitudeRef: b"N",
            piexif.GPSIFD.GPSLatitude: ((52, 1), (31, 1), (12, 1)),
            piexif.GPSIFD.GPSLongitudeRef: b"E",
            piexif.GPSIFD.GPSLongitude: ((13, 1), (24, 1), (36, 1)),
        },
    }
    picture = Image.radial_gradient("L").convert("RGB").resize((640, 480))
    picture.save(path, "jpeg", exif=piexif.dump(exif))
    return path
