"""What officers do about alerts: take one, say where they reach them, keep the rota. All in the audit."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Table, delete, insert, select

from tipline import clock, db, tables
from tipline.alerts import ladder, rows
from tipline.alerts.channels.channel import Reach
from tipline.alerts.rota import DAY_MINUTES, PLACES, moment
from tipline.alerts.settings import ADDRESS, TOPIC
from tipline.audit import actions
from tipline.cases import audit
from tipline.cases.work import Work
from tipline.errors import AccessError, RosterError, StateError
from tipline.keys.rows import QUORUM
from tipline.staff.member import Desk

#: A rota that is kept: so many shifts a desk.
SHIFTS_MAX = 500
_MAIL_MAX = 254
_GONE = "there is no alert at this desk any more"
_STRANGER = "only who is at the desk can be on call for it"
_TIMES = "say on which days, from when until when: a shift lasts a day at most"
_FULL = "the rota is full: remove shifts that are over"


@dataclass(frozen=True)
class Weekly:
    """A shift of every week: on each of *weekdays* from minute *start* of the day for *minutes*."""

    officer: bytes
    place: int
    weekdays: tuple[int, ...]
    start: int
    minutes: int


@dataclass(frozen=True)
class Instead:
    """A shift in the place of the week's, from *start* until *end* by the agency's clocks."""

    officer: bytes
    place: int
    start: datetime
    end: datetime


def desk_of(own: Work, desk: bytes) -> Desk:
    """Return a desk of the officer's that can be on call: seats are, as their desk. Raises AccessError."""
    at = own.member.desks.get(desk)
    if at is None or at.seat_of is not None:
        raise AccessError("there is no such desk")
    return at


def may_edit(desk: Desk) -> bool:
    """Tell whether this officer keeps the rota: a desk's leads do; all do at one that opens only together."""
    return desk.leads or desk.kind == QUORUM


def take(own: Work, desk: bytes) -> None:
    """Take a desk's alert, from a colleague too. Raises AccessError, StateError when there is none."""
    desk_of(own, desk)
    with db.writing(own.engine) as connection:
        alert = rows.alert_of(connection, desk)
        if alert is None:
            raise StateError(_GONE)
        audit.append(connection, own.member, desk, (actions.ALERT_TAKEN, {"count": alert.count}))
        rows.write(connection, desk, ladder.take(alert, own.member.id, clock.seconds()))


@dataclass(frozen=True)
class Own:
    """Where alerts reach an officer: a trial was *tried* there at a second, and *why* it did not go out."""

    mail: str = ""
    ntfy: str = ""
    tried: int | None = None
    why: str = ""


def reach(connection: Connection, own: Work) -> Own:
    """Return where alerts reach this officer."""
    at = tables.reach.c
    query = select(at.mail, at.ntfy, at.tried, at.why).where(at.officer == own.member.id)
    row = connection.execute(query).one_or_none()
    return Own(*row) if row else Own()


def read_reach(mail: str, ntfy: str) -> Reach:
    """Read what an officer typed. Raises StateError for what is no address or topic."""
    mail, ntfy = mail.strip(), ntfy.strip()
    if mail and not (len(mail) <= _MAIL_MAX and re.fullmatch(ADDRESS, mail)):
        raise StateError("this is no mail address")
    if ntfy and not re.fullmatch(TOPIC, ntfy):
        raise StateError("a topic has up to 64 letters, digits, - and _")
    return Reach(mail, ntfy)


def set_reach(own: Work, where: Reach) -> None:
    """Note where alerts reach this officer. The audit of each of their desks has that it changed."""
    row = {"officer": own.member.id, "mail": where.mail, "ntfy": where.ntfy}
    with db.writing(own.engine) as connection:
        for desk in own.member.desks.values():
            if desk.seat_of is None:
                audit.append(connection, own.member, desk.id, (actions.REACH_CHANGED, {}))
        connection.execute(delete(tables.reach).where(tables.reach.c.officer == own.member.id))
        if where != Reach():
            connection.execute(insert(tables.reach).values(row))


def add_weekly(own: Work, desk: bytes, shift: Weekly) -> None:
    """Put an officer on call every week. Raises AccessError, StateError for what is no shift."""
    if not (
        set(shift.weekdays) <= set(range(7))
        and shift.weekdays
        and 0 <= shift.start < DAY_MINUTES
        and 0 < shift.minutes <= DAY_MINUTES
    ):
        raise StateError(_TIMES)
    new = [
        {"weekday": day, "start": shift.start, "minutes": shift.minutes}
        for day in sorted(set(shift.weekdays))
    ]
    _add(own, desk, tables.shift, (shift.officer, shift.place), new)


def add_once(own: Work, desk: bytes, shift: Instead, zone: ZoneInfo) -> None:
    """Put an officer on call in the place of the week's. Raises as *add_weekly* does."""
    start, end = (moment(zone, at.date(), at.hour * 60 + at.minute) for at in (shift.start, shift.end))
    if not start < end or end < clock.seconds():
        raise StateError("it ends after it begins, and not in the past")
    _add(own, desk, tables.shift_once, (shift.officer, shift.place), [{"start": start, "end": end}])


def remove(own: Work, desk: bytes, shift: bytes) -> None:
    """Take a shift, weekly or not, from the rota. Raises AccessError, StateError where it is gone."""
    with db.writing(own.engine) as connection:
        _edited(own, desk)
        for table in (tables.shift, tables.shift_once):
            which = (table.c.id == shift, table.c.desk == desk)
            officer = connection.scalar(select(table.c.officer).where(*which))
            if officer is not None:
                detail = {"officer": officer.hex()}
                named = {"shift": shift.hex()}
                audit.append(connection, own.member, desk, (actions.SHIFT_REMOVED, named), detail)
                connection.execute(delete(table).where(*which))
                return
    raise StateError("this shift is gone already")


def _add(own: Work, desk: bytes, table: Table, who: tuple[bytes, int], new: Sequence[dict[str, int]]) -> None:
    officer, place = who
    with db.writing(own.engine) as connection:
        _edited(own, desk)
        _check(connection, own, desk, officer, place)
        # What is over says nothing any more.
        once = tables.shift_once
        connection.execute(delete(once).where(once.c.desk == desk, once.c.end < clock.seconds()))
        if len(connection.execute(select(table.c.id).where(table.c.desk == desk)).all()) >= SHIFTS_MAX:
            raise StateError(_FULL)
        row = {"desk": desk, "officer": officer, "place": place}
        made = [{"id": secrets.token_bytes(16), **row, **one} for one in new]
        detail = {"officer": officer.hex(), "place": place}
        audit.append(connection, own.member, desk, (actions.SHIFT_ADDED, {"shifts": list(new)}), detail)
        connection.execute(insert(table), made)


def _edited(own: Work, desk: bytes) -> None:
    if not may_edit(desk_of(own, desk)):
        raise AccessError("only a lead keeps the rota")


def _check(connection: Connection, own: Work, desk: bytes, officer: bytes, place: int) -> None:
    try:
        at_desk = own.member.rosters.of(connection, desk).member(officer) is not None
    except RosterError:
        at_desk = False
    if not at_desk or place not in PLACES:
        raise StateError(_STRANGER)
