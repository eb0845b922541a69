"""The collector says what runs out, once a day, in its log."""

from __future__ import annotations

import logging

from sqlalchemy import Engine

from tipline import clock, db, facts, warning
from tipline.collector.holding import Holding

log = logging.getLogger("tipline.collector")

_WARNED = "warned"


def warn(engine: Engine, holding: Holding, *, again: bool = False) -> str:
    """Log each warning of today, unless that was done today already; with *again* in any case."""
    today = clock.today()
    with db.writing(engine) as connection:
        if not again and facts.read(connection, (_WARNED,)).get(_WARNED) == today.isoformat():
            return ""
        found = warning.notices(holding.settings, connection, today)
        facts.write(connection, {_WARNED: today.isoformat()})
    for notice in found:
        log.warning("%s", notice.line)
    return ""
