"""Files for the demo's tips, drawn here: a bank's slip, as picture and as PDF, and sacks in a cold store."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from pathlib import Path

from PIL import Image, ImageDraw

_PAPER, _INK, _FAINT = (247, 245, 238), (38, 44, 58), (150, 156, 168)
_SLIP = (
    "DEPOSIT SLIP", "Harbour Savings (invented)", "", "Cash, counted by machine", "12,400.00 EUR", "",
    "To: Belle Epoque SARL", "FR14 2004 1010 0505 0001 3M02 606", "", "Monday 09:12    Counter 3",
)  # fmt: skip


def make(name: str, folder: Path) -> Path:
    """Draw the file of this name in *folder*, and return its path."""
    path = folder / name
    _DRAWN[name]().save(path)
    return path


def _slip() -> Image.Image:
    picture = Image.new("RGB", (620, 800), _PAPER)
    draw = ImageDraw.Draw(picture)
    for place, line in enumerate(_SLIP):
        draw.text((60, 70 + place * 58), line, fill=_INK, font_size=34 if place == 0 else 24)
    for at in range(0, 620, 14):
        draw.line([(at, 730), (at + 7, 730)], fill=_FAINT, width=2)
    return picture.rotate(1.5, fillcolor=(92, 78, 66), expand=True)


def _sacks() -> Image.Image:
    """A row of sacks under a lamp, as a telephone sees them."""
    rng = random.Random("sacks")  # noqa: S311 -- nothing secret comes of it
    light = Image.radial_gradient("L").resize((960, 720)).point(lambda dark: 210 - dark * 2 // 3)
    picture = Image.merge(
        "RGB", (light, light.point(lambda one: one * 9 // 10), light.point(lambda one: one * 7 // 10))
    )
    draw = ImageDraw.Draw(picture)
    for row in range(3):
        for place in range(5):
            left, top = 40 + place * 180 + rng.randrange(20), 130 + row * 180 + rng.randrange(24)
            shade = 120 + rng.randrange(50)
            draw.rounded_rectangle(
                [left, top, left + 165, top + 150],
                46,
                fill=(shade, shade * 8 // 10, shade // 2),
                outline=(60, 44, 28),
                width=4,
            )
            draw.text((left + 30, top + 62), "DRIED FISH", fill=(58, 40, 26), font_size=18)
    return picture


_DRAWN: Mapping[str, Callable[[], Image.Image]] = {
    "slip.jpg": _slip,
    "slip.pdf": _slip,
    "sacks.jpg": _sacks,
}
