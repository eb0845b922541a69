"""An agency's database as what a verification reads: one moment of it, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from tipline import db, tables
from tipline.audit.entry import Stored
from tipline.audit.source import Restored
from tipline.backup import note
from tipline.errors import AuditError, SettingsError
from tipline.keys import rosters
from tipline.keys.roster import Trust, Version

_AT_ONCE = 1000


class Database:
    """The audit in an open *connection*; *trust* is what the agency's folder says of root and revocations."""

    def __init__(self, connection: Connection, trust: Trust) -> None:
        self._connection, self.trust = connection, trust

    @property
    def restored(self) -> Restored | None:
        """Whether it came out of a backup, by its own word."""
        said = note.read_restored(self._connection)
        return Restored(said.of, said.on) if said else None

    def desks(self) -> Mapping[bytes, str]:
        """Return every desk, and every other id that a chain or a roster is filed under."""
        names = {row.id: row.name for row in self._connection.execute(select(tables.desk))}
        for table in (tables.audit, tables.roster):
            found = self._connection.scalars(select(table.c.desk).distinct())
            names |= {desk: desk.hex() for desk in found if desk not in names}
        return names

    def entries(self, desk: bytes) -> Iterator[Stored]:
        """Return a desk's chain in order."""
        own = tables.audit.c
        query = (
            select(own.seq, own.entry, own.signature, own.case, own.at)
            .where(own.desk == desk)
            .order_by(own.seq)
        )
        for row in self._connection.execution_options(yield_per=_AT_ONCE).execute(query):
            yield Stored(*row)

    def rosters(self, desk: bytes) -> Sequence[Version]:
        """Return the versions of a desk's roster in order."""
        return rosters.versions(self._connection, desk)

    def openings(self) -> Sequence[tuple[int, bytes]]:
        """Return the stored day heads: day and opening."""
        own = tables.audit_head.c
        return [(row.day, row.opening) for row in self._connection.execute(select(own.day, own.opening))]


@contextmanager
def opened(folder: Path) -> Iterator[Database]:
    """The audit of the agency whose folder this is (with console.toml and console.db).

    Raises SettingsError for a folder that is none, AuditError for a database that cannot be read.
    """
    path = folder / "console.db"
    if not path.is_file():
        raise SettingsError(f"{path} is not there")
    trust = rosters.installed(folder)
    try:
        with db.reading(path) as connection:
            yield Database(connection, trust)
    except SQLAlchemyError as error:
        raise AuditError(f"{path.name} cannot be read: {type(error).__name__}") from None
