"""Whether the audit still holds what was published of it: a quick look for every page.

It looks at the ends of the last day heads alone, and is no verification: `tipline audit verify` is.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, select, tuple_

from tipline import clock, facts, tables
from tipline.audit import day_head, entry
from tipline.audit.day_head import DayHead
from tipline.errors import AuditError
from tipline.keys.expiry import OVER, Notice
from tipline.settings import ConsoleSettings

#: The fact that the collector writes when the relay shows a head that opens to nothing stored here: the
#: head's day, and the day on which that was found.
GONE = "audit_gone"
#: So many of the newest day heads are looked at, and so many days what was found is told.
LOOKED_AT, TOLD_DAYS = 14, 30
_TODO = (
    "Call the administrator and whoever audits you, and write down on paper what you did today. They keep a "
    "copy of the database as it is now, and run tipline audit verify with the boards that were kept."
)


def newest(connection: Connection, count: int = LOOKED_AT) -> list[DayHead]:
    """Return the newest stored day heads, the newest first. Raises AuditError when one is none."""
    own = tables.audit_head.c
    rows = connection.scalars(select(own.opening).order_by(own.day.desc()).limit(count))
    return [day_head.read(opening) for opening in rows]


def missing(connection: Connection, says: Iterable[DayHead]) -> list[tuple[DayHead, bytes]]:
    """Return which day heads the chains do not contain any more, each with the desk whose chain it is."""
    says = list(says)
    there = _hashes(connection, {(desk, head.seq) for one in says for desk, head in one.chains.items()})
    return [
        (one, desk)
        for one in says
        for desk, head in one.chains.items()
        if head.seq and there.get((desk, head.seq)) != head.hash
    ]


def notices(settings: ConsoleSettings, connection: Connection, today: date) -> list[Notice]:
    """Return a warning when entries that were published are gone, or the whole database was put back."""
    del settings
    found = []
    gone = facts.read(connection, (GONE,)).get(GONE, "")
    if gone:
        day, found_on = (date.fromisoformat(part) for part in gone.split())
        if (today - found_on).days < TOLD_DAYS:
            published = clock.in_words(clock.day_number(day))
            found.append(
                _notice(
                    f"This is not the database whose audit was published on {published}",
                    "It was put back or changed: what was done and opened since an older day may be missing.",
                )
            )
    if _is_broken(connection):
        found.append(
            _notice(
                "Entries of the audit are gone or were changed",
                "What was published of it some days ago cannot be found in it any more.",
            )
        )
    return found


def _is_broken(connection: Connection) -> bool:
    try:
        return bool(missing(connection, newest(connection)))
    except AuditError:
        return True


def _hashes(connection: Connection, wanted: set[tuple[bytes, int]]) -> dict[tuple[bytes, int], bytes]:
    own = tables.audit.c
    rows = connection.execute(
        select(own.desk, own.seq, own.entry, own.signature).where(tuple_(own.desk, own.seq).in_(wanted))
    )
    return {(row.desk, row.seq): entry.hash_of(row.entry, row.signature) for row in rows}


def _notice(title: str, without: str) -> Notice:
    return Notice(OVER, -1, title, without, _TODO)
