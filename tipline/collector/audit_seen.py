"""What the relay shows of the audit is compared with what is stored: a database that was put back is noticed.

Whoever puts an older copy of the database in place leaves a board on the relay whose head was made since. The
next posting covers it, so this is looked at before the first one of a process and of a day, and whenever the
day's head is not the one that this process posted last. Who can write to the database can take away what is
noted here, too: an auditor outside who kept the board is not fooled.
"""

from __future__ import annotations

import logging
from datetime import date

from sqlalchemy import Connection, Engine, select

from tipline import clock, db, facts, tables
from tipline.audit import day_head
from tipline.audit.standing import GONE
from tipline.backup import note
from tipline.board import board
from tipline.board.board import Head
from tipline.collector.holding import Holding
from tipline.collector.relay import Relay
from tipline.errors import FormatError

log = logging.getLogger("tipline.collector")


def compare(relay: Relay, engine: Engine, holding: Holding) -> None:
    """Note, for every page, that the published head opens to nothing here. Raises RelayError.

    The days between a backup and its restore are excepted: officers are told of that as it is.
    """
    head = _published(relay, holding)
    if head is None:
        return
    with engine.connect() as connection:
        known = _is_stored(connection, head) or _was_restored(connection, head)
    if not known:
        log.error("the audit whose head was published on %s is not the one in this database", head.day)
        with db.writing(engine) as connection:
            facts.write(connection, {GONE: f"{head.day.isoformat()} {clock.today().isoformat()}"})


def of_today(engine: Engine) -> tuple[date, bytes]:
    """Return today, and what is stored of its head; empty before its first board."""
    today, own = clock.today(), tables.audit_head.c
    with engine.connect() as connection:
        opening = connection.scalar(select(own.opening).where(own.day == clock.day_number(today)))
    return today, opening or b""


def _published(relay: Relay, holding: Holding) -> Head | None:
    try:
        sections = board.verified(relay.board(), holding.root_public, holding.revoked)
    except FormatError as error:
        log.warning("the relay's board proves nothing about the audit: %s", error)
        return None
    heads = (section.head for section in sections)
    return next((head for head in heads if head.console == holding.settings.console), None)


def _is_stored(connection: Connection, head: Head) -> bool:
    own = tables.audit_head.c
    opening = connection.scalar(select(own.opening).where(own.day == clock.day_number(head.day)))
    return opening is not None and day_head.digest(opening) == head.audit


def _was_restored(connection: Connection, head: Head) -> bool:
    restored = note.read_restored(connection)
    return restored is not None and restored.of <= clock.day_number(head.day) <= restored.on
