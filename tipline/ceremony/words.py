"""A fingerprint as 24 English words (BIP-39, with a checksum), to print on posters and to read out."""

from __future__ import annotations

from mnemonic import Mnemonic

from tipline.errors import FormatError

COUNT = 24
_ENGLISH = Mnemonic("english")


def write(print_: bytes) -> str:
    """Return the 24 words of a 32-byte fingerprint."""
    return _ENGLISH.to_mnemonic(print_)


def read(text: str) -> bytes:
    """Undo *write*; case and spacing do not matter. Raises FormatError("words") that names what is wrong."""
    words = text.lower().split()
    for place, word in enumerate(words, 1):
        if word not in _ENGLISH.wordlist:
            raise FormatError("words", f"word {place}, {word}, is in no fingerprint")
    if len(words) != COUNT:
        raise FormatError("words", f"{len(words)} words, and a fingerprint has {COUNT}")
    try:
        return bytes(_ENGLISH.to_entropy(words))
    except ValueError:
        raise FormatError(
            "words", "the checksum does not hold: a word is wrong, or not in its place"
        ) from None
