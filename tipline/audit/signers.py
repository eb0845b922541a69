"""PURE: who may sign in a desk's chain, and from where to where: what its rosters say, and nothing else.

A row of the table of officers vouches for nobody. An officer counts with the key that a roster of the desk
names them with, and from the entry that notes a later roster without them, or with other keys, no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

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
from tipline.keys.roster import Roster, Trust, Version

#: What an officer who is no administrator may enter in that chain: what they did themselves.
OWN_ACTS = (JOINED, FACTORS_RESET, FACTOR_ADDED, FACTOR_REMOVED, PASSPHRASE_CHANGED, SIGNED_IN)


@dataclass(frozen=True)
class Own:
    """Officers who may enter what they did themselves: their *keys* and *names*, by id.

    *introduced* are the keys that officers entered themselves, by officer and invitation.
    """

    keys: dict[bytes, set[bytes]]
    names: dict[bytes, str]
    introduced: dict[tuple[bytes, str], bytes] = field(default_factory=dict)

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
        self._part = part
        self._noted, self._all_noted = 0, set[int]()
        self.own = Own({}, {})
        self._latest, self._joined = dict[bytes, bytes](), set[tuple[bytes, str]]()

    @property
    def rosters(self) -> Sequence[Roster]:
        """The versions of the roster; none that does not hold."""
        return () if self.fault else self._rosters

    @property
    def unnoted(self) -> int:
        """The newest version that somebody's act made and no entry notes; 0 if there is none."""
        return max(set(roster.acts(self._rosters)) - self._all_noted, default=0)

    def keys_of(self, officer: bytes) -> set[bytes]:
        """Return the keys that any roster of the desk ever named an officer with, and those for own acts."""
        found = (says.member(officer) for says in self._rosters)
        return {one.verify for one in found if one} | self.own.keys.get(officer, set())

    def name_of(self, officer: bytes) -> str:
        """Return an officer's name; empty when nothing names them."""
        return self.names.get(officer) or self.own.names.get(officer, "")

    def keys_at(self, officer: bytes, entry: Entry) -> set[bytes]:
        """Return the keys that an officer had who wrote the next *entry*: none, if they were not there.

        Raises AuditError for one that says of a roster what cannot be read.
        """
        if entry.action in OWN_ACTS and officer in self.own.keys:
            return self._own_keys(officer, entry)
        found = (says.member(officer) for says in self._there(entry))
        return {one.verify for one in found if one}

    def follow(self, entry: Entry) -> None:
        """Take in an entry that holds and may note a roster, or keys. Raises AuditError for a wrong note."""
        if entry.action == JOINED:
            self._join(entry)
        noted = _note(entry)
        if noted is None:
            return
        number, hash_ = noted
        if not 0 < number <= len(self._hashes) or self._hashes[number - 1] != hash_:
            raise AuditError(f"it notes version {number} of the roster, which is not there as it was then")
        if number <= self._noted and not self._part:
            raise AuditError(f"it notes version {number} of the roster after a later one, or again")
        self._noted = max(self._noted, number)
        self._all_noted.add(number)

    def _there(self, entry: Entry) -> Sequence[Roster]:
        """Return the rosters by which an *entry* may be signed: in force, or put in force by itself."""
        if self._part:
            return self._rosters
        noted, rosters = _note(entry), self._in_force(self._noted)
        # One that notes an older roster puts nothing in force: who was on that one may be gone since.
        return rosters + self._in_force(noted[0]) if noted and noted[0] > self._noted else rosters

    def _own_keys(self, officer: bytes, entry: Entry) -> set[bytes]:
        known, by = self.own.keys[officer], (officer, _invitation(entry))
        if self._part:
            return known
        if entry.action == JOINED:
            key = self.own.introduced.get(by)
            return {key} if key and by not in self._joined else set()
        return {self._latest[officer]} if officer in self._latest else known

    def _join(self, entry: Entry) -> None:
        by = (entry.officer, _invitation(entry))
        if by in self.own.introduced:
            self._latest[entry.officer] = self.own.introduced[by]
            self._joined.add(by)

    def _in_force(self, noted: int) -> list[Roster]:
        """Return the roster of a number, and those after it by which the signer only repeated it."""
        after, acts = self._rosters[max(noted - 1, 0) :], set(roster.acts(self._rosters))
        count = next((at for at, says in enumerate(after) if at and says.version in acts), len(after))
        return after[:count]


def _invitation(entry: Entry) -> str:
    return str(entry.object.get("invitation", ""))


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
