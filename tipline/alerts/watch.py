"""Rounds of alerts in a thread of their own: whatever a mail server does, the collector goes on."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from tipline.alerts.round import Round
from tipline.settings import ConsoleSettings

log = logging.getLogger("tipline.alerts")

#: Seconds between two rounds; how long the end waits for one, and how long a single one may take.
EVERY_SECONDS = 5.0
END_SECONDS, ONCE_SECONDS = 5.0, 90.0


@contextmanager
def watching(engine: Engine, settings: ConsoleSettings, keys: Path) -> Iterator[None]:
    """Do rounds until the block ends; one that hangs is left behind."""
    stop = threading.Event()
    thread = threading.Thread(
        target=_rounds, args=(Round(engine, settings, keys), stop), name="alerts", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(END_SECONDS)


def once(engine: Engine, settings: ConsoleSettings, keys: Path) -> None:
    """Do one round, and leave it behind when it takes too long."""
    thread = threading.Thread(
        target=_round, args=(Round(engine, settings, keys),), name="alerts", daemon=True
    )
    thread.start()
    thread.join(ONCE_SECONDS)


def _rounds(round_: Round, stop: threading.Event) -> None:
    while not stop.is_set():
        _round(round_)
        stop.wait(EVERY_SECONDS)


def _round(round_: Round) -> None:
    try:
        told = round_.do()
    except Exception as error:  # noqa: BLE001  nobody is there to start it again; a word could quote a secret
        log.warning("a round failed: %s", type(error).__name__)
    else:
        if told:
            log.info("%s", told)
