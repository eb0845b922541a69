"""What is known of covers: ids, days, and whether a day had as many envelopes as is stated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, insert, select, update

from tipline import clock, db, tables
from tipline.keys.expiry import STEPS, Notice, in_words
from tipline.settings import ConsoleSettings

#: Ids are kept so long, in days: far longer than an envelope lies at the relay.
KEPT_DAYS = 60
#: The page of keys shows so many days.
SHOWN_DAYS = 14
_AT_ONCE = 500


@dataclass(frozen=True)
class Counted:
    """What a *day* (since 1970-01-01) had: *tips* for this console, by their dockets, and *covers*."""

    day: int
    tips: int
    covers: int

    @property
    def all(self) -> int:
        """How many envelopes of the day another console saw that it could not open."""
        return self.tips + self.covers


def count(connection: Connection, day: int) -> Counted:
    """Count the envelopes that arrived on a *day*, and the covers that the relay has taken for it."""
    what, own = tables.envelope.c, tables.cover.c
    ours = select(func.count()).where(what.day == day, what.acknowledgement_day.is_not(None))
    covers = select(func.count()).where(own.day == day, own.taken)
    return Counted(day, connection.scalar(ours) or 0, connection.scalar(covers) or 0)


def read(connection: Connection, today: int) -> list[Counted]:
    """Return the days that are over and were to have covers, newest first."""
    first = connection.scalar(select(func.min(tables.cover.c.day)))
    days = range(today - 1, max(today - SHOWN_DAYS, today if first is None else first) - 1, -1)
    return [count(connection, day) for day in days]


def add(engine: Engine, cover_id: bytes, day: int) -> None:
    """Note a cover that is about to be sent; forget those of long ago."""
    own = tables.cover
    with db.writing(engine) as connection:
        connection.execute(own.delete().where(own.c.day < day - KEPT_DAYS))
        connection.execute(insert(own).values(id=cover_id, day=day))


def take(engine: Engine, envelope_id: bytes, *, fetched: bool = False) -> bool:
    """Note that the relay has this envelope, or that it came in, if it is a cover. Tells whether it is."""
    own = tables.cover
    with db.writing(engine) as connection:
        row = connection.execute(select(own).where(own.c.id == envelope_id)).one_or_none()
        if row is None:
            return False
        noted: dict[str, object] = {"taken": True}
        if fetched:
            noted |= {"fetched": True, "seq": row.seq or _number(connection, row)}
        connection.execute(update(own).where(own.c.id == envelope_id).values(noted))
    return True


def _number(connection: Connection, row: Row[Any]) -> int:
    """Draw the number that the cover of *row* would have as an envelope. None is ever given twice."""
    what = tables.envelope
    empty = {"id": row.id, "day": row.day, "bytes": b"", "alarm": False, "unverified": False}
    drawn = connection.execute(insert(what).values(empty)).inserted_primary_key
    assert drawn is not None
    connection.execute(what.delete().where(what.c.seq == drawn[0]))
    return int(drawn[0])


def fetched(engine: Engine, ids: Iterable[bytes], reach: int | None = None) -> set[bytes]:
    """Return those *ids* that are covers and came in; with *reach*, those with a number of at most that."""
    wanted, own = list(ids), tables.cover.c
    which = own.fetched if reach is None else own.fetched & (own.seq <= reach)
    with engine.connect() as connection:
        return {
            row.id
            for at in range(0, len(wanted), _AT_ONCE)
            for row in connection.execute(select(own.id).where(which, own.id.in_(wanted[at : at + _AT_ONCE])))
        }


def notices(settings: ConsoleSettings, connection: Connection, today: date) -> list[Notice]:
    """Return the warning of *today* when yesterday had more or fewer envelopes than is stated."""
    days = read(connection, clock.day_number(today))[:1] if settings.covers_per_day else []
    wrong = [one for one in days if one.all != settings.covers_per_day]
    return [_notice(one, settings.covers_per_day) for one in wrong]


def _notice(one: Counted, stated: int) -> Notice:
    day = in_words(clock.today() - timedelta(days=clock.day_number() - one.day))
    title = f"On {day} the other console saw {one.all} envelopes that it cannot open, and not {stated}"
    if one.all > stated:
        costs = "Whoever counts at the other console can tell that more came than usual, and how many more."
        todo = "You can go on working. If it happens often, ask the administrator to raise covers_per_day."
    else:
        costs = "Whoever counts at the other console can tell that no more tips than that came on this day."
        todo = "Tell the administrator: did the collector run all day, and what does its log say of covers?"
    return Notice(STEPS[1], 0, title, costs, todo)
