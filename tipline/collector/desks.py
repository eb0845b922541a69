"""The desks that the keyring names: those that receive, each with its key, or with its seats' keys."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from tipline import tables
from tipline.errors import KeyringError
from tipline.keyring.section import Desk
from tipline.keys.epoch_key import EpochKey, prove
from tipline.seal.stanza import is_quorum
from tipline.seal.suite import Suite


@dataclass(frozen=True)
class Receiving:
    """A *public* key of an epoch: a desk's, or a seat's at the desk with this *id* and *name*."""

    id: bytes
    name: str
    public: bytes
    is_seat: bool


def receiving(connection: Connection, epoch: int, lock: EpochKey, suite: Suite) -> Sequence[Receiving]:
    """Return the keys that tips can be sealed to in an *epoch*.

    Raises KeyringError("desk key") for a key that was not made with the epoch's *lock*: it is somebody's who
    can write to the database, and would read what people seal to it.
    """
    own, key, together = tables.desk, tables.desk_key, tables.desk.alias("together")
    rows = connection.execute(
        select(own.c.id, own.c.name, own.c.seat_of, together.c.name.label("at"), key.c.public, key.c.proof)
        .join(key, key.c.desk == own.c.id)
        .outerjoin(together, together.c.id == own.c.seat_of)
        .where(key.c.epoch == epoch)
        .order_by(own.c.id)
    ).all()
    for row in rows:
        if not hmac.compare_digest(row.proof or b"", prove(suite, lock.lock, row.id, row.public)):
            raise KeyringError("desk key", f"that of {row.name} in the database is not the one that was made")
    return [
        Receiving(row.seat_of or row.id, row.at or row.name, row.public, row.seat_of is not None)
        for row in rows
    ]


def named(found: Iterable[Receiving], quorum: int | None) -> tuple[Desk, ...]:
    """Return the desks as the keyring names them; one with too few seats that have keys is left out.

    *quorum* is what the settings say. The database does not: who can write to it would have one overseer open
    alone. Raises KeyringError("desk key") for seats where the settings name no quorum.
    """
    desks: dict[bytes, Desk] = {}
    for one in found:
        if not one.is_seat:
            desks[one.id] = Desk(one.id, one.name, (one.public,))
            continue
        if quorum is None:
            raise KeyringError("desk key", f"{one.name} has seats, and console.toml names no quorum")
        before = desks[one.id].keys if one.id in desks else ()
        desks[one.id] = Desk(one.id, one.name, (*before, one.public), quorum)
    return tuple(desk for desk in desks.values() if desk.k == 1 or is_quorum(desk.k, len(desk.keys)))
