"""Making the keys of an epoch: a lock and a sorting key in a file, a key for every desk that receives.

    python -m tipline.keys.roll CONSOLE.TOML EPOCH

The collector starts this as a process of its own. For a moment it holds the desks' private keys in the clear;
then it ends, which is the only sure way to forget them.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sqlalchemy import Connection, insert, select

from tipline import clock, db, tables
from tipline.errors import EpochError, TiplineError
from tipline.keys import epoch_key, epoch_rows, recovery, rows
from tipline.keys.desk import DeskKey
from tipline.keys.recovery import RecoveryKeys
from tipline.seal.suite import suite_of
from tipline.settings import ConsoleSettings, load
from tipline.web import process


def make(connection: Connection, keys: Path, epoch: int, holders: RecoveryKeys) -> None:
    """Make the keys of *epoch*, or those that a desk added since lacks; *keys* is the folder of key files.

    They are sealed to the desks' members and *holders*, inside the caller's writing transaction, which keeps
    a second maker out. Killed before its commit, the key file is one that nothing was locked with, and the
    next making replaces it. Raises EpochError.
    """
    own = tables.epoch
    known = connection.execute(select(own).where(own.c.epoch == epoch)).one_or_none()
    if known is not None and known.destroyed is not None:
        raise EpochError(f"epoch {epoch} was destroyed, and is never made again")
    having = set(connection.scalars(select(tables.desk_key.c.desk).where(tables.desk_key.c.epoch == epoch)))
    lacking = [desk for desk in epoch_rows.receiving(connection) if desk not in having]
    if not lacking:
        return
    suite = suite_of(holders.suite)
    key = epoch_key.make(keys, epoch) if known is None else epoch_key.read(keys, epoch)
    if key is None:
        raise EpochError(f"the key file of epoch {epoch} is missing or damaged")
    for desk in lacking:
        made = DeskKey(desk, epoch, suite.generate(), key.lock)
        rows.add_desk_key(connection, made, holders.of(desk).public)
    if known is None:
        now = clock.uptime()
        row = {"epoch": epoch, "made": clock.day_number(), "start": now.start, "seconds": now.seconds}
        connection.execute(insert(own).values(row))


def main(config: Path, epoch: int) -> None:
    """Make the keys of *epoch* for the console of console.toml. Raises TiplineError."""
    process.keep_memory_private()
    folder = load(ConsoleSettings, config).folder
    holders = recovery.installed(folder)
    engine = db.open_engine(folder / "console.db")
    try:
        with db.writing(engine) as connection:
            make(connection, folder / "keys", epoch, holders)
    finally:
        engine.dispose()


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), int(sys.argv[2]))
    except TiplineError as error:
        sys.exit(f"{type(error).__name__}: {error}")
