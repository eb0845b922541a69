"""The collector writes down which rosters it has seen, where who writes to the database alone cannot."""

from __future__ import annotations

from sqlalchemy import Engine, select

from tipline import tables
from tipline.collector.holding import Holding
from tipline.errors import RosterError
from tipline.keys import rosters_seen
from tipline.keys.rosters import Rosters
from tipline.keys.rosters_seen import Seen


def note(engine: Engine, holding: Holding, people: Rosters) -> None:
    """Note the newest version of every desk's roster that holds. Raises AccessError or FormatError."""
    before = rosters_seen.read(holding.keys)
    found = dict(before)
    with engine.connect() as connection:
        for desk in connection.scalars(select(tables.desk.c.id)).all():
            try:
                says, head = people.head(connection, desk)
            except RosterError:
                continue  # the warnings and the making of keys say so
            found[desk] = Seen(says.version, head.hash)
    if found != before:
        rosters_seen.write(holding.keys, found)
