"""What a restored database must know before it is used again, and what its people must be told.

What the lost machine did after the backup is in no row, and the world may have seen it: boards with labels,
keyrings with serials and epochs. So labels are left out, the relay is asked for serials and epoch before
anything is published (collector/recover.py), and no epoch that may have been named since ends any sooner.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, select, update

from tipline import clock, db, tables
from tipline.backup import note
from tipline.backup.front import Front
from tipline.backup.manifest import Reach
from tipline.backup.snapshot import desk_keys
from tipline.keys import epoch, epoch_rows
from tipline.seal import slot


def settle(database: Path, front: Front, reaches: Reach) -> None:
    """Make a restored database fit to go on."""
    kept = note.kept(front.epochs, front.head.day, reaches, desk_keys(database))
    engine = db.open_engine(database)
    try:
        with db.writing(engine) as connection:
            _skip_labels(connection)
            _name_epochs(connection, database.parent / "keys", front.head.day)
            note.write_made(connection, kept)
            note.write_restored(connection, note.Restored(front.head.day, clock.day_number()))
    finally:
        engine.dispose()


def _skip_labels(connection: Connection) -> None:
    """Leave out SKIPPED labels of every case, as far as one longest reply still fits afterwards."""
    own = tables.case.c
    for row in connection.execute(select(own.id, own.next_slot)).all():
        skipped = min(row.next_slot + note.SKIPPED, max(row.next_slot, slot.LABELS - slot.PARTS_MAX))
        connection.execute(update(tables.case).where(own.id == row.id).values(next_slot=skipped))


def _name_epochs(connection: Connection, keys: Path, made: int) -> None:
    """Have every epoch that the lost machine may have published since live as if it did so until today."""
    known, today = epoch_rows.read(connection, keys), clock.day_number()
    published = epoch.to_publish(known, made, epoch_rows.floor(connection))
    for one in known:
        if published is not None and one.usable and one.number >= published.number:
            epoch_rows.name(connection, one.number, today + epoch.NAMED_DAYS)
