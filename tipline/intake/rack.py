"""The rack: a fixed number of equal places for envelopes and for parcels, all filled with random bytes.

A PUT overwrites a random free place, a deletion overwrites it with random bytes. Which place is taken stands
nowhere but in memory, and in the fact that its id is the SHA-256 of its bytes.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.exc import DatabaseError

from tipline import clock, db
from tipline.errors import SettingsError
from tipline.intake.places import Places, Taken
from tipline.intake.table import PARCELS, Shelf, create, envelopes, found
from tipline.intake.writer import Batch, Erase, Put, Writer
from tipline.seal.suite import HYBRID, Suite

__all__ = ["PARCELS", "Rack", "create", "envelopes"]


class Rack:
    """An open rack, for all threads. *consoles* must all have acknowledged before a place is freed.

    *envelopes* is its shelf for those of the agency's suite.
    """

    def __init__(self, path: Path, consoles: Collection[str], suite: Suite = HYBRID) -> None:
        self._consoles = frozenset(consoles)
        self.envelopes = envelopes(suite)
        if not path.exists():
            # SQLite would make an empty file, and the next start would take that for a rack.
            raise SettingsError(f"{path.name}: there is no rack yet")
        with ExitStack() as opened:
            opened.enter_context(_alone(path))
            self._engine = db.open_engine(path)
            opened.callback(self._engine.dispose)
            self._places = _read(self._engine, path, (self.envelopes, PARCELS))
            self._opened = opened.pop_all()
        self._writer = Writer(self._engine, path, self._settle, self._tidy)

    def put(self, shelf: Shelf, key: bytes, data: bytes) -> None:
        """Store *data* under its SHA-256 *key*: it is on disk when this returns. Again changes nothing.

        Raises FullError when no place is free.
        """
        places = self._places[shelf.table.name]
        with self._writer.lock:
            if key in places.taken:
                return
            batch = places.coming.get(key)
            if batch is None:
                batch = self._writer.add(Put(shelf, places.take(), key, data))
                places.coming[key] = batch
        batch.wait()

    def get(self, shelf: Shelf, key: bytes) -> bytes | None:
        """Return what is stored under *key*, or None."""
        item = self._places[shelf.table.name].taken.get(key)
        if item is None:
            return None
        columns = shelf.table.c
        with self._engine.connect() as connection:
            row = connection.execute(
                select(columns.id, columns.bytes).where(columns.place == item.place)
            ).one()
            # Its cache would keep the pages after they were erased.
            connection.exec_driver_sql("PRAGMA shrink_memory")
        data: bytes = row.bytes
        # The place may have been freed and given away in between.
        return data if row.id == key else None

    def waiting(self, shelf: Shelf, console: str) -> Mapping[bytes, int]:
        """Return what *console* has not acknowledged, with the day number of arrival, in random order."""
        with self._writer.lock:
            items = self._places[shelf.table.name].taken.items()
            offered = [(key, item.day) for key, item in items if console not in item.acknowledged]
        secrets.SystemRandom().shuffle(offered)
        return dict(offered)

    def acknowledge(self, shelf: Shelf, console: str, keys: Iterable[bytes]) -> None:
        """Note that *console* has *keys*, and free what every console has. Unknown keys are fine.

        When this returns, nothing of what was freed is on disk any more. Raises what stopped it; then all
        that should have been freed is offered again.
        """
        places = self._places[shelf.table.name]
        batch: Batch | None = None
        with self._writer.lock:
            for key in keys:
                place = places.acknowledge(key, console, self._consoles)
                if place is not None:
                    batch = self._writer.add(Erase(shelf, place, key))
        if batch is not None:
            batch.wait()

    def close(self) -> None:
        """Finish writing and close the file."""
        self._writer.close()
        self._opened.close()

    def _settle(self, batch: Batch) -> None:
        day = clock.day_number()
        for put in batch.puts:
            places = self._places[put.shelf.table.name]
            del places.coming[put.key]
            if batch.error is None:
                places.taken[put.key] = Taken(put.place, day)
            else:
                places.give_back(put.place)
        for erase in batch.erase:
            self._places[erase.shelf.table.name].erased(erase.key, failed=batch.error is not None)

    def _tidy(self) -> None:
        for places in self._places.values():
            places.forget_order()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep every other intake from this rack: each would give away the places that the other has taken.

    The folder is locked, since closing any handle of the file itself would drop SQLite's own locks.
    """
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsError(f"{path.name}: another intake is using this rack") from None
        yield
    finally:
        os.close(handle)


def _read(engine: Engine, path: Path, shelves: Iterable[Shelf]) -> dict[str, Places]:
    try:
        with engine.connect() as connection:
            return {shelf.table.name: Places(found(connection, shelf)) for shelf in shelves}
    except DatabaseError as error:
        raise SettingsError(f"{path.name}: it is damaged, or no rack: {error.orig}") from None
