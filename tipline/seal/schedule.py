"""The key schedule: from the envelope's one random key K to the keys of its parts.

    K --+-- K_text --+-- commitment (in the header)
        |            +-- body key
        +-- reply key of the envelope's reply part

K_text can be handed on by itself: who has it reads text and files, and learns nothing of the conversation.
"""

from __future__ import annotations

import hmac

from tipline.errors import FormatError
from tipline.seal.header import Header
from tipline.seal.suite import Suite, suite_of


def text_key(suite: Suite, key: bytes, salt: bytes) -> bytes:
    """Return K_text of K and the header's salt."""
    return suite.derive(key, salt, "text")


def commitment(suite: Suite, text: bytes, salt: bytes) -> bytes:
    """Return the 32 bytes in the header that fix which K_text opens the body."""
    return suite.derive(text, salt, "commit")


def body_key(suite: Suite, text: bytes, salt: bytes) -> bytes:
    """Return the AES key of the body."""
    return suite.derive(text, salt, "body")


def reply_part_key(suite: Suite, key: bytes, salt: bytes) -> bytes:
    """Return the AES key of the reply part, which only K gives and K_text does not."""
    return suite.derive(key, salt, "reply")


def check_commitment(text: bytes, header: Header) -> None:
    """Refuse a K_text that the header does not commit to, before anything is opened with it.

    AES-GCM alone would let one ciphertext open under two keys to two texts. Raises
    FormatError("commitment").
    """
    if not is_committed(text, header):
        raise FormatError("commitment", "this envelope was made to show two readers two texts")


def is_committed(text: bytes, header: Header) -> bool:
    """Tell, in constant time, whether *text* is the K_text that the header commits to."""
    return hmac.compare_digest(commitment(suite_of(header.suite), text, header.salt), header.commit)
