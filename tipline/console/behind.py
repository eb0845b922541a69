"""Whether a session has so much to read that a page should say so: then it is read in a thread of its own."""

from __future__ import annotations

import contextlib
import threading

from sqlalchemy.exc import SQLAlchemyError

from tipline.cases import arrival
from tipline.cases.work import Work
from tipline.console.store import ConsoleSession
from tipline.errors import TiplineError


def is_reading(session: ConsoleSession) -> bool:
    """Tell whether the thread is at work."""
    return session.reading is not None and session.reading.is_alive()


def is_long(session: ConsoleSession, work: Work) -> bool:
    """Tell whether this session has more to read than a moment takes; begin with it if so."""
    if is_reading(session):
        return True
    with work.engine.connect() as connection:
        if not arrival.is_behind(connection, work.member, work.known):
            return False
    session.reading = threading.Thread(target=_read, args=(work,), name="reading", daemon=True)
    session.reading.start()
    return True


def _read(work: Work) -> None:
    # What went wrong shows on the next page, which reads what is left.
    with contextlib.suppress(SQLAlchemyError, TiplineError):
        work.refresh()
