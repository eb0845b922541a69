"""Runs a round of the collector in a child process that is killed at a chosen step of rolling its epochs.

Reads lines "STEP WHEN DAY" from standard input: the number of the step (from 1; 0 kills nowhere), "before" or
"after" it, and the day that the clock shows. Answers each with "killed" or "ended". A step is a request to
the relay, a transaction, the emptying of the journal, or a change of a key file: synced, renamed, unlinked.
The epochs' maker, elsewhere a process of its own, is in this one, so that its steps count too.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from tests.collector import driver
from tipline import clock, db
from tipline.collector import epochs
from tipline.collector.relay import Relay
from tipline.collector.run import run
from tipline.keys import recovery, roll


def watch(steps: driver.Steps) -> None:
    """Make every step one."""
    for name in driver.METHODS:
        setattr(Relay, name, driver.counted(steps, getattr(Relay, name)))
    for name in ("fsync", "rename", "replace", "unlink", "link"):
        setattr(os, name, driver.counted(steps, getattr(os, name)))
    epochs._truncate_journal = driver.counted(steps, epochs._truncate_journal)
    driver.count_commits(steps)


def make(config: Path, number: int) -> None:
    """Make an epoch's keys here, as roll.main does; that would hide this process's memory from the test."""
    engine = db.open_engine(config.parent / "console.db")
    with db.writing(engine) as connection:
        roll.make(connection, config.parent / "keys", number, recovery.installed(config.parent))
    engine.dispose()


def child(config: Path, line: str) -> int:
    number, when, day = line.split()
    clock.today = lambda: clock.from_day_number(int(day))
    epochs.start_maker = make
    if int(number):
        watch(driver.Steps(int(number), when, "self"))
    try:
        run(config, once=True)
    except Exception:  # noqa: BLE001  the parent must be told, whatever it is
        traceback.print_exc()
        return 1
    return 0


def main(config: Path, answer: Any = sys.stdout) -> None:
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            os._exit(child(config, line))
        status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        answer.write({-signal.SIGKILL: "killed\n", 0: "ended\n"}.get(status, "broken\n"))
        answer.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
