"""The epochs, unattended: time is counted, keys are made in a child process, old ones are destroyed.

Each step is durable before the next begins, and a round finishes what a killed one began: keys whose rows are
not committed are made again, and the file of an epoch that is noted as destroyed is overwritten.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Engine

from tipline import clock, db
from tipline.collector.holding import Holding
from tipline.errors import EpochError
from tipline.keys import epoch, epoch_key, epoch_rows
from tipline.keys.epoch import Epoch
from tipline.seal.suite import PrivateKey

log = logging.getLogger("tipline.collector")

_MAKING_SECONDS = 300.0
_JOURNAL_MS = 500
Maker = Callable[[Path, int], None]


def attend(engine: Engine, holding: Holding, make: Maker | None = None) -> str:
    """Do what is due for the epochs; return in a few words what was done.

    *make* is given console.toml and the number of an epoch to make. Raises EpochError when one could not be
    made; what was to be destroyed is then destroyed nevertheless.
    """
    with db.writing(engine) as connection:
        epoch_rows.count_time(connection)
    failed, done = [], []
    for number in epoch.to_make(_read(engine, holding), clock.day_number(), _floor(engine)):
        try:
            (make or start_maker)(holding.config, number)
            done.append(f"made epoch {number}")
        except EpochError as error:
            failed.append(error)
    done += [f"destroyed epoch {number}" for number in _destroy(engine, holding)]
    _warn(_read(engine, holding), _floor(engine))
    _truncate_journal(engine)
    if failed:
        raise failed[0]
    return ", ".join(done)


def start_maker(config: Path, number: int) -> None:
    """Make the keys of an epoch in a child process that ends. Raises EpochError with what it said."""
    command = [sys.executable, "-m", "tipline.keys.roll", str(config), str(number)]
    try:
        child = subprocess.run(  # noqa: S603 -- our own command line, no shell
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_MAKING_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EpochError(f"epoch {number} was not made: {type(error).__name__}") from None
    if child.returncode:
        said = child.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise EpochError(f"epoch {number} was not made: {said}")


def sorting_keys(engine: Engine, holding: Holding) -> dict[int, PrivateKey | None]:
    """Return the sorting keys of the epochs that live; None for one whose key file cannot be read."""
    numbers = [one.number for one in _read(engine, holding) if one.destroyed is None]
    keys = {number: epoch_key.read(holding.keys, number) for number in numbers}
    return {number: key.sorting(holding.settings.suite) if key else None for number, key in keys.items()}


def lost(engine: Engine, holding: Holding, *, alone: bool) -> range:
    """Return the numbers that an envelope bears which was for us, if it opens with none of *sorting_keys*."""
    known = _read(engine, holding)
    living = [one.number for one in known if one.destroyed is None]
    return epoch.lost(living, min((one.number for one in known), default=0), alone=alone)


def ended(engine: Engine, holding: Holding) -> list[int]:
    """Return the epochs that wait for a full collection that begins now or later."""
    today = clock.day_number()
    waiting = (one for one in _read(engine, holding) if one.destroyed is None and one.collected is None)
    return [one.number for one in waiting if epoch.ended(one, today)]


def collected(engine: Engine, epochs: list[int]) -> None:
    """Note that a full collection, which began after these *epochs* had ended, is over without a fault."""
    if epochs:
        with db.writing(engine) as connection:
            epoch_rows.collected(connection, epochs)


def _read(engine: Engine, holding: Holding) -> list[Epoch]:
    with engine.connect() as connection:
        return epoch_rows.read(connection, holding.keys)


def _floor(engine: Engine) -> int:
    with engine.connect() as connection:
        return epoch_rows.floor(connection)


def _destroy(engine: Engine, holding: Holding) -> Iterator[int]:
    """Destroy what is due, and finish what an earlier round began."""
    today = clock.day_number()
    with db.writing(engine) as connection:
        for one in epoch_rows.read(connection, holding.keys):
            # What the desks tried is looked up for those alone that wait for nothing else.
            if epoch.to_destroy(one, today, ()) and epoch.to_destroy(
                one, today, epoch_rows.desks_of(connection, one)
            ):
                epoch_rows.delete_keys(connection, one.number, today)
    for one in _read(engine, holding):
        if one.destroyed is not None and epoch_key.destroy(holding.keys, one.number):
            yield one.number


def _warn(epochs: list[Epoch], floor: int) -> None:
    today = clock.day_number()
    for one in epochs:
        if one.destroyed is None and not one.key:
            log.warning("the key file of epoch %d is missing or damaged: restore it", one.number)
    chosen, due = epoch.to_publish(epochs, today, floor), max(floor, epoch.of(today))
    if chosen is not None and chosen.number != due:
        log.warning("epoch %d has no keys yet: the keyring names epoch %d", due, chosen.number)


def _truncate_journal(engine: Engine) -> None:
    """Write SQLite's journal into the database and empty it: what was deleted is then in neither.

    Where somebody reads just now it stays as it is until the next round.
    """
    with engine.connect() as connection:
        # Nobody who writes waits for this longer than for an ordinary transaction.
        before = connection.exec_driver_sql("PRAGMA busy_timeout").scalar()
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {_JOURNAL_MS}").all()
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {before}").all()
