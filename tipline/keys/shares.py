"""Shares: a seed split among holders, so that any k of n give it back and fewer say nothing about it.

SLIP-39 as the library shamir-mnemonic does it: words with a checksum and the id of their set, and inside the
shares a digest of the whole, so that a mixture of sets or a wrong share is found and not taken for a key.
"""

from __future__ import annotations

from collections.abc import Iterable

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics

from tipline.errors import FormatError


def split(seed: bytes, k: int, n: int) -> tuple[str, ...]:
    """Split a *seed* into *n* shares, of which *k* give it back: 2 <= k <= n <= 16. Each is a line."""
    # Exponent 0: what is split is a random key, which no passphrase and no slow hash makes stronger.
    (group,) = generate_mnemonics(1, [(k, n)], seed, iteration_exponent=0)
    return tuple(group)


def combine(shares: Iterable[str]) -> bytes:
    """Return the seed that exactly k *shares* of one set give. Raises FormatError("share") otherwise."""
    try:
        seed: bytes = combine_mnemonics(shares)
    except MnemonicError as error:
        raise FormatError("share", str(error)) from None
    return seed
