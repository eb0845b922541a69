"""Bitcoin's newer addresses: bech32 for witness version 0 (BIP 173), bech32m for the others (BIP 350)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32, _BECH32M = 1, 0x2BC830A3
_LONGEST = 90
_CHECKSUM = 6


def is_address(address: str, prefix: str = "bc") -> bool:
    """Tell whether *address* is one of the net *prefix*: checksum, version and length as they must be."""
    lower = address.lower()
    if address not in (lower, address.upper()) or len(address) > _LONGEST:
        return False
    if not lower.startswith(f"{prefix}1"):
        return False
    data = [_ALPHABET.find(letter) for letter in lower[len(prefix) + 1 :]]
    return -1 not in data and _is_whole(prefix, data)


def _is_whole(prefix: str, data: Sequence[int]) -> bool:
    if len(data) <= _CHECKSUM:
        return False
    version, program = data[0], _program(data[1:-_CHECKSUM])
    if program is None or version > 16 or not 2 <= len(program) <= 40:
        return False
    if version == 0 and len(program) not in (20, 32):
        return False
    expected = _BECH32 if version == 0 else _BECH32M
    high, low = [ord(one) >> 5 for one in prefix], [ord(one) & 31 for one in prefix]
    return _polymod([*high, 0, *low, *data]) == expected


def _polymod(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            check ^= generator if top >> bit & 1 else 0
    return check


def _program(values: Sequence[int]) -> bytes | None:
    """Return groups of five bits as bytes; None where what is left over is not a few zero bits."""
    kept, bits, found = 0, 0, bytearray()
    for value in values:
        kept, bits = (kept << 5 | value) & 0xFFF, bits + 5
        if bits >= 8:
            bits -= 8
            found.append(kept >> bits & 0xFF)
    left_over = kept & ((1 << bits) - 1)
    return None if bits >= 5 or left_over else bytes(found)
