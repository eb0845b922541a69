"""The collector's loop: publishes and collects in turn, tries again what failed, ends when it is told to."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from tipline import clock, db
from tipline.alerts import watch
from tipline.collector import audit_seen, epochs, holding, rosters
from tipline.collector.catch_up import catch_up, is_missing
from tipline.collector.collect import collect
from tipline.collector.cover import Covers
from tipline.collector.cover_plan import LOOK_MAX
from tipline.collector.holding import Holding
from tipline.collector.lists import take_over
from tipline.collector.post_board import post_board
from tipline.collector.post_keyring import post_keyring
from tipline.collector.relay import Relay
from tipline.collector.warn import warn
from tipline.errors import TiplineError
from tipline.keys.rosters import Rosters

log = logging.getLogger("tipline.collector")

BACKOFF_MAX_SECONDS = 300.0


@dataclass
class Task:
    """Something done again and again: *work* every so many seconds, told whether it never succeeded yet."""

    name: str
    every: float
    work: Callable[[bool], str]
    due: float = 0.0
    failures: int = 0
    first: bool = True

    def do(self) -> None:
        """Do the work once and say in one line what came of it. Raises what it raised."""
        done = self.work(self.first)
        self.first = False
        if done:
            log.info("%s: %s", self.name, done)

    def do_or_postpone(self) -> None:
        """Do the work; when it fails log that, without its contents, and wait longer each time."""
        try:
            self.do()
            self.failures = 0
        except Exception as error:  # noqa: BLE001  nobody is there to start it again
            self.failures += 1
            log.warning("%s failed, next try in %.0f s: %s", self.name, self.wait, _in_one_line(error))
        self.due = clock.monotonic() + self.wait

    @property
    def wait(self) -> float:
        """Seconds until the next time: doubled with every failure, to five minutes."""
        return min(self.every * 2.0 ** min(self.failures, 16), max(self.every, BACKOFF_MAX_SECONDS))


def run(config: Path, *, once: bool = False) -> None:
    """Run the collector of console.toml until SIGTERM or SIGINT; with *once*, each task one time.

    With *once* every task is tried, and then the first error raised.
    """
    held = holding.read(config)
    engine = db.open_engine(held.database)
    try:
        with Relay(held.settings, held.secret) as relay, _told_to_end() as stop:
            work = tasks(relay, engine, held, stop)
            if once:
                _do_each(work, lambda: watch.once(engine, held.settings, held.keys))
            else:
                with watch.watching(engine, held.settings, held.keys):
                    _loop(work, stop)
    finally:
        engine.dispose()


def tasks(relay: Relay, engine: Engine, held: Holding, stop: threading.Event) -> list[Task]:
    """Return what a collector does, in the order of a round."""
    empty, compared = threading.Event(), (date.min, b"")

    people = Rosters(held.keys)

    def attend(_: bool) -> str:
        catch_up(relay, engine, held)
        rosters.note(engine, held, people)
        return epochs.attend(engine, held)

    def keyring(first: bool) -> str:
        nonlocal held
        held = holding.again(held)
        catch_up(relay, engine, held)
        if take_over(relay, engine, held):
            held = holding.again(held)
        if is_missing(relay, held):
            # A relay that was set up anew has no board either.
            empty.set()
        return "posted" if post_keyring(relay, engine, held, again=first or empty.is_set()) else ""

    def take(_: bool) -> str:
        waiting = epochs.ended(engine, held)
        done = collect(relay, engine, held, stop.is_set)
        if done.full:
            epochs.collected(engine, waiting)
        return f"{done.envelopes} envelopes, {done.parcels} parcels" if done.envelopes or done.parcels else ""

    def board(first: bool) -> str:
        nonlocal compared
        catch_up(relay, engine, held)
        if audit_seen.of_today(engine) != compared:
            audit_seen.compare(relay, engine, held)
        posted = post_board(relay, engine, held, again=first or empty.is_set())
        compared = audit_seen.of_today(engine)
        empty.clear()
        return "posted" if posted else ""

    settings = held.settings
    return [
        Task("epoch", settings.board_seconds, attend),
        Task("keyring", settings.board_seconds, keyring),
        Task("collect", settings.collect_seconds, take),
        Task("board", settings.board_seconds, board),
        *_covers(engine, held),
        Task("warnings", settings.board_seconds, lambda first: warn(engine, held, again=first)),
    ]


def _covers(engine: Engine, held: Holding) -> list[Task]:
    settings = held.settings
    if not settings.covers_per_day:
        return []
    covers = Covers(engine, held)
    return [Task("covers", min(settings.collect_seconds, LOOK_MAX / 2), lambda _: covers.look())]


@contextmanager
def _told_to_end() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set, and that ends every wait."""
    stop = threading.Event()
    signals = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, lambda *_: stop.set()) for number in signals]
    try:
        yield stop
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


def _loop(work: list[Task], stop: threading.Event) -> None:
    while not stop.is_set():
        for task in work:
            if task.due <= clock.monotonic() and not stop.is_set():
                task.do_or_postpone()
        stop.wait(max(0.0, min(task.due for task in work) - clock.monotonic()))


def _do_each(work: list[Task], then: Callable[[], None]) -> None:
    errors = []
    for task in work:
        try:
            task.do()
        except TiplineError as error:
            log.warning("%s failed: %s", task.name, _in_one_line(error))
            errors.append(error)
    then()
    if errors:
        raise errors[0]


def _in_one_line(error: Exception) -> str:
    """Name an error without what it was about: only our own messages are known to quote nothing."""
    if isinstance(error, TiplineError):
        return " ".join(f"{type(error).__name__}: {error}".split())
    if isinstance(error, SQLAlchemyError):
        return f"{type(error).__name__} of the database: {type(getattr(error, 'orig', error)).__name__}"
    return type(error).__name__
