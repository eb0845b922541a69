"""PURE: a claim code: 90 random bits in 18 Crockford base32 characters and two check characters.

Whoever has it is paid, so of one that was given out only a hash is kept anywhere. The check is the value of
the 18 characters modulo 1021, as in a receipt: a wrong character or a swap is found before anything is asked.
"""

from __future__ import annotations

import hashlib
import secrets

from tipline.errors import ReceiptError

#: What stands before the code in what is hashed: for who asks whether there is one, and whether it was paid.
_LABEL, _PAID = b"tipline/1 claim code", b"tipline/1 claim code, paid"
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_DATA, _CHECK, _PRIME = 18, 2, 1021
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new() -> str:
    """Return a new code as it is written: five groups of four."""
    return _written(secrets.randbits(5 * _DATA))


def parse(typed: str) -> str:
    """Return a code in the one way it is written, from any case and spacing, O for 0, I and L for 1.

    Raises ReceiptError "length", "character" or "check".
    """
    code = "".join(one for one in typed if one.isalnum()).upper().translate(_READ_AS)
    if any(one not in _ALPHABET for one in code):
        raise ReceiptError("character")
    if len(code) != _DATA + _CHECK:
        raise ReceiptError("length", f"{len(code)} characters, not {_DATA + _CHECK}")
    written = _written(_value(code[:_DATA]))
    if written.replace("-", "") != code:
        raise ReceiptError("check")
    return written


def hash_(code: str) -> bytes:
    """Return what is kept of a code that *new* or *parse* returned."""
    return hashlib.sha256(_LABEL + code.encode()).digest()


def paid_hash(code: str) -> bytes:
    """Return what a payment is known by: who has not got the code cannot tell which reward it was."""
    return hashlib.sha256(_PAID + code.encode()).digest()


def _written(value: int) -> str:
    code = _digits(value, _DATA) + _digits(value % _PRIME, _CHECK)
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def _digits(value: int, count: int) -> str:
    return "".join(_ALPHABET[value >> 5 * place & 31] for place in reversed(range(count)))


def _value(code: str) -> int:
    value = 0
    for character in code:
        value = value << 5 | _ALPHABET.index(character)
    return value
