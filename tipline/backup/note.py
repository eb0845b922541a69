"""What the database knows of backups: the last one that was read back, and whether it came out of one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from tipline import facts
from tipline.backup.manifest import Reach

_MADE, _RESTORED = "backup", "restored"
#: Labels of the board that a restored case leaves out: two of the longest replies.
SKIPPED = 32
#: So many days a restored console tells every officer that it was restored.
TOLD_DAYS = 30


@dataclass(frozen=True)
class Kept:
    """The last verified backup: its *day* (since 1970-01-01), how far it *reaches*, the *epochs* in it.

    *prints* are those of the desks' public keys in it: a desk that was added since has none.
    """

    day: int
    reaches: Reach
    epochs: frozenset[int]
    prints: frozenset[str] = frozenset()

    def has(self, public: bytes) -> bool:
        """Tell whether a desk's key, by its *public* half, is in the backup."""
        return print_of(public) in self.prints


@dataclass(frozen=True)
class Restored:
    """This database was restored *on* a day, from a backup *of* a day (both since 1970-01-01).

    *asked* tells whether the relay has said since what was published last.
    """

    of: int
    on: int
    asked: bool = False


#: As long as there was no backup.
NONE = Kept(0, Reach(0, 0), frozenset())


def print_of(public: bytes) -> str:
    """Return what a desk's *public* key is noted by."""
    return hashlib.sha256(public).hexdigest()[:32]


def kept(front_epochs: frozenset[int], day: int, reaches: Reach, keys: Mapping[bytes, int]) -> Kept:
    """Return what is to be noted of a backup with these desks' *keys* in its database.

    An epoch of which it has the file and no desk's key was made while the backup was: nobody opens anything
    with that.
    """
    prints = frozenset(print_of(public) for public in keys)
    return Kept(day, reaches, front_epochs & frozenset(keys.values()), prints)


def read_made(connection: Connection) -> Kept | None:
    """Return what is known of the last verified backup; None when there never was one."""
    value = facts.read(connection, (_MADE,)).get(_MADE)
    if value is None:
        return None
    day, envelope, parcel, epochs, prints = json.loads(value)
    return Kept(day, Reach(envelope, parcel), frozenset(epochs), frozenset(prints))


def write_made(connection: Connection, kept: Kept) -> None:
    """Note a verified backup, in the place of the last one."""
    reaches = kept.reaches
    value = [kept.day, reaches.envelope, reaches.parcel, sorted(kept.epochs), sorted(kept.prints)]
    facts.write(connection, {_MADE: json.dumps(value)})


def read_restored(connection: Connection) -> Restored | None:
    """Return when this database was restored last; None when it never was."""
    value = facts.read(connection, (_RESTORED,)).get(_RESTORED)
    return None if value is None else Restored(*json.loads(value))


def write_restored(connection: Connection, restored: Restored) -> None:
    """Note a restore, in the place of the last one."""
    value = [restored.of, restored.on, restored.asked]
    facts.write(connection, {_RESTORED: json.dumps(value)})


def first_slot(connection: Connection, arrived: int) -> int:
    """Return the first label for a case whose tip arrived on a day (since 1970-01-01).

    What had arrived before a restore may have been answered already, by the machine that was lost: that
    case is known to nobody, and its labels are on boards that somebody may have kept.
    """
    restored = read_restored(connection)
    return SKIPPED if restored is not None and arrived <= restored.on else 0
