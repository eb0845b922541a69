"""The rows of alerts: what the collector reads and writes, and the console reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, delete, insert, select, update

from tipline import tables
from tipline.alerts.channels.channel import Reach
from tipline.alerts.ladder import Alert
from tipline.alerts.rota import Rota

_own = tables.alert.c
_COLUMNS = (
    _own.mark, _own.count, _own.opened, _own.climbs, _own.step, _own.sent, _own.taken, _own.attended
)  # fmt: skip


def alerts(connection: Connection) -> dict[bytes, Alert]:
    """Return the open alerts, by desk."""
    return {row[0]: Alert(*row[1:]) for row in connection.execute(select(_own.desk, *_COLUMNS))}


def alert_of(connection: Connection, desk: bytes) -> Alert | None:
    """Return a desk's open alert, if there is one."""
    row = connection.execute(select(*_COLUMNS).where(_own.desk == desk)).one_or_none()
    return Alert(*row) if row else None


def write(connection: Connection, desk: bytes, alert: Alert | None) -> None:
    """Write a desk's alert over the one before; None ends it."""
    connection.execute(delete(tables.alert).where(_own.desk == desk))
    if alert is not None:
        connection.execute(insert(tables.alert).values(desk=desk, **vars(alert)))


def rota(connection: Connection, desk: bytes, zone: str) -> Rota:
    """Return a desk's rota, by the clocks of *zone*."""
    week, once = tables.shift, tables.shift_once
    weekly = connection.execute(
        select(week).where(week.c.desk == desk).order_by(week.c.weekday, week.c.start)
    )
    instead = connection.execute(select(once).where(once.c.desk == desk).order_by(once.c.start))
    return Rota(ZoneInfo(zone), _of(weekly.all()), _of(instead.all()))


def reaches(connection: Connection, officers: Collection[bytes]) -> dict[bytes, Reach]:
    """Return where alerts reach those *officers* whose accounts are not disabled."""
    own, who = tables.reach.c, tables.officer.c
    query = select(own.officer, own.mail, own.ntfy).join(tables.officer, who.id == own.officer)
    rows = connection.execute(query.where(own.officer.in_(officers), who.disabled.is_(False)))
    return {row.officer: Reach(row.mail, row.ntfy) for row in rows}


def untried(connection: Connection) -> dict[bytes, Reach]:
    """Return where alerts reach officers since they said so, and no trial has been sent yet."""
    own = tables.reach.c
    query = select(own.officer, own.mail, own.ntfy).where(own.tried.is_(None))
    return {row.officer: Reach(row.mail, row.ntfy) for row in connection.execute(query)}


def note_tried(connection: Connection, officer: bytes, where: Reach, at: int, why: str) -> None:
    """Note what came of a trial, unless the officer has said something else meanwhile."""
    own = tables.reach
    same = (own.c.officer == officer, own.c.mail == where.mail, own.c.ntfy == where.ntfy)
    connection.execute(update(own).where(*same).values(tried=at, why=why))


def channels(connection: Connection) -> dict[str, Row[Any]]:
    """Return how the ways stand, by name; one that was never tried is missing."""
    return {row.name: row for row in connection.execute(select(tables.alert_channel))}


def note_channel(connection: Connection, name: str, **values: object) -> None:
    """Note how a way stands, in these columns."""
    own = tables.alert_channel
    if connection.execute(update(own).where(own.c.name == name).values(values)).rowcount == 0:
        connection.execute(insert(own).values({"name": name, "why": ""} | values))


def desk_names(connection: Connection) -> Mapping[bytes, str]:
    """Return the names of all desks."""
    return {row.id: row.name for row in connection.execute(select(tables.desk.c.id, tables.desk.c.name))}


def _of(rows: Any) -> Any:
    """Rows have what a rota's shifts have, which their type does not say."""
    return rows
