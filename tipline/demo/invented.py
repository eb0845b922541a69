"""Invented tips: some written whole in written.toml, the others put together from the sentences in many.toml.

The same for the same place in the row, whatever comes after it.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

#: How many sentences follow the first one.
_DETAILS = range(1, 6)
#: Where a tip that was written whole stands: every fifth place; those of one event stand together.
_FIRST, _STEP, _EVENT = 3, 5, 20
#: These stand between words in every script here but Chinese.
_SPACE = " "
#: Fields of a written tip that are the tip's own; the others say what officers do about it.
_TOLD = ("category", "lang", "danger", "text")


@dataclass(frozen=True)
class Invented:
    """One tip. *report* is what units are given of it, *acts* what else officers do, by name."""

    category: str
    lang: str
    danger: str
    text: str
    report: str = ""
    acts: Mapping[str, str] = field(default_factory=dict)


def tip(place: int) -> Invented:
    """Return the invented tip at this *place*, counted back from the newest, which is 0."""
    whole = _written().get(place)
    return whole if whole is not None else _put_together(place)


def _put_together(place: int) -> Invented:
    rng = random.Random(f"tip {place}")  # noqa: S311 -- nothing secret comes of it
    said = _read("many.toml")
    lang = rng.choices(list(said["text"]), weights=range(len(said["text"]), 0, -1))[0]
    of = said["text"][lang]
    category = rng.choice([code for code in of if code in said["report"]])
    details = rng.sample(of["detail"], k=min(len(of["detail"]), rng.choice(_DETAILS)))
    text = [*_maybe(rng, of["start"]), rng.choice(of[category]), *details, *_maybe(rng, of["end"])]
    danger = rng.choices(("no", "unsure", "yes"), weights=(93, 6, 1))[0]
    filled = _filled(rng, of)
    report = f"A person says that {said['report'][category]}.".format(**filled)
    words = ("" if lang == "zh" else _SPACE).join(text).format(**filled)
    return Invented(category, lang, danger, words, report)


def _maybe(rng: random.Random, of: list[str]) -> list[str]:
    return [rng.choice(of)] if rng.random() < 1 / 2 else []


def _filled(rng: random.Random, of: Mapping[str, list[str]]) -> dict[str, str]:
    return {
        "place": rng.choice(of["place"]),
        "name": rng.choice(of["name"]),
        "plate": f"HX-{rng.choice('ABCDEFGH')}{rng.choice('KLMNPRST')} {rng.randrange(100, 9999)}",
        "phone": f"+44 7700 900{rng.randrange(1000):03}",
        "hour": f"{rng.randrange(24):02}:{rng.choice(('00', '15', '30'))}",
        "count": str(rng.randrange(2, 30)),
    }


@cache
def _written() -> dict[int, Invented]:
    """Return the tips that were written whole, by their place."""
    found: dict[int, Invented] = {}
    event, one = _EVENT, _FIRST
    for item in _read("written.toml")["tip"]:
        if "group" in item:
            place, event = event, event + 1
        else:
            place, one = one, _next(one)
        acts = {name: value for name, value in item.items() if name not in {*_TOLD, "report"}}
        told = {name: item[name].strip() for name in _TOLD}
        found[place] = Invented(**told, report=item.get("report", ""), acts=acts)
    return found


def _next(place: int) -> int:
    """Return the place after this one that no event has."""
    place += _STEP
    return place if not _EVENT <= place < _EVENT + _STEP * 2 else _EVENT + _STEP * 2


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("tipline.demo").joinpath(name).read_text())
