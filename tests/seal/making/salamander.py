"""One AES-256-GCM ciphertext that opens under two keys: what the commitment in an envelope's header is for.

GHASH is linear in every block. With one block left free, both keys' tags can be made equal by solving
X * H1^e + s1 = X * H2^e + s2 over GF(2^128) for it (Dodis, Grubbs, Ristenpart, Woodage, 2018).
"""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 16
_NONCE = bytes(12)
# x^128 + x^7 + x^2 + x + 1 in GCM's bit order (SP 800-38D, section 6.3)
_REDUCTION = 0xE1 << 120


def keystream(key: bytes, size: int) -> bytes:
    """Return the bytes that GCM adds to the first *size* bytes of a plaintext under the zero nonce."""
    counter = _NONCE + (2).to_bytes(4, "big")
    return Cipher(algorithms.AES256(key), modes.CTR(counter)).encryptor().update(bytes(size))


def forge(first: bytes, second: bytes, ciphertext: bytes, free: int, aad: bytes) -> bytes:
    """Return *ciphertext* with a tag that both keys accept; the block at *free* is chosen for that.

    *free* is a multiple of 16, the length of *ciphertext* too.
    """
    blocks = _blocks(aad) + _blocks(ciphertext)
    blocks.append(
        int.from_bytes((len(aad) * 8).to_bytes(8, "big") + (len(ciphertext) * 8).to_bytes(8, "big"), "big")
    )
    place = len(_blocks(aad)) + free // BLOCK
    blocks[place] = 0
    exponent = len(blocks) - place
    h1, h2 = (_aes(key, bytes(BLOCK)) for key in (first, second))
    mask1, mask2 = (_aes(key, _NONCE + b"\0\0\0\1") for key in (first, second))
    difference = _ghash(h1, blocks) ^ _ghash(h2, blocks) ^ mask1 ^ mask2
    blocks[place] = _multiply(difference, _inverse(_power(h1, exponent) ^ _power(h2, exponent)))
    tag = _ghash(h1, blocks) ^ mask1
    solved = blocks[place].to_bytes(BLOCK, "big")
    return ciphertext[:free] + solved + ciphertext[free + BLOCK :] + tag.to_bytes(BLOCK, "big")


def _blocks(data: bytes) -> list[int]:
    return [
        int.from_bytes(data[at : at + BLOCK].ljust(BLOCK, b"\0"), "big") for at in range(0, len(data), BLOCK)
    ]


def _aes(key: bytes, block: bytes) -> int:
    return int.from_bytes(Cipher(algorithms.AES256(key), modes.ECB()).encryptor().update(block), "big")


def _ghash(h: int, blocks: list[int]) -> int:
    total = 0
    for block in blocks:
        total = _multiply(total ^ block, h)
    return total


def _multiply(left: int, right: int) -> int:
    product = 0
    for place in range(127, -1, -1):
        if left >> place & 1:
            product ^= right
        right = right >> 1 ^ (_REDUCTION if right & 1 else 0)
    return product


def _power(base: int, exponent: int) -> int:
    result = 1 << 127  # one, in GCM's bit order
    while exponent:
        if exponent & 1:
            result = _multiply(result, base)
        base, exponent = _multiply(base, base), exponent >> 1
    return result


def _inverse(element: int) -> int:
    return _power(element, 2**128 - 2)
