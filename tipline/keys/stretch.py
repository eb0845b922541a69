"""From a passphrase to a key, at a cost that is written beside what the key protects.

    suite (1)  salt (16)  memory in KiB (4)  iterations (4)  lanes (4)

Suite 1 stretches with Argon2id (RFC 9106). Suite 2 stretches with PBKDF2-HMAC-SHA384 (SP 800-132), which has
no memory and no lanes: both are zero there. A guess on graphics cards is far cheaper against PBKDF2.
"""

from __future__ import annotations

import struct
import unicodedata
from dataclasses import dataclass

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from tipline.errors import FormatError
from tipline.seal.suite import HYBRID, KEY_SIZE, Suite, suite_of

SALT_SIZE = 16
_HEAD = struct.Struct(">B16sIII")
HEAD_SIZE = _HEAD.size
# A row of a stolen and altered database must not make the console take all its memory, or stand still.
_MEMORY_MAX, _ITERATIONS_MAX, _LANES_MAX, _PBKDF2_MAX = 4 * 1024 * 1024, 64, 64, 20_000_000


@dataclass(frozen=True)
class Profile:
    """The cost of one guess at a passphrase.

    *memory* in KiB, *iterations* and *lanes* (threads) are Argon2id's, *pbkdf2* is how often PBKDF2 iterates.
    """

    memory: int
    iterations: int
    lanes: int
    pbkdf2: int


#: 256 MiB, or a million iterations (OWASP asks for 210,000 with SHA-512): about 0.8 s on a small machine.
STRONG = Profile(memory=256 * 1024, iterations=3, lanes=4, pbkdf2=1_000_000)
#: 64 MiB, the second recommended option of RFC 9106: about 0.15 s. For the demo and small machines.
DEMO = Profile(memory=64 * 1024, iterations=3, lanes=4, pbkdf2=210_000)
#: Only for testing!
CHEAPEST = Profile(memory=8, iterations=1, lanes=1, pbkdf2=1)


def head(suite: Suite, salt: bytes, profile: Profile) -> bytes:
    """Write down how a key is stretched: the 29 bytes that *key* reads."""
    if suite == HYBRID:
        return _HEAD.pack(suite.code, salt, profile.memory, profile.iterations, profile.lanes)
    return _HEAD.pack(suite.code, salt, 0, profile.pbkdf2, 0)


def suite_in(head: bytes) -> Suite:
    """Return the suite that a head names. Raises FormatError("officer keys") for an unknown one."""
    try:
        return suite_of(head[0])
    except FormatError as error:
        raise FormatError("officer keys", str(error)) from None


def key(head: bytes, passphrase: str) -> bytes:
    """Return the 32-byte key of a passphrase, as *head* says. Raises FormatError("officer keys")."""
    suite = suite_in(head)
    _, salt, memory, iterations, lanes = _HEAD.unpack(head)
    secret = _normal(passphrase).encode()
    if suite == HYBRID:
        _check(1 <= lanes <= _LANES_MAX and 8 * lanes <= memory <= _MEMORY_MAX)
        _check(1 <= iterations <= _ITERATIONS_MAX)
        return Argon2id(
            salt=salt, length=KEY_SIZE, iterations=iterations, lanes=lanes, memory_cost=memory
        ).derive(secret)
    _check(memory == lanes == 0 and 1 <= iterations <= _PBKDF2_MAX)
    return PBKDF2HMAC(suite.hash, KEY_SIZE, salt, iterations).derive(secret)


def length(passphrase: str) -> int:
    """Return how many characters a passphrase has, outer spaces apart."""
    return len(_normal(passphrase).strip())


def _check(holds: bool) -> None:
    if not holds:
        raise FormatError("officer keys", "the cost of the passphrase is out of bounds")


def _normal(passphrase: str) -> str:
    # RFC 8265, OpaqueString: one keyboard sends e + accent, another the single letter.
    return unicodedata.normalize("NFC", passphrase)
