"""Sessions that are over: of an account that was disabled, or of who is at no desk any more."""

from __future__ import annotations

from sqlalchemy import Connection

from tipline.cases.work import Work
from tipline.console.store import Store
from tipline.staff import account


def is_over(connection: Connection, work: Work) -> bool:
    """Tell whether what *work* holds has to go; its desks are read anew for that."""
    member = work.member
    had = bool(member.desks) or member.administers
    if not account.stands(connection, member):
        return True
    with work.lock:
        member.refresh(connection)
    return had and not member.desks and not member.administers


def sweep(store: Store) -> None:
    """End every such session, requests or none: keys that a leaver has are not to wait in memory."""
    for session in store.all_():
        work = session.held
        if work is None:
            continue
        with work.engine.connect() as connection:
            over = is_over(connection, work)
        if over:
            store.drop(session)
