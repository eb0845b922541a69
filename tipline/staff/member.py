"""A signed-in officer: unlocked keys in memory, and the desks that they open."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, select

from tipline import tables
from tipline.errors import AccessError, FormatError, RosterError
from tipline.keys import desk as desk_keys
from tipline.keys import officer, rest_lock
from tipline.keys.officer import OfficerKeys
from tipline.keys.roster import Listed, Roster
from tipline.keys.rosters import Rosters
from tipline.keys.rows import ADMINISTRATORS, REWARDS
from tipline.seal.suite import PrivateKey, Suite

#: The kind of desk that tips are triaged at; every other kind works on what is routed to it.
TRIAGE = "triage"
_REFUSAL = "This name and passphrase do not belong together."


@dataclass(frozen=True, repr=False)
class Desk:
    """A desk whose private *keys* (by epoch, or the number of a key at rest) this officer holds.

    *seat_of* is the desk that it is a seat at, which opens only together. *newest* is the number of the key
    at rest in use, *leads* tells whether this officer is one of the desk's leads, *restricted* whether its
    roster lets them open what was marked as possible child-abuse material.
    """

    id: bytes
    name: str
    kind: str
    keys: dict[int, PrivateKey]
    seat_of: bytes | None = None
    newest: int = desk_keys.AT_REST
    leads: bool = False
    restricted: bool = False

    @property
    def at_rest(self) -> PrivateKey:
        """The key that re-wrapped stanzas and replies are sealed to from now on; its number is *newest*."""
        return self.keys[self.newest]

    @property
    def receives(self) -> bool:
        """Tell whether tips are sealed to this desk, and not only routed to it."""
        return any(not desk_keys.is_at_rest(number) for number in self.keys)

    def stored(self, number: int) -> PrivateKey | None:
        """Return the key at rest with this *number*, which a row says it is sealed to."""
        return self.keys.get(number) if desk_keys.is_at_rest(number) else None


@dataclass(repr=False)
class Member:
    """An officer while signed in. Lives in one console session and nowhere else.

    *folder* is the agency's folder of key files, where the epochs' locks lie. *refused* says of a desk, by
    name, why its keys are not used although they are here; *administers* whether this is an administrator.
    """

    id: bytes
    name: str
    keys: OfficerKeys
    folder: Path
    desks: dict[bytes, Desk] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    administers: bool = False

    def __post_init__(self) -> None:
        self.rosters = Rosters(self.folder)

    @property
    def suite(self) -> Suite:
        """The agency's suite, which all its keys are of."""
        return self.keys.opening.suite

    @property
    def triages(self) -> bool:
        """Tell whether one of the desks is a triage desk."""
        return any(desk.kind == TRIAGE for desk in self.desks.values())

    @property
    def grants(self) -> bool:
        """Tell whether one of the desks is a rewards board."""
        return any(desk.kind == REWARDS for desk in self.desks.values())

    @property
    def leads(self) -> bool:
        """Tell whether this officer is a lead of one of the desks."""
        return any(desk.leads for desk in self.desks.values())

    def refresh(self, connection: Connection) -> None:
        """Read the desks' keys again: a new epoch comes in, a membership that ended goes out.

        A desk is this officer's when its roster says so, and with these keys: rows alone give nothing.
        """
        rows = connection.execute(_SEALED_KEYS, {"officer": self.id}).all()
        sealed: dict[bytes, list[Any]] = {}
        for row in rows:
            sealed.setdefault(row.desk, []).append(row)
        self.refused = {}
        found = [self._desk(connection, desk, keys) for desk, keys in sealed.items()]
        self.desks = {desk.id: desk for desk in found if desk is not None}
        self.administers = self._listed(connection, ADMINISTRATORS, "Administration") is not None

    def _desk(self, connection: Connection, id_: bytes, sealed: list[Any]) -> Desk | None:
        found = self._listed(connection, id_, sealed[0].name)
        if found is None:
            return None
        who, me = found
        opened = {
            row.epoch: self._known(id_, row.epoch) or self._open(id_, row.epoch, row.sealed) for row in sealed
        }
        keys = {number: private for number, private in opened.items() if private is not None}
        at_rest = (number for number in sorted(keys) if desk_keys.is_at_rest(number))
        newest = next((number for number in at_rest if who.vouches(keys[number].public)), None)
        if newest is None:
            self.refused[who.name] = self._why(id_, sealed)
            return None
        return Desk(id_, who.name, who.kind, keys, sealed[0].seat_of, newest, me.lead, me.restricted)

    def _why(self, desk: bytes, sealed: list[Any]) -> str:
        """Say why no key at rest that this officer has is the desk's newest."""
        at_rest = min(row.epoch for row in sealed)
        if rest_lock.read(self.folder, desk, at_rest) is None and desk_keys.is_at_rest(at_rest):
            name = rest_lock.name_of(desk, at_rest)
            return f"the lock of its key at rest is missing: put keys/{rest_lock.FOLDER}/{name} back"
        return "its newest key at rest is not among those that were sealed to you"

    def _listed(self, connection: Connection, desk: bytes, name: str) -> tuple[Roster, Listed] | None:
        """Return a desk's roster and this officer on it; where it does not hold None, *refused* has why."""
        try:
            who = self.rosters.of(connection, desk)
        except RosterError as error:
            self.refused[name] = str(error)
            return None
        me = who.admits(self.id, self.keys.public, self.keys.verify)
        return (who, me) if me else None

    def _known(self, desk: bytes, epoch: int) -> PrivateKey | None:
        known = self.desks.get(desk)
        return known.keys.get(epoch) if known else None

    def _open(self, desk: bytes, epoch: int, sealed: bytes) -> PrivateKey | None:
        # The lock is read for this one opening and not kept: it is destroyed while officers are signed in.
        lock = rest_lock.read(self.folder, desk, epoch)
        return desk_keys.open_as_member(self.keys, desk, epoch, sealed, lock)


_SEALED_KEYS = (
    select(
        tables.member_key.c.desk,
        tables.member_key.c.epoch,
        tables.member_key.c.sealed,
        tables.desk.c.name,
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
        if row is None or row.disabled or (keys.public, keys.verify) != (row.public, row.verify):
            raise AccessError(_REFUSAL)
        member = Member(row.id, row.name, keys, folder)
        member.refresh(connection)
        return member


def _find(connection: Connection, name: str) -> Row[Any] | None:
    return connection.execute(select(tables.officer).where(tables.officer.c.name == name)).one_or_none()
