"""What to think about before a reply is sent: that it asks who somebody is, or repeats what they told.

Rules of words help the eye of who writes. They know some ways to ask, and an officer may always go on.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from tipline.papers import wording

REPEATS = "repeats"
_REPEATS_SAYS = "It repeats words of the tip. Whoever holds the tipster's phone may read them."


@dataclass(frozen=True)
class Caution:
    """A *kind* of caution, what it *says* to the officer, and the words of the reply that it is about."""

    kind: str
    says: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class _Rule:
    kind: str
    says: str
    found: re.Pattern[str]


def of(reply: str, tips: Iterable[str]) -> tuple[Caution, ...]:
    """Return what there is to think about in a *reply*, given all that the tipster wrote."""
    text = unicodedata.normalize("NFKC", reply)
    found = [Caution(one.kind, one.says, _hits(one.found, text)) for one in _rules()]
    repeated = tuple(dict.fromkeys(one.text for one in wording.copied(reply, tips)))
    found.append(Caution(REPEATS, _REPEATS_SAYS, repeated))
    return tuple(one for one in found if one.words)


def mark(reply: str, cautions: Sequence[Caution]) -> str:
    """Return what stands for having read these cautions about exactly this reply."""
    said = [reply, *(one.kind for one in cautions)]
    return hashlib.sha256("\0".join(said).encode()).hexdigest()


def languages() -> frozenset[str]:
    """Return the languages that there are rules for, by code."""
    return frozenset(lang for one in _read() for lang in one["rules"])


def _hits(rule: re.Pattern[str], text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found.group() for found in rule.finditer(text)))


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(_Rule(one["kind"], one["says"], _joined(one["rules"].values())) for one in _read())


def _joined(rules: Iterable[Sequence[str]]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{rule})" for by_lang in rules for rule in by_lang), re.IGNORECASE)


@cache
def _read() -> tuple[dict[str, Any], ...]:
    text = resources.files("tipline.talk").joinpath("cautions.toml").read_text()
    return tuple(tomllib.loads(text)["caution"])
