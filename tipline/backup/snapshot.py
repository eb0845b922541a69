"""A copy of the database as it is at one moment, while others write to it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from tipline.backup.manifest import Reach
from tipline.errors import BackupError

_TIMEOUT = 30.0


@contextmanager
def snapshot(database: Path) -> Iterator[Path]:
    """A checked copy of *database* beside it, gone afterwards; one that a killed run left behind goes first.

    VACUUM INTO reads in one transaction, so nobody's write is in it by half, and takes no free page along.
    Raises BackupError when it cannot be made or is damaged.
    """
    beside = database.with_name(f".{database.name}.snapshot")
    _remove(beside)
    try:
        _copy(database, beside)
        check(beside)
        yield beside
    finally:
        _remove(beside)


def check(database: Path) -> None:
    """Have SQLite read every page of a database that nobody writes to. Raises BackupError for any damage."""
    try:
        with closing(_open(database, "mode=ro&immutable=1")) as connection:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
            lost = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        raise BackupError(f"the database is damaged: {type(error).__name__}") from None
    if found != ["ok"] or lost:
        raise BackupError("the database is damaged: SQLite's own check finds faults in it")


def reach(database: Path) -> Reach:
    """Return how far a database that nobody writes to reaches."""
    with closing(_open(database, "mode=ro&immutable=1")) as connection:
        newest = [
            connection.execute(f"SELECT coalesce(max(seq), 0) FROM {table}").fetchone()[0]  # noqa: S608 -- ours
            for table in ("envelope", "cover", "parcel")
        ]
    # A cover has a number among the envelopes, and is let go by the same rule.
    return Reach(max(newest[:2]), newest[2])


def desk_keys(database: Path) -> Mapping[bytes, int]:
    """Return the desks' public keys in a database that nobody writes to, each with its epoch."""
    with closing(_open(database, "mode=ro&immutable=1")) as connection:
        return dict(connection.execute("SELECT public, epoch FROM desk_key").fetchall())


def keys_at_rest(database: Path) -> list[tuple[bytes, int]]:
    """Return desk and number of every key at rest in a database that nobody writes to."""
    with closing(_open(database, "mode=ro&immutable=1")) as connection:
        return connection.execute("SELECT desk, epoch FROM desk_key WHERE epoch <= 0").fetchall()


def _copy(database: Path, to: Path) -> None:
    os.close(os.open(to, os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with closing(_open(database, "mode=rw")) as connection:
            connection.execute("VACUUM INTO ?", (str(to),))
    except sqlite3.Error as error:
        raise BackupError(f"the database could not be copied: {error}") from None


def _open(path: Path, how: str) -> sqlite3.Connection:
    uri = f"file:{quote(str(path.resolve()))}?{how}"
    return sqlite3.connect(uri, uri=True, timeout=_TIMEOUT, isolation_level=None)


def _remove(path: Path) -> None:
    for name in (path, *(path.with_name(path.name + end) for end in ("-journal", "-wal", "-shm"))):
        name.unlink(missing_ok=True)
