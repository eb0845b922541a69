"""Texts that are nearly the same: what one text is found by among many, and how alike two are. Pure.

A text is taken as the set of its phrases: so many words in a row, or characters where a script has no
spaces. Of all phrases' hashes the least few stand for the text: two texts that share most phrases share some
of these, which a table finds without looking at every text. How alike they are is measured on the texts.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from tipline.links import folding

#: Words of a phrase; a text with fewer phrases than LEAST says too little to be called the same as another.
PHRASE, LEAST = 3, 8
#: Hashes that stand for a text. Of two texts that share 7 of 10 phrases, one pair in a thousand shares none.
MARKS = 6
#: From this on two texts are nearly the same: the share of all their phrases that both have.
ALIKE = 0.5
#: A text is looked at so far: as long as a tip can be.
_LENGTH_MAX = 16384
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")


def marks(text: str) -> tuple[int, ...]:
    """Return what *text* is found by: up to MARKS numbers below 2**32; none for one that says too little."""
    return tuple(sorted({_hash(one) for one in phrases(text)})[:MARKS])


def likeness(one: str, other: str) -> float:
    """Return how alike two texts are, from 0 to 1: the share of their phrases that both have."""
    return share(phrases(one), phrases(other))


def share(one: frozenset[str], other: frozenset[str]) -> float:
    """Return which share of two texts' phrases both have, from 0 to 1."""
    return len(one & other) / len(one | other) if one and other else 0.0


def phrases(text: str) -> frozenset[str]:
    """Return the phrases of a text: none for one that says too little to be like another."""
    plain = unicodedata.normalize("NFKC", folding.fold(text[:_LENGTH_MAX])).casefold()
    words = _WORD.findall(plain)
    found = frozenset(" ".join(words[at : at + PHRASE]) for at in range(len(words) - PHRASE + 1))
    return found if len(found) >= LEAST else frozenset()


def _hash(phrase: str) -> int:
    data = phrase.encode("utf-8", "replace")
    return int.from_bytes(hashlib.blake2b(data, digest_size=4).digest(), "big")
