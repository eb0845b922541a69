"""How an agency stands with its backups: the last one that counts, and warnings when it is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from tipline import clock, tables
from tipline.backup import note
from tipline.keys.expiry import Notice, in_words
from tipline.settings import STORED, ConsoleSettings

#: A backup is due every day: one that is older than so many days is late.
LATE_DAYS = 2
#: How old a backup is in days -> how urgent that is, as expiry.STEPS has it.
_STEPS = ((LATE_DAYS, 14), (4, 7), (7, 2))
_COSTS = {
    True: "If this machine is lost now, all that came and was done since then is lost with it.",
    False: "The relay keeps every tip since then, and takes no more when it is full.",
}
_TODO = (
    "Call the administrator: does tipline-backup.timer run, is the disk of the backups there, is it full? "
    "Until that is known, run `tipline backup` by hand."
)


@dataclass(frozen=True)
class Standing:
    """The day of the *last* backup that counts, None before the first; its *epochs*; what the relay deletes.

    *restored* and *of* are the day of the last restore, and of the backup that it was from.
    """

    last: date | None
    epochs: tuple[int, ...]
    waits_for_backup: bool
    restored: date | None
    of: date | None

    def is_told(self, today: date) -> bool:
        """Whether every page still says that this is a restore."""
        return self.restored is not None and (today - self.restored).days < note.TOLD_DAYS


def read(settings: ConsoleSettings, connection: Connection) -> Standing:
    """Read what the database knows of its backups."""
    kept, restored = note.read_made(connection), note.read_restored(connection)
    return Standing(
        last=clock.from_day_number(kept.day) if kept else None,
        epochs=tuple(sorted(kept.epochs)) if kept else (),
        waits_for_backup=settings.acknowledge != STORED,
        restored=clock.from_day_number(restored.on) if restored else None,
        of=clock.from_day_number(restored.of) if restored else None,
    )


def notices(settings: ConsoleSettings, connection: Connection, today: date) -> list[Notice]:
    """Return the warning of *today*, if the last backup is late; a demo's data is worth none."""
    last = read(settings, connection).last
    begun = connection.scalar(select(func.min(tables.epoch.c.made)))
    since = last or (None if begun is None else clock.from_day_number(begun))
    if settings.demo or since is None:
        return []
    age = (today - since).days
    step = min((step for days, step in _STEPS if age > days), default=None)
    if step is None:
        return []
    title = f"The last backup was made {age} days ago, on {in_words(since)}" if last else "There is no backup"
    return [Notice(step, -age, title, _COSTS[settings.acknowledge == STORED], _TODO)]
