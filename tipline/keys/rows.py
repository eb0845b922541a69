"""Rows of officers, desks and their keys: written by `tipline init` and by the console's administration."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable

from sqlalchemy import Connection, Table, func, insert, select

from tipline import tables
from tipline.errors import SettingsError
from tipline.keys.desk import AT_REST, DeskKey, seal_to_member
from tipline.keys.officer import OfficerKeys
from tipline.keys.recovery import seal_to_holders
from tipline.seal.message import CODE

ID_SIZE = 16
NAME_MAX = 100
#: A desk's kinds: triage receives tips, a unit gets what is routed to it. What a quorum's desk receives is
#: sealed to its seats, one for each overseer, who open it together.
TRIAGE, UNIT, QUORUM, SEAT = "triage", "unit", "quorum", "seat"


def add_desk(connection: Connection, name: str, kind: str, seat_of: bytes | None = None) -> bytes:
    """Insert a desk of a *kind*, a SEAT at the desk *seat_of*; return its id.

    Raises SettingsError for a bad or taken name.
    """
    if kind not in {TRIAGE, UNIT, QUORUM, SEAT} or (kind == SEAT) != (seat_of is not None):
        raise SettingsError(f"a desk is {TRIAGE}, {UNIT} or {QUORUM}, or a {SEAT} at a desk")
    return _add_named(connection, tables.desk, name, kind=kind, seat_of=seat_of)


def add_officer(connection: Connection, name: str, keys: OfficerKeys, sealed: bytes) -> bytes:
    """Insert an officer whose *keys* are *sealed* under the passphrase; return the id.

    Raises SettingsError for a bad or taken name.
    """
    return _add_named(connection, tables.officer, name, public=keys.public, verify=keys.verify, sealed=sealed)


def add_desk_key(connection: Connection, key: DeskKey, recovery_public: bytes) -> None:
    """Insert a desk's *key*, sealed to its members and, with *recovery_public*, to its holders.

    All in the caller's transaction: no desk's key is ever there without a way to recover it. Raises
    SettingsError without a member, since nobody could open with this key, and for a misplaced lock.
    """
    people = members(connection, key.desk)
    if not people:
        raise SettingsError("a desk without an officer could never open anything")
    if (key.lock is None) != (key.epoch == AT_REST):
        raise SettingsError("an epoch's key has a lock, and the key at rest has none")
    row = {"desk": key.desk, "epoch": key.epoch}
    connection.execute(insert(tables.desk_key).values(**row, public=key.private.public, proof=key.proof))
    sealed = seal_to_holders(key.private.suite, recovery_public, key.desk, key.epoch, key.enclosed)
    connection.execute(insert(tables.recovery_key).values(**row, sealed=sealed))
    for member in people.items():
        give(connection, [key], member)


def members(connection: Connection, desk: bytes) -> dict[bytes, bytes]:
    """Return a desk's officers: their ids with their public keys."""
    member, officer = tables.member.c, tables.officer.c
    query = select(officer.id, officer.public).join(tables.member, member.officer == officer.id)
    return {row.id: row.public for row in connection.execute(query.where(member.desk == desk))}


def join(connection: Connection, desk: bytes, officer: bytes) -> None:
    """Make an officer a member of a desk: keys of the desk that are made from now on are for them too."""
    connection.execute(insert(tables.member).values(desk=desk, officer=officer))


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


def _add_named(connection: Connection, table: Table, name: str, **values: object) -> bytes:
    name, row_id = check_name(name), secrets.token_bytes(ID_SIZE)
    if connection.scalar(select(table.c.id).where(table.c.name == name)):
        raise SettingsError(f"there is a {table.name} named {name} already")
    connection.execute(insert(table).values(id=row_id, name=name, **values))
    return row_id
