"""The rows of the rosters, verified: once a version, since the newest one's hash stands for all before it.

A roster that was put back to an earlier version verifies by itself. The desk's audit tells: every change is
an entry there, with the new version's hash. Where that was cut back too, what was seen before tells: by the
collector, in a file, or by whoever keeps the rosters, in memory.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select

from tipline import tables
from tipline.errors import RosterError, TiplineError
from tipline.keyring import revocation
from tipline.keyring.revocation import Revocations
from tipline.keyring.signature import agency_id
from tipline.keys import roster, rosters_seen, signer
from tipline.keys.roster import Roster, Trust, Version
from tipline.keys.rosters_seen import Seen
from tipline.settings import ConsoleSettings, load

#: In an audit entry of a change: the version's number and hash.
_NUMBER, _HASH = "roster", "hash"
_MARK = f'"{_NUMBER}":'.encode()


@dataclass(frozen=True)
class _Known:
    """A chain that was *verified*: its versions' *hashes*, the newest one that somebody's *act* made.

    *noted* are number and hash of the newest change that the audit, read up to *seq*, knows of.
    """

    verified: Roster
    head: Version
    hashes: tuple[bytes, ...]
    act: int
    seq: int = 0
    noted: tuple[int, bytes] | None = None


class Rosters:
    """The rosters of the agency whose folder of key files is *keys*. Kept for a session, or for one act."""

    def __init__(self, keys: Path | None) -> None:
        self._folder, self._keys = (keys.parent if keys else None), keys
        self._lock = threading.Lock()
        self._revocations = b""
        self._trust: Trust | None = None
        self._known: dict[bytes, _Known] = {}
        self._seen: dict[bytes, Seen] = {}

    @classmethod
    def trusting(cls, trust: Trust) -> Rosters:
        """Return rosters that are checked against *trust*, and not against what is installed."""
        made = cls(None)
        made._trust = trust
        return made

    def of(self, connection: Connection, desk: bytes) -> Roster:
        """Return a desk's roster. Raises RosterError when what is stored is not what was signed last."""
        return self.head(connection, desk)[0]

    def head(self, connection: Connection, desk: bytes) -> tuple[Roster, Version]:
        """Return a desk's roster and the newest version as stored, which the next one must name."""
        with self._lock:
            self._look_again()
            try:
                return self._head(connection, desk)
            except RosterError:
                # Rows are read one after the other, and somebody may have changed them in between.
                self._known.pop(desk, None)
                return self._head(connection, desk)

    def _head(self, connection: Connection, desk: bytes) -> tuple[Roster, Version]:
        known, newest = self._known.get(desk), _newest(connection, desk)
        if known is None or newest is None or known.head != newest:
            assert self._trust is not None
            known = _verify(connection, desk, self._trust)
        self._known[desk] = known = _with_audit(connection, desk, known)
        _check_audit(known)
        seen = self._seen.get(desk, Seen(0, b""))
        if seen.version:
            _check_there(known, *seen, "the collector or this session has seen")
        self._seen[desk] = Seen(len(known.hashes), known.head.hash)
        return known.verified, known.head

    def _look_again(self) -> None:
        """Take in revocations that were installed since: a revoked signer's word counts no more."""
        if self._folder is None or self._keys is None:
            return
        try:
            there = rosters_seen.read(self._keys)
        except TiplineError as error:
            raise RosterError(f"it cannot be checked: {error}") from None
        self._seen = {desk: max(one, self._seen.get(desk, one)) for desk, one in there.items()} | {
            desk: one for desk, one in self._seen.items() if desk not in there
        }
        path = self._folder / "revocations"
        content = path.read_bytes() if path.exists() else b""
        if self._trust is None or content != self._revocations:
            try:
                self._trust, self._revocations = installed(self._folder), content
            except TiplineError as error:
                raise RosterError(f"it cannot be checked: {error}") from None
            self._known.clear()


def installed(folder: Path) -> Trust:
    """Return whose word counts in the agency with its console.toml in *folder*.

    A list of revocations that cannot be read revokes nobody: the console's warnings name it. Raises
    KeyringError or AccessError for the root's file.
    """
    settings = load(ConsoleSettings, folder / "console.toml")
    root_public = signer.read_root(folder / "root.pub", bytes.fromhex(settings.root_fingerprint))
    try:
        revoked = revocation.verified(root_public, signer.read_revocations(folder / "revocations"))
    except TiplineError:
        revoked = Revocations(agency_id(root_public), 0, frozenset())
    return Trust(root_public, settings.console, revoked)


def versions(connection: Connection, desk: bytes) -> list[Version]:
    """Return what is stored of a desk's roster, oldest first, unverified."""
    own = tables.roster.c
    query = select(own.statement, own.signature, own.vouching).where(own.desk == desk)
    return [Version(*row) for row in connection.execute(query.order_by(own.version))]


def add(connection: Connection, what: Roster, version: Version) -> None:
    """Insert a new *version* of a roster, which says *what*. One of roster.acts belongs in the audit too."""
    row = {"desk": what.desk, "version": what.version, **vars(version)}
    connection.execute(insert(tables.roster).values(row))


def in_audit(what: Roster, version: Version) -> dict[str, Any]:
    """Return what the audit entry of a change has as its object."""
    return {_NUMBER: what.version, _HASH: version.hash.hex()}


def _newest(connection: Connection, desk: bytes) -> Version | None:
    own = tables.roster.c
    query = select(own.statement, own.signature, own.vouching).where(own.desk == desk)
    row = connection.execute(query.order_by(own.version.desc()).limit(1)).one_or_none()
    return Version(*row) if row else None


def _verify(connection: Connection, desk: bytes, trusted: Trust) -> _Known:
    chain = versions(connection, desk)
    found = roster.verified(chain, trusted)
    if found.desk != desk:
        raise RosterError("it is another desk's")
    acts = roster.acts([roster.read(version) for version in chain])
    hashes = tuple(version.hash for version in chain)
    return _Known(found, chain[-1], hashes, max(acts, default=0))


def _with_audit(connection: Connection, desk: bytes, known: _Known) -> _Known:
    """Take in the entries of changes that came into the desk's audit since."""
    own = tables.audit.c
    there = connection.scalar(select(func.max(own.seq)).where(own.desk == desk)) or 0
    if there == known.seq:
        return known
    query = select(own.entry).where(
        own.desk == desk, own.seq > known.seq, own.seq <= there, func.instr(own.entry, _MARK) > 0
    )
    entry = connection.scalar(query.order_by(own.seq.desc()).limit(1))
    noted = known.noted if entry is None else _noted(entry)
    return _Known(known.verified, known.head, known.hashes, known.act, there, noted)


def _noted(entry: bytes) -> tuple[int, bytes]:
    try:
        what = json.loads(entry)["object"]
        return int(what[_NUMBER]), bytes.fromhex(what[_HASH])
    except (ValueError, TypeError, KeyError):
        raise RosterError("an entry of the audit about it cannot be read") from None


def _check_audit(known: _Known) -> None:
    number, hash_ = known.noted or (0, b"")
    if number:
        _check_there(known, number, hash_, "the audit has")
    if known.act > number:
        raise RosterError(f"the audit does not have version {known.act} of it")


def _check_there(known: _Known, number: int, hash_: bytes, who: str) -> None:
    if not 0 < number <= len(known.hashes) or known.hashes[number - 1] != hash_:
        raise RosterError(f"{who} version {number} of it, and that is not there: it was put back")
