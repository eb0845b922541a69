"""A signed-in officer: unlocked keys in memory, and the desks that they open."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, select

from tipline import tables
from tipline.errors import AccessError, FormatError
from tipline.keys import desk as desk_keys
from tipline.keys import epoch_key, officer
from tipline.keys.officer import OfficerKeys
from tipline.seal.suite import PrivateKey, Suite

#: The kind of desk that tips are triaged at; every other kind works on what is routed to it.
TRIAGE = "triage"
_REFUSAL = "This name and passphrase do not belong together."


@dataclass(frozen=True, repr=False)
class Desk:
    """A desk whose private *keys* (by epoch; 0 is the at-rest key) this officer holds.

    *seat_of* is the desk that it is a seat at, which opens only together.
    """

    id: bytes
    name: str
    kind: str
    keys: dict[int, PrivateKey]
    seat_of: bytes | None = None

    @property
    def at_rest(self) -> PrivateKey:
        """The key that re-wrapped stanzas and replies are sealed to."""
        return self.keys[desk_keys.AT_REST]

    @property
    def receives(self) -> bool:
        """Tell whether tips are sealed to this desk, and not only routed to it."""
        return len(self.keys) > 1


@dataclass(repr=False)
class Member:
    """An officer while signed in. Lives in one console session and nowhere else.

    *folder* is the agency's folder of key files, where the epochs' locks lie.
    """

    id: bytes
    name: str
    keys: OfficerKeys
    folder: Path
    desks: dict[bytes, Desk] = field(default_factory=dict)

    @property
    def suite(self) -> Suite:
        """The agency's suite, which all its keys are of."""
        return self.keys.opening.suite

    @property
    def triages(self) -> bool:
        """Tell whether one of the desks is a triage desk."""
        return any(desk.kind == TRIAGE for desk in self.desks.values())

    def refresh(self, connection: Connection) -> None:
        """Read the desks' keys again: a new epoch comes in, a membership that ended goes out."""
        rows = connection.execute(_SEALED_KEYS, {"officer": self.id}).all()
        desks: dict[bytes, Desk] = {}
        for row in rows:
            private = self._known(row.desk, row.epoch) or self._open(row.desk, row.epoch, row.sealed)
            if private is not None:
                desk = desks.setdefault(row.desk, Desk(row.desk, row.name, row.kind, {}, row.seat_of))
                desk.keys[row.epoch] = private
        self.desks = {id_: desk for id_, desk in desks.items() if desk_keys.AT_REST in desk.keys}

    def _known(self, desk: bytes, epoch: int) -> PrivateKey | None:
        known = self.desks.get(desk)
        return known.keys.get(epoch) if known else None

    def _open(self, desk: bytes, epoch: int, sealed: bytes) -> PrivateKey | None:
        # The lock is read for this one opening and not kept: it is destroyed while officers are signed in.
        key = None if epoch == desk_keys.AT_REST else epoch_key.read(self.folder, epoch)
        return desk_keys.open_as_member(self.keys, desk, epoch, sealed, key.lock if key else None)


_SEALED_KEYS = (
    select(
        tables.member_key.c.desk,
        tables.member_key.c.epoch,
        tables.member_key.c.sealed,
        tables.desk.c.name,
        tables.desk.c.kind,
        tables.desk.c.seat_of,
    )
    .join(tables.desk)
    .where(tables.member_key.c.officer == bindparam("officer"))
)


def sign_in(engine: Engine, folder: Path, name: str, passphrase: str) -> Member:
    """Unlock an officer's keys; *folder* is that of the agency's key files.

    Raises AccessError, the same after the same work, whatever was wrong.
    """
    with engine.connect() as connection:
        row = _find(connection, name)
        # An unknown name costs the same work as a known one: somebody's keys are tried, and never used.
        sealed = row.sealed if row else connection.execute(select(tables.officer.c.sealed).limit(1)).scalar()
        try:
            keys = officer.unlock(sealed or b"", passphrase)
        except (AccessError, FormatError):
            raise AccessError(_REFUSAL) from None
        if row is None or (keys.public, keys.verify) != (row.public, row.verify):
            raise AccessError(_REFUSAL)
        member = Member(row.id, row.name, keys, folder)
        member.refresh(connection)
        return member


def _find(connection: Connection, name: str) -> Row[Any] | None:
    return connection.execute(select(tables.officer).where(tables.officer.c.name == name)).one_or_none()
