"""Shares: a seed split among holders, so that any k of n give it back and fewer say nothing about it.

SLIP-39 as the library shamir-mnemonic does it: words with a checksum and the id of their set, and inside the
shares a digest of the whole, so that a mixture of sets or a wrong share is found and not taken for a key.
People type these words from paper. So what is wrong is said as exactly as the checksum allows.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.constants import CUSTOMIZATION_STRING_EXTENDABLE
from shamir_mnemonic.rs1024 import create_checksum
from shamir_mnemonic.wordlist import WORDLIST

from tipline.errors import FormatError

N_MAX = 16
#: The words of the list begin with four letters that no other one begins with.
_UNIQUE = 4
_FULL = {word[:_UNIQUE]: word for word in WORDLIST}
_INDEX = {word: index for index, word in enumerate(WORDLIST)}
_BITS, _CHECKSUM = 10, 3
#: Set id and parameters before the value, checksum after it.
_AROUND = 7


def split(seed: bytes, k: int, n: int) -> tuple[str, ...]:
    """Split a *seed* into *n* shares, of which *k* give it back: 2 <= k <= n <= 16. Each is a line."""
    # Exponent 0: what is split is a random key, which no passphrase and no slow hash makes stronger.
    (group,) = generate_mnemonics(1, [(k, n)], seed, iteration_exponent=0)
    return tuple(group)


def combine(shares: Sequence[str]) -> bytes:
    """Return the seed that exactly k *shares* of one set give. Raises FormatError("share") otherwise."""
    try:
        seed: bytes = combine_mnemonics(shares)
    except MnemonicError as error:
        raise FormatError("share", str(error)) from None
    return seed


def set_of(share: str) -> str:
    """Return the two words that all shares of one set begin with, and hardly ever those of another."""
    return " ".join(share.split()[:2])


def length(seed_size: int) -> int:
    """Return how many words a share of a seed of so many bytes has: 33 for 32, 59 for 64."""
    return _AROUND + -(-seed_size * 8 // _BITS)


def read_words(text: str, before: int = 0) -> list[str]:
    """Return the words of a *text* in full; *before* is how many of the share went before it.

    Case, numbers and signs between words do not matter, and four letters of a word are enough. Raises
    FormatError("share") for a word that is in no share.
    """
    words = re.findall(r"[a-z]+", text.lower())
    for place, word in enumerate(words, before + 1):
        if _full(word) is None:
            near = difflib.get_close_matches(word, WORDLIST, n=1)
            raise FormatError("share", f"word {place}, {word}, is in no share{_perhaps(near)}")
    return [str(_full(word)) for word in words]


def suspect(words: Sequence[str]) -> int | None:
    """Return the one place (from 1) where another word would make the checksum hold; None without one.

    With two or more wrong words there is none, but for one case in 20,000.
    """
    indices = [_INDEX[word] for word in words]
    data, given = indices[:-_CHECKSUM], indices[-_CHECKSUM:]
    wrong = _checksum(data) ^ _number(given)
    places = [at + 1 for at in range(len(data)) if _explains(data, at, wrong)]
    places += [len(words) - at for at in range(_CHECKSUM) if wrong and wrong & ~(1023 << (_BITS * at)) == 0]
    return places[0] if len(places) == 1 else None


class Gathering:
    """Shares of a seed of *size* bytes, as they come in one after another, until they suffice."""

    def __init__(self, size: int) -> None:
        self.length = length(size)
        self._shares: dict[int, Share] = {}

    @property
    def count(self) -> int:
        """How many different shares came in."""
        return len(self._shares)

    @property
    def wanted(self) -> int | None:
        """How many of them suffice; None before the first one has said so."""
        return next((share.member_threshold for share in self._shares.values()), None)

    def add(self, words: Sequence[str]) -> None:
        """Take a share in. Raises FormatError("share") with a sentence that says what is wrong with it."""
        if len(words) != self.length:
            raise FormatError("share", f"{len(words)} words, and a share of this key has {self.length}")
        try:
            share = Share.from_mnemonic(" ".join(words))
        except MnemonicError:
            place = suspect(words)
            which = f"word {place} is wrong" if place else "two or more words are wrong, or not in order"
            raise FormatError("share", f"the checksum does not hold: {which}") from None
        for other in self._shares.values():
            if other.group_parameters() != share.group_parameters():
                raise FormatError("share", "it is of another set than the shares before it")
        if share.index in self._shares:
            raise FormatError("share", "this share was typed already: a share of another holder is wanted")
        self._shares[share.index] = share

    def seed(self) -> bytes:
        """Return the seed. Raises FormatError("share") with too few shares, or with a forged one."""
        if self.count != self.wanted:
            raise FormatError("share", f"{self.count} shares, and {self.wanted or 'more'} are needed")
        return combine([share.mnemonic() for share in self._shares.values()])


def _full(word: str) -> str | None:
    """Return the word of the list that is meant; an unfinished one is, when it has four letters or more."""
    full = _FULL.get(word[:_UNIQUE])
    return full if full and full.startswith(word) else None


def _perhaps(near: Sequence[str]) -> str:
    return f" (perhaps {near[0]}?)" if near else ""


def _explains(data: list[int], at: int, wrong: int) -> bool:
    """Tell whether some other word at place *at* would change the checksum, which is linear, by *wrong*."""
    right, reach = _checksum(data), {0}
    for bit in range(_BITS):
        changed = _checksum([*data[:at], data[at] ^ 1 << bit, *data[at + 1 :]]) ^ right
        reach |= {known ^ changed for known in reach}
    return wrong != 0 and wrong in reach


def _checksum(data: list[int]) -> int:
    return _number(create_checksum(data, CUSTOMIZATION_STRING_EXTENDABLE))


def _number(indices: Sequence[int]) -> int:
    number = 0
    for index in indices:
        number = number << _BITS | index
    return number
