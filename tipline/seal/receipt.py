"""The receipt code: 128 random bits that a tipster writes down, and the keys that follow from them.

Twenty-six Crockford base32 characters (128 bits and two zero bits) and two check characters, in seven
groups of four. The check is the value of the 26 characters modulo 1021, a prime: every single wrong
character and every swap of neighbours is found before any traffic.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from tipline.errors import ReceiptError
from tipline.seal.suite import Suite

SIZE = 16
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_DATA, _CHECK = 26, 2
_PRIME = 1021
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_IGNORED = frozenset(
    " \t\r\n-\u00a0\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212._"
    "\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2069"
)


@dataclass(frozen=True, repr=False)
class ReceiptKeys:
    """What one receipt gives: three 32-byte keys, and the 16-byte name of the *thread*."""

    reply: bytes
    follow_up: bytes
    acknowledgement: bytes
    thread: bytes


def generate() -> bytes:
    """Return the 16 random bytes of a new receipt."""
    return secrets.token_bytes(SIZE)


def format_(entropy: bytes) -> str:
    """Write 16 bytes as a code: seven groups of four characters joined by hyphens."""
    value = int.from_bytes(entropy, "big") << 2
    code = _digits(value, _DATA) + _digits(value % _PRIME, _CHECK)
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def parse(text: str) -> bytes:
    """Read a code in any case and spacing, O as 0, I and L as 1.

    Raises ReceiptError "length", "character" (with the 1-based place) or "check".
    """
    code = "".join(c for c in text if c not in _IGNORED).upper().translate(_READ_AS)
    for place, character in enumerate(code, start=1):
        if character not in _ALPHABET:
            raise ReceiptError("character", str(place))
    if len(code) != _DATA + _CHECK:
        raise ReceiptError("length", f"{len(code)} characters, not {_DATA + _CHECK}")
    value, check = _value(code[:_DATA]), _value(code[_DATA:])
    if value % _PRIME != check or value & 3:
        raise ReceiptError("check")
    return (value >> 2).to_bytes(SIZE, "big")


def keys(suite: Suite, entropy: bytes, agency: bytes) -> ReceiptKeys:
    """Derive the keys of a receipt at one agency (its 8-byte id)."""
    return ReceiptKeys(
        reply=suite.derive(entropy, agency, "receipt reply"),
        follow_up=suite.derive(entropy, agency, "receipt follow-up"),
        acknowledgement=suite.derive(entropy, agency, "receipt acknowledgement"),
        thread=suite.derive(entropy, agency, "receipt thread", 16),
    )


def _digits(value: int, count: int) -> str:
    return "".join(_ALPHABET[value >> 5 * place & 31] for place in reversed(range(count)))


def _value(code: str) -> int:
    value = 0
    for character in code:
        value = value << 5 | _ALPHABET.index(character)
    return value
