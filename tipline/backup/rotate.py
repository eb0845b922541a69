"""Rotation: which backups go, and their end: a destroyed epoch must be gone from all within 30 days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tipline import clock
from tipline.backup import reading
from tipline.backup.names import END, START
from tipline.backup.wiping import wipe
from tipline.errors import BackupError, FormatError
from tipline.keys import epoch

KEEP_DAYS, KEEP_DAYS_MAX = 14, 29
#: Run once a day, it is done before thirty days are over.
DESTROYED_DAYS = 29


@dataclass(frozen=True)
class Found:
    """A backup in the folder: its *day* and *order* in age, and the *epochs* whose keys it holds.

    *epochs* is None for a file whose front cannot be read, which may hold anything.
    """

    path: Path
    day: int
    order: int
    epochs: frozenset[int] | None


@dataclass(frozen=True)
class Ended:
    """What must not be in any backup for long: epochs with the day on which each was destroyed.

    *shredded* are the days since when a shredding is final.
    """

    epochs: Mapping[int, int] = field(default_factory=dict)
    shredded: Iterable[int] = ()


@dataclass(frozen=True)
class Removed:
    """A backup that was removed; *forced* when it was the newest good one, for the sake of these epochs.

    *shredded*: or for the sake of what was shredded.
    """

    path: Path
    forced: frozenset[int] = frozenset()
    shredded: bool = False


def find(folder: Path, agency: bytes) -> list[Found]:
    """Return the backups of an *agency* (8-byte id) in *folder*, oldest first; nothing else is looked at."""
    found = (_find(path, agency) for path in folder.glob(f"{START}*{END}"))
    return sorted((one for one in found if one), key=lambda one: (one.day, one.order))


def choose(
    found: Sequence[Found],
    newest: Path | None,
    today: int,
    keep_days: int,
    ended: Ended,
) -> list[Removed]:
    """PURE: return what goes: older than *keep_days*, but for the *newest* good one; and what must.

    A day on which an epoch cannot have been destroyed is not believed: who writes to the database would have
    every backup removed with it.
    """
    gone = frozenset(
        number
        for number, day in ended.epochs.items()
        if today - day >= DESTROYED_DAYS and day >= epoch.first_day(number) + epoch.NAMED_DAYS
    )
    # What is not older than that has locks that open a copy from before the shredding.
    shredded = max((day for day in ended.shredded if today - day >= DESTROYED_DAYS), default=-1)
    removed = []
    for one in found:
        must = gone if one.epochs is None else gone & one.epochs
        if one.path == newest and (must or one.day <= shredded):
            removed.append(Removed(one.path, must, one.day <= shredded))
        elif one.path != newest and (must or today - one.day > keep_days):
            removed.append(Removed(one.path))
    return removed


def rotate(folder: Path, root_fingerprint: bytes, keep_days: int, ended: Ended) -> list[Removed]:
    """Overwrite and unlink what *choose* chooses; return it. Raises BackupError when the disk fails."""
    if not 1 <= keep_days <= KEEP_DAYS_MAX:
        raise BackupError(f"backups are kept for 1 to {KEEP_DAYS_MAX} days")
    found = find(folder, root_fingerprint[:8])
    good = (one.path for one in reversed(found) if reading.is_good(one.path, root_fingerprint))
    removed = choose(found, next(good, None), clock.day_number(), keep_days, ended)
    try:
        for one in removed:
            wipe(one.path)
    except OSError as error:
        raise BackupError(f"{folder}: an old backup cannot be removed: {error.strerror}") from None
    return removed


def _find(path: Path, agency: bytes) -> Found | None:
    order = path.stat().st_mtime_ns
    try:
        with reading.opened(path) as backup:
            head, epochs = backup.front.head, backup.front.epochs
    except (BackupError, FormatError):
        return Found(path, order // (86_400 * 10**9), order, None)
    return Found(path, head.day, order, epochs) if head.agency == agency else None
