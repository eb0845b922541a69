"""PURE: who may sign in a desk's chain, and from where to where: what its rosters say, and nothing else.

A row of the table of officers vouches for nobody. An officer counts with the key that a roster of the desk
names them with, and from the entry that notes a later roster without them, no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tipline.audit.actions import (
    FACTOR_ADDED,
    FACTOR_REMOVED,
    FACTORS_RESET,
    JOINED,
    PASSPHRASE_CHANGED,
    SIGNED_IN,
)
from tipline.audit.entry import Entry
from tipline.errors import AuditError, RosterError, TiplineError
from tipline.keys import roster
from tipline.keys.roster import SIGNER, Roster, Trust, Version

#: What an officer who is no administrator may enter in that chain: what they did themselves.
OWN_ACTS = (JOINED, FACTORS_RESET, FACTOR_ADDED, FACTOR_REMOVED, PASSPHRASE_CHANGED, SIGNED_IN)


@dataclass(frozen=True)
class Own:
    """Officers who may enter what they did themselves: their *keys* and *names*, by id."""

    keys: dict[bytes, set[bytes]]
    names: dict[bytes, str]

    def add(self, officer: bytes, key: bytes, name: str) -> None:
        """Let an officer sign with one more *key*."""
        self.keys.setdefault(officer, set()).add(key)
        self.names[officer] = name


class Signers:
    """Follows a desk's chain from its first entry; *fault* says why its rosters do not hold, if they do not.

    With *part* it is asked of a part of the chain: whoever was ever at the desk may have signed that.
    """

    def __init__(self, versions: Sequence[Version], trust: Trust, *, part: bool = False) -> None:
        self._hashes = [version.hash for version in versions]
        self._rosters, self.fault = _read(versions, trust)
        self.names = {one.officer: one.name for says in self._rosters for one in says.members}
        self._noted, self._part = 0, part
        self.own = Own({}, {})

    @property
    def rosters(self) -> Sequence[Roster]:
        """The versions of the roster; none that does not hold."""
        return () if self.fault else self._rosters

    @property
    def unnoted(self) -> int:
        """The newest version that an officer signed, if no entry notes it or a later one; otherwise 0."""
        newest = max((says.version for says in self._rosters if says.by != SIGNER), default=0)
        return newest if newest > self._noted else 0

    def keys_of(self, officer: bytes) -> set[bytes]:
        """Return the keys that any roster of the desk ever named an officer with, and those for own acts."""
        found = (says.member(officer) for says in self._rosters)
        return {one.verify for one in found if one} | self.own.keys.get(officer, set())

    def name_of(self, officer: bytes) -> str:
        """Return an officer's name; empty when nothing names them."""
        return self.names.get(officer) or self.own.names.get(officer, "")

    def at_the_desk(self, officer: bytes, entry: Entry) -> bool:
        """Tell whether an officer was at the desk when they wrote the next *entry*."""
        if entry.action in OWN_ACTS and officer in self.own.keys:
            return True
        if self._part:
            return any(says.member(officer) for says in self._rosters)
        noted = _note(entry)
        rosters = self._in_force(self._noted)
        if noted:
            rosters += self._in_force(noted[0])
        return any(says.member(officer) for says in rosters)

    def follow(self, entry: Entry) -> None:
        """Take in an entry that may note a new roster. Raises AuditError for one that is not there."""
        noted = _note(entry)
        if noted is None:
            return
        number, hash_ = noted
        if not 0 < number <= len(self._hashes) or self._hashes[number - 1] != hash_:
            raise AuditError(f"it notes version {number} of the roster, which is not there as it was then")
        self._noted = max(self._noted, number)

    def _in_force(self, noted: int) -> list[Roster]:
        """Return the roster of a number, and those of the signer right after it, which no entry notes."""
        after = self._rosters[max(noted - 1, 0) :]
        count = next((at for at, says in enumerate(after) if at and says.by != SIGNER), len(after))
        return after[:count]


def _read(versions: Sequence[Version], trust: Trust) -> tuple[list[Roster], str]:
    try:
        roster.verified(versions, trust)
        return [roster.read(version) for version in versions], ""
    except TiplineError as error:
        return _readable(versions), str(error)


def _readable(versions: Sequence[Version]) -> list[Roster]:
    rosters = []
    for version in versions:
        try:
            rosters.append(roster.read(version))
        except RosterError:
            break
    return rosters


def _note(entry: Entry) -> tuple[int, bytes] | None:
    if "roster" not in entry.object:
        return None
    try:
        return int(entry.object["roster"]), bytes.fromhex(entry.object["hash"])
    except (ValueError, TypeError, KeyError):
        raise AuditError("what it says of the roster cannot be read") from None
