"""What came to an officer's desks since a page of the inbox was made."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from tipline import clock, tables
from tipline.cases.work import Work
from tipline.lanes.find import Finder
from tipline.lanes.wanted import Wanted
from tipline.links import parts
from tipline.routing import route_state


@dataclass(frozen=True)
class Mark:
    """When a page was made: the newest key of a message then (stanza.seq), and the second."""

    seq: int
    at: int


def mark(connection: Connection) -> Mark:
    """Return the mark of now."""
    return Mark(connection.scalar(select(func.max(tables.stanza.c.seq))) or 0, clock.seconds())


def count(connection: Connection, own: Work, wanted: Wanted, since: Mark) -> int:
    """Return how many cases that the filter lets through have a message, or a route to a unit, since then."""
    at, what, route = tables.stanza.c, tables.envelope.c, tables.route.c
    desks = list(own.member.desks)
    sealed = select(what.case).join(tables.stanza, at.envelope == what.id)
    routed = select(route.case).where(route.unit.in_(desks), route.state.in_(route_state.LIVE))
    came = {
        *connection.scalars(sealed.where(at.desk.in_(desks), at.seq > since.seq)),
        *connection.scalars(routed.where(route.at > since.at, route.officer != own.member.id)),
    }
    if not came:
        return 0
    # What came to a part is news of the whole.
    return len(Finder(connection, own, wanted).among(parts.with_wholes(connection, came - {None})))
