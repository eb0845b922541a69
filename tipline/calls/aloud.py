"""PURE: a receipt as it is read out by telephone: group by group, each character with a word for it."""

from __future__ import annotations

#: The alphabet of aviation and radio (ICAO); a receipt has no I, L, O and U.
_WORDS = {
    "A": "Alfa", "B": "Bravo", "C": "Charlie", "D": "Delta", "E": "Echo", "F": "Foxtrot", "G": "Golf",
    "H": "Hotel", "J": "Juliett", "K": "Kilo", "M": "Mike", "N": "November", "P": "Papa", "Q": "Quebec",
    "R": "Romeo", "S": "Sierra", "T": "Tango", "V": "Victor", "W": "Whiskey", "X": "X-ray", "Y": "Yankee",
    "Z": "Zulu", "0": "zero", "1": "one", "2": "two", "3": "three", "4": "four", "5": "five", "6": "six",
    "7": "seven", "8": "eight", "9": "nine",
}  # fmt: skip


def groups(code: str) -> list[tuple[str, str]]:
    """Return each group of a code, and how it is read: ("K7M2", "K as in Kilo, seven, M as in Mike, two")."""
    return [(group, ", ".join(_said(one) for one in group)) for group in code.split("-")]


def _said(character: str) -> str:
    word = _WORDS[character]
    return word if character.isdigit() else f"{character} as in {word}"
