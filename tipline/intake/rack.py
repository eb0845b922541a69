"""The rack: a fixed number of equal places for envelopes and for parcels, all filled with random bytes.

A PUT overwrites a random free place, a deletion overwrites it with random bytes. Which place is taken stands
nowhere but in memory, and in the fact that its id is the SHA-256 of its bytes.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from sqlalchemy import select

from tipline import clock, db
from tipline.intake.places import Places, Taken
from tipline.intake.table import ENVELOPES, PARCELS, Shelf, create, found
from tipline.intake.writer import Batch, Put, Writer

__all__ = ["ENVELOPES", "PARCELS", "Rack", "create"]


class Rack:
    """An open rack, for all threads. *consoles* must all have acknowledged before a place is freed."""

    def __init__(self, path: Path, consoles: Collection[str]) -> None:
        self._consoles = frozenset(consoles)
        self._engine = db.open_engine(path)
        with self._engine.connect() as connection:
            self._places = {
                shelf.table.name: Places(found(connection, shelf)) for shelf in (ENVELOPES, PARCELS)
            }
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

        When this returns, nothing of what was freed is on disk any more.
        """
        places = self._places[shelf.table.name]
        batch: Batch | None = None
        with self._writer.lock:
            for key in keys:
                place = places.acknowledge(key, console, self._consoles)
                if place is not None:
                    batch = self._writer.add((shelf, place))
        if batch is not None:
            batch.wait()

    def close(self) -> None:
        """Finish writing and close the file."""
        self._writer.close()
        self._engine.dispose()

    def _settle(self, batch: Batch) -> None:
        day = clock.day_number()
        for put in batch.puts:
            places = self._places[put.shelf.table.name]
            del places.coming[put.key]
            if batch.error is None:
                places.taken[put.key] = Taken(put.place, day)
            else:
                places.give_back(put.place)
        for shelf, place in batch.erase:
            self._places[shelf.table.name].give_back(place)

    def _tidy(self) -> None:
        for places in self._places.values():
            places.forget_order()
