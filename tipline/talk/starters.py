"""The templates that come with Tipline (starters.toml), and how their languages write a date."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812  the name is taken by what it is written as
from functools import cache
from importlib import resources
from typing import Any

ENGLISH = "en"


@dataclass(frozen=True)
class Starter:
    """A template of ours in one language. *reviewed*: somebody who speaks it has read it."""

    code: str
    title: str
    lang: str
    text: str
    reviewed: bool


@cache
def all_() -> tuple[Starter, ...]:
    """Return all of them, by kind and then by language."""
    languages = _read()["language"]
    return tuple(
        Starter(one["code"], one["title"], lang, text.strip(), languages[lang]["reviewed"])
        for one in _read()["template"]
        for lang, text in one["text"].items()
    )


def find(code: str, lang: str) -> Starter | None:
    """Return a starter in a language (as a browser names it), or None."""
    short = lang.partition("-")[0].lower()
    return next((one for one in all_() if (one.code, one.lang) == (code, short)), None)


def date(day: Date, lang: str) -> str:
    """Write a day as a language does; as 2026-11-03 in one that has no starters."""
    how = _read()["language"].get(lang.partition("-")[0].lower())
    if how is None:
        return day.isoformat()
    month = how["months"][day.month - 1]
    return str(how["date"].format(day=day.day, month=month, year=day.year))


@cache
def _read() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("tipline.talk").joinpath("starters.toml").read_text())
