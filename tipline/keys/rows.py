"""Rows of officers, desks and their keys: written by `tipline init` and by the console's administration."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from tipline import tables
from tipline.errors import SettingsError
from tipline.keys import key_words
from tipline.keys.desk import AT_REST, DeskKey, seal_to_member
from tipline.keys.officer import OfficerKeys
from tipline.keys.recovery import seal_to_holders
from tipline.keys.roster import Listed, Roster
from tipline.seal.message import CODE

ID_SIZE = 16
NAME_MAX = 100
#: A desk's kinds: triage receives tips, a unit gets what is routed to it. What a quorum's desk receives is
#: sealed to its seats, one for each overseer, who open it together. A rewards board gets nothing, a desk of
#: translators single texts.
TRIAGE, UNIT, QUORUM, SEAT = "triage", "unit", "quorum", "seat"
REWARDS, TRANSLATION = "rewards", "translation"
KINDS = (TRIAGE, UNIT, QUORUM, SEAT, REWARDS, TRANSLATION)
#: The kind and the id of the desk that is none: its members are the administrators, and it has no keys.
ADMINISTRATION, ADMINISTRATORS = "administration", bytes(ID_SIZE)


def add_desk(connection: Connection, name: str, kind: str, seat_of: bytes | None = None) -> bytes:
    """Insert a desk of a *kind*, a SEAT at the desk *seat_of*; return its id.

    Raises SettingsError for a bad or taken name.
    """
    if kind not in KINDS or (kind == SEAT) != (seat_of is not None):
        raise SettingsError(f"a desk is one of {', '.join(KINDS)}, and a {SEAT} is at a desk")
    return _add_named(connection, tables.desk, name, kind=kind, seat_of=seat_of)


def add_administration(connection: Connection) -> bytes:
    """Insert the desk whose roster names the administrators; return its id."""
    return _add_named(connection, tables.desk, "Administration", kind=ADMINISTRATION, id=ADMINISTRATORS)


def add_officer(connection: Connection, name: str, keys: OfficerKeys, sealed: bytes) -> bytes:
    """Insert an officer whose *keys* are *sealed* under the passphrase; return the id.

    Raises SettingsError for a bad or taken name.
    """
    return _add_named(connection, tables.officer, name, public=keys.public, verify=keys.verify, sealed=sealed)


def add_desk_key(connection: Connection, key: DeskKey, recovery_public: bytes, who: Roster) -> None:
    """Insert a desk's *key*, sealed to the members on its roster and, with *recovery_public*, to its holders.

    All in the caller's transaction: no desk's key is ever there without a way to recover it. Raises
    SettingsError without a member, since nobody could open with this key.
    """
    people = members(connection, who) if who.desk == key.desk else {}
    if not people:
        raise SettingsError("a desk without an officer could never open anything")
    row = {"desk": key.desk, "epoch": key.epoch}
    connection.execute(insert(tables.desk_key).values(**row, public=key.private.public, proof=key.proof))
    sealed = seal_to_holders(key.private.suite, recovery_public, key.desk, key.epoch, key.enclosed)
    connection.execute(insert(tables.recovery_key).values(**row, sealed=sealed))
    for member in people.items():
        give(connection, [key], member)


def members(connection: Connection, who: Roster) -> dict[bytes, bytes]:
    """Return the officers on a roster who have the keys they were admitted with: ids with public keys."""
    own = tables.officer.c
    query = select(own.id, own.public, own.verify).where(own.id.in_([one.officer for one in who.members]))
    rows = connection.execute(query).all()
    return {row.id: row.public for row in rows if who.admits(row.id, row.public, row.verify)}


def listed(connection: Connection, officer: bytes, *, lead: bool = False) -> Listed:
    """Return an officer as a roster lists one. Raises SettingsError when there is none."""
    own = tables.officer
    row = connection.execute(select(own).where(own.c.id == officer)).one_or_none()
    if row is None:
        raise SettingsError("there is no such officer")
    return Listed(row.id, row.name, key_words.digest(row.public, row.verify), row.verify, lead)


def at_rest(connection: Connection, who: Roster) -> tuple[int, bytes] | None:
    """Return number and public key of a desk's newest key at rest; None where its roster vouches for none."""
    own = tables.desk_key.c
    query = select(own.epoch, own.public).where(own.desk == who.desk, own.epoch <= AT_REST)
    rows = connection.execute(query.order_by(own.epoch)).all()
    return next(((row.epoch, row.public) for row in rows if who.vouches(row.public)), None)


def give(connection: Connection, keys: Iterable[DeskKey], member: tuple[bytes, bytes]) -> None:
    """Seal a desk's *keys*, which it has already, to one *member* (officer id, public key)."""
    officer, public = member
    for key in keys:
        sealed = seal_to_member(public, key)
        row = {"desk": key.desk, "epoch": key.epoch, "officer": officer, "sealed": sealed}
        connection.execute(insert(tables.member_key).values(row))


def add_category(connection: Connection, code: str, name: str, desk: bytes) -> None:
    """Insert a category after the others. Raises SettingsError for a bad code or name."""
    if not CODE.fullmatch(code):
        raise SettingsError(f"category {code!r}: a code is lower-case letters, digits and hyphens")
    place = connection.scalar(select(func.count()).select_from(tables.category))
    row = {"code": code, "name": check_name(name), "desk": desk, "place": place}
    connection.execute(insert(tables.category).values(row))


def check_name(name: str) -> str:
    """Return *name* in Unicode NFC without outer spaces, if people can read and type it.

    Raises SettingsError when it is empty, too long, or has control or invisible characters.
    """
    tidy = unicodedata.normalize("NFC", name).strip()
    if not 0 < len(tidy) <= NAME_MAX or any(unicodedata.category(c) in {"Cc", "Cf", "Cs"} for c in tidy):
        raise SettingsError(f"{name!r} is no name: 1 to {NAME_MAX} characters that can be seen")
    return tidy


def _add_named(connection: Connection, table: Table, name: str, **values: Any) -> bytes:
    name, row = check_name(name), {"id": secrets.token_bytes(ID_SIZE), **values}
    if connection.scalar(select(table.c.id).where(table.c.name == name)):
        raise SettingsError(f"there is a {table.name} named {name} already")
    connection.execute(insert(table).values(name=name, **row))
    return bytes(row["id"])
