"""How words and numbers are written so that they are found however somebody else wrote them. Pure.

What is indexed and what is asked for go through the same functions here, so that they meet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

#: Scripts that are written without spaces, and Korean, whose words end in particles: a character is a word.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_CHARACTER = re.compile(f"([{_UNSPACED}])")
_SPACED = re.compile(rf"[^\W{_UNSPACED}]+")
#: Accents, the vowel points of Arabic and Hebrew, and signs that are not seen at all.
_MARKS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u0610-\u061a\u0640\u064b-\u065f\u0670"
    "\u06d6-\u06ed\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+"
)
_DIGIT = re.compile(r"[^\D0-9]")
#: Letters that are another letter with something through it, and one letter typed on two keyboards.
_LETTERS = str.maketrans({
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe",
    "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "‐": "-", "‑": "-", "–": "-", "—": "-",
    "−": "-", "’": "'",
})  # fmt: skip
_LETTER = re.compile(f"[{''.join(map(chr, _LETTERS))}]")

#: Figures with little between them: a telephone's, an account's, a case's of another agency.
NUMBER = re.compile(r"\+?\(?\d(?:[ ./()-]{0,3}\d)+")
_TRUNK = re.compile(r"\(0\)")
_NOT_DIGIT = re.compile(r"\D")
#: Fewer figures are found as the words they are.
DIGITS_MIN = 5
_DIGITS_MAX = 64
#: Capitals and figures in short groups: a plate, an account, a passport, a container.
_GROUPS = re.compile(r"\b[A-Z0-9]{1,10}(?:[ .\-/]?[A-Z0-9]{1,10}){1,9}\b")
_GROUP = re.compile(r"[A-Z]+|[0-9]+")
_GROUPS_MAX = 10


def plain(text: str) -> str:
    """Return *text* in small letters, without accents, with figures of any script as 0 to 9."""
    if text.isascii():
        return text.lower()
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    bare = unicodedata.normalize("NFC", bare)
    if _LETTER.search(bare):
        bare = bare.translate(_LETTERS)
    return _DIGIT.sub(lambda found: str(unicodedata.digit(found[0])), bare)


def words(text: str) -> str:
    """Return *text* as it is indexed and asked for: plain, and unspaced scripts one character apart."""
    bare = plain(text)
    return bare if bare.isascii() else _CHARACTER.sub(r" \1 ", bare)


def count(text: str) -> int:
    """Return about how many words a text has; two characters count as one where words have no spaces."""
    if text.isascii():
        return len(text.split())
    return len(_SPACED.findall(text)) + len(_CHARACTER.findall(text)) // 2


def ids(text: str) -> Iterator[str]:
    """Yield what numbers, plates and the like in *text* are found by, however they are grouped."""
    bare = plain(text)
    for found in NUMBER.finditer(bare):
        for figures in digits(found[0]):
            if len(figures) >= DIGITS_MIN:
                yield figures
                yield backwards(figures)
    if not any(one in bare for one in "0123456789"):
        return
    upper = bare.upper() if text.isascii() is False else text
    for found in _GROUPS.finditer(upper):
        yield from _joined(found[0])


def digits(number: str) -> list[str]:
    """Return a number's figures alone; a second time without a trunk zero in brackets, if it has one."""
    both = [number, _TRUNK.sub("", number)]
    return list(dict.fromkeys(_NOT_DIGIT.sub("", one)[:_DIGITS_MAX] for one in both))


def backwards(figures: str) -> str:
    """Return what figures are indexed by to be found by their end: whatever stands before it."""
    return "r" + figures[::-1]


def joined(text: str) -> str:
    """Return letters and figures alone, in small letters, without what stands between them."""
    return "".join(one for one in plain(text) if one.isalnum())


def _joined(run: str) -> Iterator[str]:
    """Yield every stretch of a run of groups that has letters and figures, as one word."""
    groups = [found[0] for found in _GROUP.finditer(run)][:_GROUPS_MAX]
    for start in range(len(groups)):
        for end in range(start + 2, len(groups) + 1):
            one = "".join(groups[start:end]).lower()
            if not one.isdigit() and not one.isalpha():
                yield one
