"""What the worker answers, in bytes. Both sides read the numbers here; only the outside checks them.

"TPV1"  outcome (1)  kind (1)  mixed (1)  count (1)  total (4)        total: pages, or seconds of a video
then count pairs: blurred picture, sharp picture. A picture is
width (2)  height (2)  height lines, each a filter byte (0-4, as PNG has them) and width x 3 bytes
"""

from __future__ import annotations

MAGIC = b"TPV1"
HEAD, SIZE = 12, 4
#: A preview; one of a damaged file; nothing to be made of this kind; damaged; locked by a password; too much.
OUTCOMES = ("shown", "part", "none", "broken", "locked", "large")
#: Pictures of one file, and their longest side in pixels.
PICTURES_MAX = 3
SHARP_SIDE, BLURRED_SIDE = 1280, 32
DEPTH = 3
FILTERS = frozenset(range(5))


def picture_max(side: int) -> int:
    """Return the most bytes that a picture takes whose longest side is *side* pixels."""
    return SIZE + side * (1 + DEPTH * side)


ANSWER_MAX = HEAD + PICTURES_MAX * (picture_max(SHARP_SIDE) + picture_max(BLURRED_SIDE))
