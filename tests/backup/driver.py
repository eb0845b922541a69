"""Makes or restores a backup in a child process that is killed at a chosen step.

Reads lines "WHAT STEP WHEN" from standard input: "make" or "restore", the number of the step (from 1), and
"before" or "after" it. Answers each with "killed" or "ended" (there were fewer steps). A step is one that
changes a disk: a write, an fsync, a rename, an unlink, or a transaction of the database.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from tipline import db
from tipline.backup import make, names, reading, restore, snapshot
from tipline.seal.suite import HYBRID


class Steps:
    """Counts, and kills this process when it is time."""

    def __init__(self, number: int, when: str) -> None:
        self.left, self.when = number, when

    @contextmanager
    def step(self) -> Iterator[None]:
        self.left -= 1
        if self.left == 0 and self.when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        yield
        if self.left == 0 and self.when == "after":
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(self, owner: Any, name: str) -> None:
        method: Callable[..., Any] = getattr(owner, name)

        def call(*arguments: Any, **named: Any) -> Any:
            with self.step():
                return method(*arguments, **named)

        setattr(owner, name, call)


def watch(steps: Steps) -> None:
    for owner, name in (
        (os, "fsync"),
        (Path, "rename"),
        (Path, "unlink"),
        (Path, "mkdir"),
        (snapshot, "_copy"),
        (snapshot, "check"),
        (make, "_read_back"),
    ):
        steps.counted(owner, name)
    for module in (make, restore):
        opened = names.create

        def create(path: Path, opened: Callable[[Path], Any] = opened) -> Any:
            file = opened(path)
            file.write = _counted_write(steps, file.write)
            return file

        module.create = create  # type: ignore[attr-defined]
    writing = db.writing

    @contextmanager
    def counted_writing(engine: Engine) -> Iterator[Connection]:
        with writing(engine) as connection:
            yield connection
            # Before: all is written and nothing is committed.
            after = steps.step()
            after.__enter__()
        after.__exit__(None, None, None)

    db.writing = counted_writing


def _counted_write(steps: Steps, write: Callable[[bytes], int]) -> Callable[[bytes], int]:
    def call(data: bytes) -> int:
        with steps.step():
            return write(data)

    return call


def child(line: str, config: Path, backups: Path, seed: bytes, to: Path) -> int:
    what, number, when = line.split()
    watch(Steps(int(number), when))
    try:
        if what == "make":
            make.make(config, backups)
        else:
            with reading.opened(next(backups.glob("*.backup"))) as backup:
                restore.restore(backup, restore.open_key(backup, HYBRID.private(seed)), to)
    except Exception:  # noqa: BLE001  the parent must be told, whatever it is
        traceback.print_exc()
        return 1
    return 0


def main(config: Path, backups: Path, seed: bytes, to: Path) -> None:
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            os._exit(child(line, config, backups, seed, to))
        status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        sys.stdout.write({-signal.SIGKILL: "killed\n", 0: "ended\n"}.get(status, "broken\n"))
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), bytes.fromhex(sys.argv[3]), Path(sys.argv[4]))
