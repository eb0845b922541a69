"""Second factors in the database: each opened with the officer's own key, or not that officer's."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from tipline import clock, tables
from tipline.audit import actions
from tipline.cases import audit
from tipline.errors import AccessError
from tipline.factors import sealed
from tipline.keys.rows import ADMINISTRATORS
from tipline.seal.message import to_base64
from tipline.staff.member import Member

ID_SIZE = 16
NAME_MAX = 40
#: So many an officer: a page lists them all.
COUNT_MAX = 10


@dataclass(frozen=True, repr=False)
class Factor:
    """One factor: its *name* as the officer calls it; *key* is a security key's public one, or a secret.

    *credential* is a security key's name for itself, empty for a code. *counter* as the table says.
    """

    id: bytes
    kind: str
    name: str
    credential: bytes
    key: bytes
    counter: int
    day: int


@dataclass(frozen=True, repr=False)
class Factors:
    """An officer's *own* factors, oldest first, and how many *strange* rows only claim to be."""

    own: tuple[Factor, ...]
    strange: int = 0

    @property
    def none(self) -> bool:
        """Tell whether no row names this officer: strange ones count, or deleting would be a way in."""
        return not self.own and not self.strange

    def of_kind(self, kind: str) -> tuple[Factor, ...]:
        """Return those of one kind."""
        return tuple(factor for factor in self.own if factor.kind == kind)


def of(connection: Connection, member: Member) -> Factors:
    """Return the factors of an officer whose keys are unlocked."""
    own = tables.factor.c
    rows = connection.execute(select(tables.factor).where(own.officer == member.id)).all()
    opened = [_open(member, row) for row in rows]
    mine = sorted((one for one in opened if one), key=lambda one: (one.day, one.name))
    return Factors(tuple(mine), opened.count(None))


def add(connection: Connection, member: Member, what: Factor) -> None:
    """Insert a factor for its officer, and an entry of the audit.

    Raises AccessError for an eleventh, or a security key twice.
    """
    known = of(connection, member)
    if len(known.own) >= COUNT_MAX:
        raise AccessError(f"there are {COUNT_MAX} already: remove one first")
    if what.credential and any(one.credential == what.credential for one in known.own):
        raise AccessError("this security key is among yours already")
    data = json.dumps(
        {
            "kind": what.kind,
            "name": what.name,
            "credential": what.credential.hex(),
            "key": what.key.hex(),
        }
    ).encode()
    connection.execute(
        insert(tables.factor).values(
            id=what.id,
            officer=member.id,
            kind=what.kind,
            sealed=sealed.seal(member.keys, member.id, what.id, data),
            counter=what.counter,
            day=what.day,
        )
    )
    _note(connection, member, actions.FACTOR_ADDED, what)


def new(kind: str, name: str, key: bytes, counter: int, credential: bytes = b"") -> Factor:
    """Return a factor that is not stored yet. Raises AccessError when its *name* is empty or too long."""
    tidy = " ".join(name.split())
    if not 0 < len(tidy) <= NAME_MAX:
        raise AccessError(f"give it a name of 1 to {NAME_MAX} characters")
    return Factor(secrets.token_bytes(ID_SIZE), kind, tidy, credential, key, counter, clock.day_number())


def used(connection: Connection, factor: Factor, counter: int) -> None:
    """Note that a factor was used; nothing up to this *counter* is accepted again."""
    own = tables.factor
    connection.execute(update(own).where(own.c.id == factor.id).values(counter=counter))


def remove(connection: Connection, member: Member, factor: bytes) -> None:
    """Delete one of an officer's own factors; the audit has it.

    Raises AccessError for the last, and for another's.
    """
    known = of(connection, member).own
    gone = next((one for one in known if one.id == factor), None)
    if gone is None:
        raise AccessError("no factor of this officer has this id")
    if len(known) == 1:
        raise AccessError("this is the last one: add another before you remove it")
    connection.execute(delete(tables.factor).where(tables.factor.c.id == factor))
    _note(connection, member, actions.FACTOR_REMOVED, gone)


def _note(connection: Connection, member: Member, action: str, what: Factor) -> None:
    named = {"factor": to_base64(what.id), "kind": what.kind}
    audit.append(connection, member, ADMINISTRATORS, (action, named))


def _open(member: Member, row: Row[Any]) -> Factor | None:
    data = sealed.open_(member.keys, member.id, row.id, row.sealed)
    if data is None:
        return None
    fields = json.loads(data)
    if fields["kind"] != row.kind:
        return None
    return Factor(
        id=row.id,
        kind=row.kind,
        name=fields["name"],
        credential=bytes.fromhex(fields["credential"]),
        key=bytes.fromhex(fields["key"]),
        counter=row.counter,
        day=row.day,
    )
