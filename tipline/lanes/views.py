"""Saved views: a filter under a name, an officer's own. What somebody looks for says much, so it is sealed.

    salt (32)  AES-256-GCM of all of an officer's views, padded to one size

under a key of the officer's own seed, derived anew at every sealing. What these keys do not open, after new
keys were made or somebody wrote there, is as if it were not there.
"""

from __future__ import annotations

import dataclasses
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from tipline import tables
from tipline.errors import FormatError
from tipline.lanes.wanted import Wanted
from tipline.seal.suite import decrypt, encrypt
from tipline.staff.member import Member

#: So many views, and characters of a name; what all of them take at most, in bytes, and always take on disk.
VIEWS_MAX, NAME_MAX, SIZE = 20, 40, 16384
LABEL: Final = "views"
_SALT = 32


@dataclass(frozen=True)
class View:
    """A filter under a name."""

    id: str
    name: str
    wanted: Wanted


def of(connection: Connection, member: Member) -> tuple[View, ...]:
    """Return an officer's views, in the order they were saved; none where nothing opens."""
    own = tables.view.c
    sealed = connection.scalar(select(own.sealed).where(own.officer == member.id))
    data = decrypt(_key(member, sealed[:_SALT]), sealed[_SALT:]) if sealed else None
    return tuple(_view(*one) for one in json.loads(data)) if data else ()


def save(connection: Connection, member: Member, name: str, wanted: Wanted) -> None:
    """Save a filter, in place of one with the same name, inside the caller's writing transaction.

    Raises FormatError for no name or a long one, or where there are too many.
    """
    name = " ".join(name.split())
    if not name or len(name) > NAME_MAX:
        raise FormatError("name", f"a name has 1 to {NAME_MAX} characters")
    others = [one for one in of(connection, member) if one.name != name]
    if len(others) >= VIEWS_MAX:
        raise FormatError("views", f"there are {VIEWS_MAX} already: delete one first")
    _write(connection, member, [*others, View(secrets.token_hex(8), name, wanted)])


def remove(connection: Connection, member: Member, view: str) -> None:
    """Delete a view by its id, inside the caller's writing transaction; nothing happens where it is gone."""
    _write(connection, member, [one for one in of(connection, member) if one.id != view])


def _write(connection: Connection, member: Member, views: Sequence[View]) -> None:
    own, salt = tables.view, secrets.token_bytes(_SALT)
    data = json.dumps(list(_lines(views)), ensure_ascii=False).encode("utf-8", "replace").ljust(SIZE)
    connection.execute(delete(own).where(own.c.officer == member.id))
    sealed = salt + encrypt(_key(member, salt), data)
    connection.execute(insert(own).values(officer=member.id, sealed=sealed))


def _lines(views: Iterable[View]) -> Iterable[tuple[str, str, dict[str, object]]]:
    for one in views:
        said = {name: value for name, value in dataclasses.asdict(one.wanted).items() if value}
        yield one.id, one.name, said | ({"desk": one.wanted.desk.hex()} if one.wanted.desk else {})


def _view(id_: str, name: str, said: dict[str, str]) -> View:
    desk = {"desk": bytes.fromhex(said["desk"])} if "desk" in said else {}
    return View(id_, name, Wanted(**(said | desk)))  # type: ignore[arg-type]


def _key(member: Member, salt: bytes) -> bytes:
    opening = member.keys.opening
    return opening.suite.derive(opening.seed, salt, LABEL, context=member.id)
