"""Letters of another alphabet than they look: a Cyrillic letter within a Latin word, and such.

Whoever types them means to mislead a reader, a filter or a search, or their keyboard did it. What alphabets
are like by nature is no trick: text wholly in one, words of several side by side, a brand with an ending.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from confusable_homoglyphs import categories
from confusable_homoglyphs.confusables import confusables_data

#: Alphabets with letters that look alike, and the plain letters that readers of each expect.
_PLAIN = {
    "LATIN": re.compile("[A-Za-z]"),
    "CYRILLIC": re.compile("[\u0410-\u044f]"),
    "GREEK": re.compile("[\u0391-\u03a9\u03b1-\u03c9]"),
    "ARMENIAN": re.compile("[\u0531-\u0587]"),
}
_OTHERS = frozenset({"CHEROKEE", "COPTIC", "LISU"})
_WORD = re.compile(r"\w+")
#: Nothing of the alphabets beside the Latin one, so nothing to look for.
_ALL_PLAIN = re.compile("[\x00-\u036f\u0590-\u139f\u1400-\u1eff\u2000-\u2c7f\u2e80-\ua4cf\uac00-\U0010ffff]*")
#: So much of a text is Latin where a word that only looks Latin stands out, if it is as long as a word.
_MOSTLY, _ENOUGH, _LONG = 0.8, 20, 3


def places(text: str) -> list[int]:
    """Return where in *text* letters stand that are of another alphabet than they look, in order."""
    if _ALL_PLAIN.fullmatch(text):
        return []
    in_latin = _is_latin(text)
    return [place for word in _WORD.finditer(text) for place in _in_word(word, in_latin=in_latin)]


def _in_word(word: re.Match[str], *, in_latin: bool) -> list[int]:
    scripts = [
        (word.start() + at, character, _script(character)) for at, character in enumerate(word.group())
    ]
    letters = [(place, character, script) for place, character, script in scripts if script]
    there = Counter(script for _, _, script in letters)
    # A lone letter is a sign beside a word, as in "5 kOhm" with a Greek omega, and no word itself.
    for script, count in there.most_common():
        others = [(place, character) for place, character, other in letters if other != script]
        if count > 1 and others and all(_looks(character, script) for _, character in others):
            return [place for place, _ in others]
    if in_latin and len(letters) >= _LONG and "LATIN" not in there:
        return [place for place, _, _ in letters] if all(_looks(one[1], "LATIN") for one in letters) else []
    return []


def _is_latin(text: str) -> bool:
    scripts = Counter(_script(character) for character in text if character.isalpha())
    return sum(scripts.values()) > _ENOUGH and scripts["LATIN"] > _MOSTLY * sum(scripts.values())


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    """Return the alphabet of a letter, of those that have letters that look alike; empty for all else."""
    found = categories.alias(character) if character.isalpha() else ""
    return found if found in _PLAIN or found in _OTHERS else ""


@lru_cache(maxsize=4096)
def _looks(character: str, script: str) -> bool:
    """Tell whether a letter looks like a plain one of another alphabet."""
    plain = _PLAIN.get(script)
    like = (one["c"] for one in confusables_data.get(character, ()))
    return plain is not None and any(plain.fullmatch(one) for one in like)
