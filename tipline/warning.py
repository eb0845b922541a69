"""All warnings of an agency: of everything that runs out, the most urgent first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import Connection

from tipline import cover
from tipline.alerts import standing as alerts
from tipline.audit import standing as audited
from tipline.backup import standing as backups
from tipline.errors import TiplineError
from tipline.keys import overdue, standing
from tipline.keys.expiry import OVER, Notice
from tipline.settings import ConsoleSettings

#: What can run out: each reads files and rows, and returns the warnings of a day.
SOURCES: tuple[Callable[[ConsoleSettings, Connection, date], list[Notice]], ...] = (
    standing.notices,
    backups.notices,
    overdue.notices,
    cover.notices,
    audited.notices,
    alerts.notices,
)


def notices(settings: ConsoleSettings, connection: Connection, today: date) -> list[Notice]:
    """Return the warnings of *today*. What cannot be read is a warning too, and hides no other."""
    found = [notice for source in SOURCES for notice in _read(source, settings, connection, today)]
    return sorted(found, key=lambda notice: notice.days)


def _read(
    source: Callable[[ConsoleSettings, Connection, date], list[Notice]],
    settings: ConsoleSettings,
    connection: Connection,
    today: date,
) -> list[Notice]:
    try:
        return source(settings, connection, today)
    except TiplineError as error:
        title = f"A file of the keys cannot be used ({error})"
        todo = "Call the administrator: put the file back from the last grant or the last backup."
        return [Notice(OVER, -1, title, "What runs out cannot be told without it.", todo)]
