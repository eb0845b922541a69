"""Runs the collector once in a child process that is killed at a chosen step, or kills the relay there.

Reads lines "STEP WHEN VICTIM" from standard input: the number of the step (from 1), "before" or "after" it,
and the process to kill ("self" or a process id). Answers each with "killed", "ended" (there were fewer steps)
or "failed". A step is a request to the relay or a transaction of the database.
"""

from __future__ import annotations

import hashlib
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
from tipline.board import board
from tipline.collector import holding
from tipline.collector.relay import Relay
from tipline.collector.run import run
from tipline.errors import RelayError
from tipline.keyring.revocation import Revocations
from tipline.keyring.signature import agency_id

METHODS = ("list", "envelope", "parcel", "acknowledge", "put_keyring", "put_board")


class Steps:
    """Counts, and kills when it is time."""

    def __init__(self, number: int, when: str, victim: str) -> None:
        self.left, self.when = number, when
        self.victim = os.getpid() if victim == "self" else int(victim)

    @contextmanager
    def step(self) -> Iterator[None]:
        self.left -= 1
        if self.left == 0 and self.when == "before":
            os.kill(self.victim, signal.SIGKILL)
        yield
        if self.left == 0 and self.when == "after":
            os.kill(self.victim, signal.SIGKILL)


def watch(steps: Steps, heads: Path, root_public: bytes) -> None:
    """Make every request and every commit a step, and write down each head before it is posted."""
    for name in METHODS:
        setattr(Relay, name, counted(steps, getattr(Relay, name)))
    put = Relay.put_board
    nobody = Revocations(agency_id(root_public), 1, frozenset())

    def put_board(self: Relay, body: bytes) -> None:
        head = board.verified_section(body, root_public, nobody).head
        with heads.open("a") as file:
            file.write(f"{head.serial} {hashlib.sha256(head.encode()).hexdigest()}\n")
        put(self, body)

    Relay.put_board = put_board  # type: ignore[method-assign]
    count_commits(steps)


def count_commits(steps: Steps) -> None:
    """Make every commit a step."""
    writing = db.writing

    @contextmanager
    def counted_writing(engine: Engine) -> Iterator[Connection]:
        after = None
        with writing(engine) as connection:
            yield connection
            # Before: all is written and nothing is committed.
            after = steps.step()
            after.__enter__()
        after.__exit__(None, None, None)

    db.writing = counted_writing


def counted(steps: Steps, method: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any) -> Any:
        with steps.step():
            return method(*arguments)

    return call


def child(config: Path, heads: Path, line: str) -> int:
    number, when, victim = line.split()
    watch(Steps(int(number), when, victim), heads, holding.read(config).root_public)
    try:
        run(config, once=True)
    except RelayError:
        return 4
    except Exception:  # noqa: BLE001  the parent must be told, whatever it is
        traceback.print_exc()
        return 1
    return 0


def main(config: Path, heads: Path) -> None:
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            os._exit(child(config, heads, line))
        status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        ended = {-signal.SIGKILL: "killed", 0: "ended", 4: "failed"}.get(status, "broken")
        sys.stdout.write(f"{ended}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
