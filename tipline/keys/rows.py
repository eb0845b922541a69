"""Rows of officers, desks and their keys: written by `tipline init` and by the console's administration."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, Table, func, insert, select

from tipline import tables
from tipline.errors import SettingsError
from tipline.keys.desk import AT_REST, DeskKey, seal_to_member
from tipline.keys.officer import OfficerKeys
from tipline.seal.message import CODE

ID_SIZE = 16
NAME_MAX = 100
#: A desk's kinds: triage receives tips, a unit gets what is routed to it.
TRIAGE, UNIT = "triage", "unit"


def add_desk(connection: Connection, name: str, kind: str) -> bytes:
    """Insert a desk of *kind* TRIAGE or UNIT; return its id. Raises SettingsError for a bad or taken name."""
    if kind not in {TRIAGE, UNIT}:
        raise SettingsError(f"a desk is {TRIAGE} or {UNIT}")
    return _add_named(connection, tables.desk, name, kind=kind)


def add_officer(connection: Connection, name: str, keys: OfficerKeys, sealed: bytes) -> bytes:
    """Insert an officer whose *keys* are *sealed* under the passphrase; return the id.

    Raises SettingsError for a bad or taken name.
    """
    return _add_named(connection, tables.officer, name, public=keys.public, verify=keys.verify, sealed=sealed)


def add_desk_key(connection: Connection, key: DeskKey, members: Mapping[bytes, bytes]) -> None:
    """Insert a desk's *key*, sealed to *members*: officer ids with their public keys.

    Raises SettingsError without a member: nobody could ever open with this key.
    """
    if not members:
        raise SettingsError("a desk without an officer could never open anything")
    row = {"desk": key.desk, "epoch": key.epoch, "public": key.private.public}
    connection.execute(insert(tables.desk_key).values(row))
    for member in members.items():
        add_member(connection, [key], member)


def add_member(connection: Connection, keys: Iterable[DeskKey], member: tuple[bytes, bytes]) -> None:
    """Give a *member* (officer id, public key) a desk's *keys*. Raises SettingsError for a misplaced lock."""
    officer, public = member
    for key in keys:
        if (key.lock is None) != (key.epoch == AT_REST):
            raise SettingsError("an epoch's key has a lock, and the key at rest has none")
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
