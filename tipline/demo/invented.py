"""Invented tips, put together at random from the sentences in many.toml: the same for the same number."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

#: How many sentences follow the first one.
_DETAILS = range(2, 6)
#: Three years of work, most of it lately.
_DAYS = 1000


@dataclass(frozen=True)
class Invented:
    """One tip, and how many days *ago* it came."""

    category: str
    lang: str
    danger: str
    text: str
    ago: int


def tip(number: int) -> Invented:
    """Return the invented tip with this number."""
    rng = random.Random(number)  # noqa: S311 -- nothing secret comes of it
    said = _sentences()
    lang = rng.choices(list(said["text"]), weights=range(len(said["text"]), 0, -1))[0]
    of = said["text"][lang]
    category = rng.choice([code for code in of if code != "detail"])
    details = rng.sample(of["detail"], k=min(len(of["detail"]), rng.choice(_DETAILS)))
    text = (" " if lang != "zh" else "").join([rng.choice(of[category]), *details])
    danger = rng.choices(("no", "unsure", "yes"), weights=(90, 8, 2))[0]
    return Invented(category, lang, danger, text.format(**_filled(rng)), int(_DAYS * rng.random() ** 3))


def _filled(rng: random.Random) -> dict[str, str]:
    names = _sentences()["names"]
    return {
        "place": rng.choice(names["place"]),
        "name": rng.choice(names["name"]),
        "plate": f"HH-{rng.choice('ABCDEFGH')}{rng.choice('KLMNPRST')} {rng.randrange(100, 9999)}",
        "phone": f"+44 7700 900{rng.randrange(1000):03}",
        "hour": f"{rng.randrange(24):02}:{rng.choice(('00', '15', '30'))}",
        "count": str(rng.randrange(2, 30)),
    }


@cache
def _sentences() -> dict[str, Any]:
    return tomllib.loads(resources.files("tipline.demo").joinpath("many.toml").read_text())
