"""k of n: an envelope's key K split into shares, so that any k give it back and fewer say nothing about it.

Shamir's scheme over GF(256), byte for byte, as the library pyshamir does it. A share is the value at a point
x from 1 to 255, which is drawn for every envelope. The commitment in the header is the judge of what shares
give: with more than k of them a false one is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import pyshamir

from tipline.errors import FormatError
from tipline.seal import layout, schedule
from tipline.seal.stanza import SHARE, Stanza, is_quorum
from tipline.seal.suite import KEY_SIZE, suite_of


@dataclass(frozen=True, repr=False)
class Combined:
    """The envelope's *key*, and the places (from 0) of those among the shares given that are *bad*."""

    key: bytes
    bad: tuple[int, ...]


def split(key: bytes, k: int, n: int) -> list[Stanza]:
    """Split K into *n* shares, any *k* of which give it back.

    Raises FormatError("quorum") unless 2 <= k <= n <= 5.
    """
    if not is_quorum(k, n):
        raise FormatError("quorum", f"{k} of {n}")
    return [
        Stanza(SHARE, bytes(share[:KEY_SIZE]), share[KEY_SIZE], k, n) for share in pyshamir.split(key, n, k)
    ]


def combine(envelope: bytes, shares: Sequence[Stanza]) -> Combined:
    """Return the key that k of these *shares* of *envelope* give, and which of the others are bad.

    Raises FormatError("shares") when no k of them give the key that the envelope is committed to: there are
    too few, one of exactly k is false, or they are another envelope's.
    """
    header = layout.split(envelope).header
    for chosen in _candidates(shares):
        key = _value_at_zero(chosen)
        if schedule.is_committed(schedule.text_key(suite_of(header.suite), key, header.salt), header):
            bad = (at for at, share in enumerate(shares) if not _belongs(share, chosen, key))
            return Combined(key, tuple(bad))
    raise FormatError("shares", "no k of these shares give the key of this envelope")


def _candidates(shares: Sequence[Stanza]) -> Iterator[tuple[Stanza, ...]]:
    """Yield every k of the shares that agree on k and n and stand at different points."""
    for k, n in sorted({(share.k, share.n) for share in shares}):
        alike = [share for share in shares if (share.k, share.n) == (k, n)]
        for chosen in combinations(alike, k) if is_quorum(k, n) else ():
            if len({share.x for share in chosen}) == k:
                yield chosen


def _value_at_zero(shares: Sequence[Stanza]) -> bytes:
    return bytes(pyshamir.combine([bytearray(share.key + bytes([share.x])) for share in shares]))


def _belongs(share: Stanza, chosen: Sequence[Stanza], key: bytes) -> bool:
    """Tell whether *share* lies on the curve of the *chosen*: in the place of one of them it gives K too."""
    return share in chosen or any(_value_at_zero(one) == key for one in _candidates([share, *chosen[1:]]))
