"""Making the keys of an epoch: a lock and a sorting key in a file, a key for every desk that receives.

    python -m tipline.keys.roll CONSOLE.TOML EPOCH

The collector starts this as a process of its own. For a moment it holds the desks' private keys in the clear;
then it ends, which is the only sure way to forget them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection, insert, select

from tipline import clock, db, tables
from tipline.errors import EpochError, RosterError, TiplineError
from tipline.keys import epoch_key, epoch_rows, recovery, rows
from tipline.keys.desk import DeskKey
from tipline.keys.recovery import RecoveryKeys
from tipline.keys.roster import Roster
from tipline.keys.rosters import Rosters
from tipline.seal.suite import suite_of
from tipline.settings import ConsoleSettings, load
from tipline.web import process


def make(
    connection: Connection, keys: Path, epoch: int, holders: RecoveryKeys, people: Rosters | None = None
) -> tuple[str, ...]:
    """Make the keys of *epoch*, or those that a desk added since lacks; *keys* is the folder of key files.

    They are sealed to the members on the desks' rosters and *holders*, inside the caller's writing
    transaction, which keeps a second maker out. Killed before its commit, the key file is one that nothing
    was locked with, and the next making replaces it. Returns what is wrong with desks that got no key since
    their roster does not say that they receive. Raises EpochError.
    """
    own = tables.epoch
    known = connection.execute(select(own).where(own.c.epoch == epoch)).one_or_none()
    if known is not None and known.destroyed is not None:
        raise EpochError(f"epoch {epoch} was destroyed, and is never made again")
    having = set(connection.scalars(select(tables.desk_key.c.desk).where(tables.desk_key.c.epoch == epoch)))
    without = set(epoch_rows.receiving(connection)) - having
    lacking, refused = _vouched(connection, people or Rosters(keys), without)
    if not lacking:
        return refused
    suite = suite_of(holders.suite)
    key = epoch_key.make(keys, epoch) if known is None else epoch_key.read(keys, epoch)
    if key is None:
        raise EpochError(f"the key file of epoch {epoch} is missing or damaged")
    for who in lacking:
        made = DeskKey(who.desk, epoch, suite.generate(), key.lock)
        rows.add_desk_key(connection, made, holders.of(who.desk).public, who)
    if known is None:
        now = clock.uptime()
        row = {"epoch": epoch, "made": clock.day_number(), "start": now.start, "seconds": now.seconds}
        connection.execute(insert(own).values(row))
    return refused


def _vouched(
    connection: Connection, known: Rosters, desks: Iterable[bytes]
) -> tuple[list[Roster], tuple[str, ...]]:
    """Return the rosters of those *desks* vouched for as receiving, and what is wrong with others."""
    found, refused = [], []
    for desk in sorted(desks):
        try:
            who = known.of(connection, desk)
        except RosterError as error:
            refused.append(f"the roster of desk {desk.hex()[:8]}: {error}")
            continue
        if who.kind in {rows.TRIAGE, rows.SEAT}:
            found.append(who)
        else:
            refused.append(f"{who.name} is a {who.kind}, whatever the database says, and receives nothing")
    return found, tuple(refused)


def main(config: Path, epoch: int) -> None:
    """Make the keys of *epoch* for the console of console.toml. Raises TiplineError."""
    process.keep_memory_private()
    folder = load(ConsoleSettings, config).folder
    holders = recovery.installed(folder)
    engine = db.open_engine(folder / "console.db")
    try:
        with db.writing(engine) as connection:
            refused = make(connection, folder / "keys", epoch, holders)
    finally:
        engine.dispose()
    if refused:
        raise EpochError("; ".join(refused))


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), int(sys.argv[2]))
    except TiplineError as error:
        sys.exit(f"{type(error).__name__}: {error}")
