"""Giving a desk that lost its officers back to one, with its holders; and giving it other holders."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, func, insert, select

from tipline import tables
from tipline.cases import audit
from tipline.errors import AccessError, FormatError
from tipline.keys import epoch_rows, recovery, rest_lock, rows, seats
from tipline.keys.desk import DeskKey, disclosed, is_at_rest
from tipline.keys.roster import Roster
from tipline.seal import rewrap
from tipline.seal.suite import PrivateKey
from tipline.staff import readmit, rekey
from tipline.staff.member import Desk, Member

_STANZAS_TRIED = 200


@dataclass(frozen=True)
class Recovered:
    """What came back: the *epochs* (0 and below are at rest), those that stayed *closed*, and how many of the
    newest *stored* stanzas the keys at rest *open*.
    """

    epochs: tuple[int, ...]
    closed: tuple[int, ...]
    stored: int
    opens: int


def recover(connection: Connection, holders: PrivateKey, desk: bytes, who: Member) -> Recovered:
    """Seal all living keys of a *desk* to *who*, inside the caller's transaction, with an entry in the audit.

    *holders* is the desk's recovery key, put together of shares. *who* is a lead of the desk then: the
    console's signer signs the roster that says so. Raises FormatError("recovery") when the newest key at rest
    does not open, or no key at rest opens anything of what the desk has: somebody put another one in its
    place. A seat changes hands: who had it is off its roster. Raises SettingsError for an officer who has
    another seat at the same desk.
    """
    before = readmit.last_signed(connection, who, desk)
    seats.check_free(connection, desk, who.id)
    keys, closed = _open(connection, holders, desk, who.folder)
    newest = _newest(keys, before)
    if newest is None:
        raise FormatError("recovery", "the desk's key at rest does not open: restore a backup")
    stored, opens = _try(connection, desk, keys)
    if stored and not opens:
        raise FormatError("recovery", "the desk's key at rest opens none of its tips: restore a backup")
    # In the audit first. Both are in one transaction, so no key is released without the entry.
    noted = readmit.as_lead(connection, who, desk)
    audit.append(connection, who, desk, (audit.RECOVERED, {"epochs": sorted(keys), **noted}))
    own = tables.member_key.c
    of = [own.desk == desk, own.epoch.in_(keys)]
    # A seat is one overseer's.
    of += [] if before.kind == rows.SEAT else [own.officer == who.id]
    connection.execute(delete(tables.member_key).where(*of))
    rows.give(connection, keys.values(), (who.id, who.keys.public))
    if before.kind == rows.SEAT:
        # Who sat there before may have copied its keys: the next ones are made at once, without them.
        last = connection.scalar(select(func.max(tables.epoch.c.epoch))) or 0
        epoch_rows.raise_floor(connection, last + 1)
        rekey.ask(connection, desk)
    return Recovered(tuple(sorted(keys)), closed, stored, opens)


def renew(connection: Connection, own: Desk, public: bytes, who: Member) -> tuple[int, ...]:
    """Seal a desk's keys, which *who* holds, to its new recovery key; the former holders' seals go.

    With an entry in the audit, inside the caller's transaction. Returns the epochs, 0 and below for keys at
    rest. Raises AccessError when *who* lacks one of them, which only the former holders can give then.
    """
    table, there = tables.recovery_key, tables.desk_key.c
    epochs = set(connection.scalars(select(there.epoch).where(there.desk == own.id)))
    if lacking := sorted(epochs - own.keys.keys()):
        missing = ", ".join(f"epoch {number}" for number in lacking)
        raise AccessError(f"{who.name} has no key of {own.name} for {missing}: is its key file missing?")
    connection.execute(delete(table).where(table.c.desk == own.id))
    for number, private in own.keys.items():
        lock = rest_lock.read(who.folder, own.id, number)
        if lock is None:
            raise AccessError(f"the lock of {own.name}'s key {number} is missing: is its key file missing?")
        key = DeskKey(own.id, number, private, lock)
        sealed = recovery.seal_to_holders(private.suite, public, own.id, number, key.enclosed)
        connection.execute(insert(table).values(desk=own.id, epoch=number, sealed=sealed))
    audit.append(connection, who, own.id, (audit.RENEWED, {"epochs": sorted(own.keys)}))
    return tuple(sorted(own.keys))


def _open(
    connection: Connection, holders: PrivateKey, desk: bytes, folder: Path
) -> tuple[dict[int, DeskKey], tuple[int, ...]]:
    """Return a desk's keys by epoch, as far as they open and are the public ones, and the other epochs."""
    table, public = tables.recovery_key, tables.desk_key
    there = connection.execute(
        select(table.c.epoch, table.c.sealed, public.c.public)
        .join(public, (public.c.desk == table.c.desk) & (public.c.epoch == table.c.epoch))
        .where(table.c.desk == desk)
    ).all()
    keys = {}
    for row in there:
        lock = rest_lock.read(folder, desk, row.epoch)
        secret = recovery.open_as_holders(holders, desk, row.epoch, row.sealed)
        private = None if secret is None else disclosed(holders.suite, secret, desk, lock)
        if lock is not None and private is not None and private.public == row.public:
            keys[row.epoch] = DeskKey(desk, row.epoch, private, lock)
    return keys, tuple(sorted(row.epoch for row in there if row.epoch not in keys))


def _newest(keys: dict[int, DeskKey], before: Roster) -> DeskKey | None:
    """Return the newest key at rest: the one that the roster vouches for."""
    at_rest = [key for number, key in sorted(keys.items()) if is_at_rest(number)]
    return next((key for key in at_rest if before.vouches(key.private.public)), None)


def _try(connection: Connection, desk: bytes, keys: dict[int, DeskKey]) -> tuple[int, int]:
    """Count the desk's newest stanzas, and those that its keys at rest open."""
    table = tables.stanza
    query = select(table).where(table.c.desk == desk).order_by(table.c.seq.desc()).limit(_STANZAS_TRIED)
    found = connection.execute(query).all()
    opened = 0
    for row in found:
        key = keys.get(row.key)
        stanza = rewrap.unwrap(key.private, row.envelope, desk, row.sealed) if key else None
        opened += stanza is not None
    return len(found), opened
