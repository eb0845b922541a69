"""The rows of the epochs: what is known of each, what the collector notes, and the end of its keys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from tipline import clock, tables
from tipline.keys import epoch_key
from tipline.keys.epoch import AT_REST, Desk, Epoch

#: The kinds of desk that tips, or shares of their keys, are sealed to. Others get what is routed to them.
_RECEIVE = ("triage", "seat")
_SIGNED_IN = b'"signed-in"'
_FLOOR = "epoch_floor"


def read(connection: Connection, keys: Path) -> list[Epoch]:
    """Return what is known of every epoch, oldest first; *keys* is the agency's folder of key files."""
    wanted = set(receiving(connection))
    having: dict[int, set[bytes]] = {}
    for row in connection.execute(select(tables.desk_key.c.epoch, tables.desk_key.c.desk)):
        having.setdefault(row.epoch, set()).add(row.desk)
    return [
        Epoch(
            number=row.epoch,
            made=row.made,
            named_until=row.named_until,
            at_relay=row.at_relay,
            lived=row.lived,
            collected=row.collected,
            destroyed=row.destroyed,
            key=_has_key(keys, row.epoch, destroyed=row.destroyed is not None),
            lacking=not wanted <= having.get(row.epoch, set()),
        )
        for row in connection.execute(select(tables.epoch).order_by(tables.epoch.c.epoch))
    ]


def floor(connection: Connection) -> int:
    """Return the first epoch that may be made: 0, unless a machine was lost that may have used others."""
    own = tables.state.c
    return int(connection.scalar(select(own.value).where(own.name == _FLOOR)) or 0)


def raise_floor(connection: Connection, number: int) -> None:
    """Have no epoch made below *number* from now on."""
    value = str(max(number, floor(connection)))
    connection.execute(tables.state.delete().where(tables.state.c.name == _FLOOR))
    connection.execute(insert(tables.state).values(name=_FLOOR, value=value))


def receiving(connection: Connection) -> list[bytes]:
    """Return the desks that tips are sealed to: those of a kind that receives, with a key at rest."""
    desk, key = tables.desk.c, tables.desk_key.c
    query = select(desk.id).distinct().join(tables.desk_key, key.desk == desk.id)
    return list(
        connection.scalars(query.where(desk.kind.in_(_RECEIVE), key.epoch <= AT_REST).order_by(desk.id))
    )


def desks_of(connection: Connection, epoch: Epoch) -> list[Desk]:
    """Return how far the desks with keys in *epoch* are with what was collected by its end, or until now."""
    key, tried, desk = tables.desk_key.c, tables.tried.c, tables.desk.c
    rows = connection.execute(
        select(desk.id, desk.name, desk.seat_of, tried.seq)
        .join(tables.desk_key, key.desk == desk.id)
        .outerjoin(tables.tried, tried.desk == desk.id)
        .where(key.epoch == epoch.number)
        .order_by(desk.name)
    )
    return [Desk(row.name, *_untried(connection, row, epoch)) for row in rows.all()]


def count_time(connection: Connection, now: clock.Uptime | None = None) -> None:
    """Add to every epoch's lived seconds what truly went by since the last count.

    What went by while the machine was off is not known, and so not counted.
    """
    now, own = now or clock.uptime(), tables.epoch
    for row in connection.execute(select(own).where(own.c.destroyed.is_(None))).all():
        passed = max(0, now.seconds - row.seconds) if row.start == now.start else 0
        connection.execute(
            update(own)
            .where(own.c.epoch == row.epoch)
            .values(lived=row.lived + passed, start=now.start, seconds=now.seconds)
        )


def name(connection: Connection, epoch: int, until: int) -> None:
    """Note that a keyring naming *epoch* to the day *until* is to be signed. Commit this before it is."""
    now, own = clock.uptime(), tables.epoch
    count_time(connection, now)
    before = connection.scalar(select(own.c.named_until).where(own.c.epoch == epoch))
    connection.execute(
        update(own)
        .where(own.c.epoch == epoch)
        .values(named_until=max(until, before or 0), at_relay=True, lived=0, collected=None)
    )


def at_relay(connection: Connection, epoch: int) -> None:
    """Note that the relay took a keyring that names *epoch*, and so none that names another."""
    own = tables.epoch
    connection.execute(update(own).where(own.c.epoch != epoch).values(at_relay=False))


def collected(connection: Connection, epochs: list[int]) -> None:
    """Note for *epochs* that everything was collected. They must have ended before that collection began."""
    own = tables.epoch
    newest = connection.scalar(select(func.max(tables.envelope.c.seq))) or 0
    connection.execute(
        update(own).where(own.c.epoch.in_(epochs), own.c.collected.is_(None)).values(collected=newest)
    )


def delete_keys(connection: Connection, epoch: int, today: int) -> None:
    """Delete every key of *epoch*, public and sealed, and note the day. Then destroy the key file."""
    for table in (tables.member_key, tables.recovery_key, tables.desk_key):
        connection.execute(table.delete().where(table.c.epoch == epoch))
    own = tables.epoch
    connection.execute(update(own).where(own.c.epoch == epoch).values(destroyed=today, at_relay=False))


def _has_key(keys: Path, epoch: int, *, destroyed: bool) -> bool:
    # Of one that is to be gone anything that is left counts.
    return epoch in epoch_key.there(keys) if destroyed else epoch_key.read(keys, epoch) is not None


def _untried(
    connection: Connection, desk: Row[*tuple[Any, ...]], epoch: Epoch
) -> tuple[int, int | None, int]:
    """Count what came after what a desk tried, to the *epoch*'s end where that is known, as Desk has it."""
    what, tried = tables.envelope.c, desk.seq or 0
    # A docket names the desk that a seat is at.
    own = func.count().filter(or_(what.desk == (desk.seat_of or desk.id), what.desk.is_(None)))
    query = select(func.count().label("all"), own.label("own")).where(what.seq > tried)
    if epoch.collected is not None:
        query = query.where(what.seq <= epoch.collected)
    row = connection.execute(query).one()
    return row.all, _signed_in(connection, desk.id), row.own


def _signed_in(connection: Connection, desk: bytes) -> int | None:
    """Return the day on which anybody last signed in at a desk, as its audit has it."""
    own = tables.audit.c
    query = select(own.entry).where(own.desk == desk, func.instr(own.entry, _SIGNED_IN) > 0)
    entry = connection.scalar(query.order_by(own.seq.desc()).limit(1))
    return None if entry is None else int(json.loads(entry)["at"]) // 86_400
