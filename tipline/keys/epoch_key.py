"""An epoch's key file: the lock of its desks' private keys, and its sorting key. There is no copy of it.

    keys/epochs/NUMBER.key   lock (32)  seed of the sorting key (32)

What a desk's members and holders are given of an epoch is its private seed under the lock. So when this one
file is overwritten, every copy of those rows is dead too: in backups of the database, in what its journal
left behind, in freed blocks of the disk.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from tipline.errors import AccessError, FormatError
from tipline.keys import files
from tipline.seal.suite import KEY_SIZE, SEED_SIZE, PrivateKey, Suite, decrypt, encrypt

_FOLDER, _NAME = "epochs", re.compile(r"([0-9]+)\.key")


@dataclass(frozen=True, repr=False)
class EpochKey:
    """What the file holds: the 32-byte *lock*, and the seed of the key that opens the epoch's dockets."""

    lock: bytes
    seed: bytes

    def sorting(self, suite: Suite) -> PrivateKey:
        """Return the sorting key, of the agency's *suite*."""
        return suite.private(self.seed)


def path_of(keys: Path, epoch: int) -> Path:
    """Return where the key file of *epoch* lies below the agency's folder of *keys*."""
    return keys / _FOLDER / f"{epoch}.key"


def make(keys: Path, epoch: int) -> EpochKey:
    """Write the key file of a new *epoch*, over one that was left by a making that did not end.

    A lock encrypts a desk's seed once, so a making that is begun again begins with another lock.
    """
    secret = secrets.token_bytes(KEY_SIZE + SEED_SIZE)
    path = path_of(keys, epoch)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    files.replace(path, files.EPOCH, secret)
    return _key(secret)


def read(keys: Path, epoch: int) -> EpochKey | None:
    """Read the key file of *epoch*. None when it is not there, is damaged or may not be read."""
    try:
        return _key(files.read(path_of(keys, epoch), files.EPOCH, KEY_SIZE + SEED_SIZE))
    except (AccessError, FormatError):
        return None


def destroy(keys: Path, epoch: int) -> bool:
    """Overwrite the key file of *epoch* in place, durably, then unlink it. Tell whether it was there."""
    return files.destroy(path_of(keys, epoch))


def there(keys: Path) -> frozenset[int]:
    """Return the epochs that have a key file."""
    names = (_NAME.fullmatch(path.name) for path in (keys / _FOLDER).glob("*"))
    return frozenset(int(name[1]) for name in names if name)


def lock_seed(suite: Suite, lock: bytes, desk: bytes, seed: bytes) -> bytes:
    """Put a *desk*'s private *seed* under the *lock* of its epoch or its number: 48 bytes."""
    return encrypt(suite.derive(lock, desk, "epoch lock"), seed)


def unlock_seed(suite: Suite, lock: bytes, desk: bytes, locked: bytes) -> bytes | None:
    """Undo *lock_seed*; None under another lock or for another *desk*."""
    return decrypt(suite.derive(lock, desk, "epoch lock"), locked)


def prove(suite: Suite, lock: bytes, desk: bytes, public: bytes) -> bytes:
    """Return what shows that a *desk*'s *public* key was made with this *lock*: 32 bytes.

    Who can write to the database and cannot read the key file makes none, so no key of theirs is published.
    """
    return suite.mac(suite.derive(lock, desk, "epoch proof"), "epoch proof", public)


def _key(secret: bytes) -> EpochKey:
    return EpochKey(secret[:KEY_SIZE], secret[KEY_SIZE:])
