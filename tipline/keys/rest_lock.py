"""The lock of a desk's key at rest: a file of its own, so that the key can end as an epoch's does.

    keys/at-rest/DESK-NUMBER.key   lock (32)   DESK: the id in hex. NUMBER: 0, 1, 2... of keys 0, -1, -2...

What a desk's members and holders are given of a key at rest is its private seed under the lock. It is
overwritten when nothing is sealed to the key any more. Then every copy of those rows is dead: a database from
before opens nothing of what was shredded since, with all passphrases and shares. Backups carry the locks.
"""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from tipline.errors import AccessError, FormatError
from tipline.keys import epoch_key, files
from tipline.keys.epoch import AT_REST, is_at_rest
from tipline.seal.suite import KEY_SIZE

FOLDER = "at-rest"
_NAME = re.compile(r"([0-9a-f]{32})-([0-9]+)\.key")


def path_of(keys: Path, desk: bytes, number: int) -> Path:
    """Return where the lock of a *desk*'s key at rest lies below the agency's folder of *keys*."""
    return keys / FOLDER / name_of(desk, number)


def name_of(desk: bytes, number: int) -> str:
    """Return the name of the file that has the lock of a *desk*'s key at rest."""
    return f"{desk.hex()}-{AT_REST - number}.key"


def make(keys: Path, desk: bytes, newest: int | None) -> tuple[int, bytes]:
    """Write the lock of a *desk*'s next key at rest, after *newest* (None before its first).

    Returns the key's number and the lock, which is on disk then: before any row that needs it. A number whose
    file is there already is never taken: a making that did not end has left it, and no file is overwritten
    that may be somebody's only lock.
    """
    taken = there(keys, desk) | ({newest} if newest is not None else set())
    number, lock = min(taken, default=AT_REST + 1) - 1, secrets.token_bytes(KEY_SIZE)
    path = path_of(keys, desk, number)
    if not path.parent.is_dir():
        path.parent.mkdir(mode=0o700)
        files.sync_folder(keys)
    files.write_new(path, files.LOCK, lock)
    return number, lock


def read(keys: Path, desk: bytes, epoch: int) -> bytes | None:
    """Return the lock of a *desk*'s key, of an epoch or at rest.

    None when its file is not there, is damaged or may not be read.
    """
    if not is_at_rest(epoch):
        key = epoch_key.read(keys, epoch)
        return key.lock if key else None
    try:
        return files.read(path_of(keys, desk, epoch), files.LOCK, KEY_SIZE)
    except (AccessError, FormatError):
        return None


def destroy(keys: Path, desk: bytes, number: int) -> bool:
    """Overwrite a lock in place, durably, then unlink it. Tell whether it was there."""
    return files.destroy(path_of(keys, desk, number))


def there(keys: Path, desk: bytes) -> frozenset[int]:
    """Return the numbers of a *desk*'s keys at rest that have a lock."""
    names = (_NAME.fullmatch(path.name) for path in (keys / FOLDER).glob(f"{desk.hex()}-*.key"))
    return frozenset(AT_REST - int(name[2]) for name in names if name)
