"""The one thread that writes to the rack: all that waits goes into one durable commit.

Several writers would queue at SQLite's lock, each with a sync of its own. Here a commit takes along whatever
came while the last one was being written, and nobody is answered before it is on disk.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError

from tipline import clock
from tipline.intake.table import DAY_SIZE, PARCELS, Shelf, envelopes, random_row
from tipline.seal.suite import HYBRID
from tipline.web import log

#: Until a checkpoint the write-ahead log shows the order of arrival, and what was erased since.
CHECKPOINT_SECONDS = 3.0
_DAY_SECONDS = 86400
_BUSY_MILLISECONDS = 1000


@dataclass
class Put:
    """*data* on its way to a *place* of *shelf*, under its id *key*."""

    shelf: Shelf
    place: int
    key: bytes
    data: bytes


@dataclass
class Erase:
    """A *place* of *shelf* to be overwritten, where what has the id *key* stands."""

    shelf: Shelf
    place: int
    key: bytes


@dataclass
class Batch:
    """What one commit writes: *puts*, and what to *erase*. *error* is set when it could not be written."""

    puts: list[Put] = field(default_factory=list)
    erase: list[Erase] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)
    error: BaseException | None = None

    def wait(self) -> None:
        """Return when everything is on disk. Raises what stopped it."""
        self.done.wait()
        if self.error is not None:
            raise self.error


class Writer:
    """Writes batches to *engine*'s file at *path*.

    *settle* is told of each batch before those who wait for it are woken, with *lock* held; *tidy* is called
    every few seconds, likewise.
    """

    def __init__(
        self, engine: Engine, path: Path, settle: Callable[[Batch], None], tidy: Callable[[], None]
    ) -> None:
        log.silence(__name__)
        self.lock = threading.Condition()
        self._engine = engine
        self._files = [path.with_name(path.name + suffix) for suffix in ("", "-wal", "-shm")]
        self._settle, self._tidy = settle, tidy
        self._next = Batch()
        self._closing = False
        self._changed = True
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def add(self, work: Put | Erase) -> Batch:
        """Put *work* into the next batch and return that. *lock* must be held."""
        if isinstance(work, Put):
            self._next.puts.append(work)
        else:
            self._next.erase.append(work)
        self.lock.notify()
        return self._next

    def close(self) -> None:
        """Write what waits, checkpoint, and end the thread."""
        with self.lock:
            self._closing = True
            self.lock.notify()
        self._thread.join()

    def _run(self) -> None:
        with self._engine.connect() as self._connection:
            # Checkpoints are made here, on time, and not within whichever commit fills a thousand pages.
            self._connection.exec_driver_sql("PRAGMA wal_autocheckpoint=0")
            # Nobody else writes; somebody else's long reading must not hold up every PUT at each checkpoint.
            self._connection.exec_driver_sql(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")
            self._serve()

    def _serve(self) -> None:
        self._try_checkpoint()
        due = time.monotonic() + CHECKPOINT_SECONDS
        while True:
            batch = self._take(due)
            if batch is not None:
                self._write(batch)
            if time.monotonic() >= due or batch is None or batch.erase:
                self._try_checkpoint()
                due = time.monotonic() + CHECKPOINT_SECONDS
            if batch is not None:
                batch.done.set()
            elif self._closing:
                return

    def _take(self, due: float) -> Batch | None:
        """Wait for work until *due*; return it, or None when there is none."""
        with self.lock:
            while not (self._next.puts or self._next.erase):
                left = due - time.monotonic()
                if self._closing or left <= 0:
                    return None
                self.lock.wait(left)
            batch, self._next = self._next, Batch()
            return batch

    def _write(self, batch: Batch) -> None:
        try:
            self._changed = True
            self._connection.exec_driver_sql("BEGIN IMMEDIATE")
            _write_puts(self._connection, batch.puts)
            _erase(self._connection, batch.erase)
            self._connection.commit()
        except Exception as error:  # noqa: BLE001  whoever waits must hear of it, and the thread must live
            batch.error = error
            with contextlib.suppress(DBAPIError):
                self._connection.rollback()
        with self.lock:
            self._settle(batch)

    def _try_checkpoint(self) -> None:
        """Without this thread nothing would ever be answered again, so an error waits for the next time."""
        try:
            self._checkpoint()
        except Exception:
            logging.getLogger(__name__).exception("checkpoint")

    def _checkpoint(self) -> None:
        """Empty the write-ahead log, and whatever else could tell when something came."""
        if self._changed:
            busy = self._connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
            # The cache has what was written last, and what was erased since.
            self._connection.exec_driver_sql("PRAGMA shrink_memory")
            self._connection.rollback()
            self._changed = bool(busy)
            with self.lock:
                self._tidy()
        midnight = clock.day_number() * _DAY_SECONDS
        for file in self._files:
            if file.exists():
                os.utime(file, (midnight, midnight))
        gc.collect()


def _overwrite(shelf: Shelf) -> str:
    """Return the one statement on the hot path as text: compiled once, not looked up at every commit."""
    columns = shelf.table.c
    values: dict[Any, Any] = {name: bindparam(f"new_{name}") for name in ("id", "day", "bytes")}
    statement = update(shelf.table).where(columns.place == bindparam("at")).values(values)
    return str(statement.compile(dialect=sqlite.dialect()))


# The statement does not depend on the suite: it says nothing of lengths.
_OVERWRITE = {shelf.table.name: _overwrite(shelf) for shelf in (envelopes(HYBRID), PARCELS)}


def _write_puts(connection: Connection, puts: list[Put]) -> None:
    day = clock.day_number().to_bytes(DAY_SIZE, "big")
    for name, statement in _OVERWRITE.items():
        rows = [(put.key, day, put.data, put.place) for put in puts if put.shelf.table.name == name]
        if rows:
            connection.exec_driver_sql(statement, rows)


def _erase(connection: Connection, places: list[Erase]) -> None:
    for erase in places:
        row = random_row(erase.shelf)
        values = (row["id"], row["day"], row["bytes"], erase.place)
        connection.exec_driver_sql(_OVERWRITE[erase.shelf.table.name], values)
