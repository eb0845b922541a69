"""PURE: a desk's roster: a chain of signed statements, each the whole of who is at the desk.

A statement is JSON: v, agency, console, desk, name, kind, version (from 1), prev (SHA-256 of the statement
before and its signature; zeros at first), at_rest (SHA-256 of the desk's newest public key at rest, or
empty), members, by. The console's signer signs the first one, and one after a recovery by shares; every other
is signed by a member of the one before: a lead, or where nothing but at_rest changes, anybody at the desk.

So who can write to the database, and has none of these keys, adds no member and swaps no key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tipline.errors import KeyringError, RosterError
from tipline.keyring import certificate, reader
from tipline.keyring.reader import Reader
from tipline.keyring.revocation import Revocations
from tipline.keyring.signature import Signed, agency_id, to_be_signed, verify
from tipline.keys import key_words
from tipline.keys.signing import SigningKey
from tipline.seal.message import from_base64, to_base64

LABEL = "roster"
START = bytes(32)
#: What *by* says where the console's signer speaks, and *agency* before there is a root.
SIGNER = NOWHERE = b""
_FIELDS = {"agency", "console", "desk", "name", "kind", "version", "prev", "at_rest", "members", "by"}
_MEMBER = {"officer", "name", "keys", "verify", "lead"}
#: Stands only with the members who have it, so that rosters from before it read as they were signed.
_RESTRICTED = "restricted"


@dataclass(frozen=True)
class Listed:
    """A member: the *officer*'s id, *name*, *keys* (key_words.digest); *verify* is what the audit needs.

    *restricted*: may open what was marked as possible child-abuse material (preview/marks.py).
    """

    officer: bytes
    name: str
    keys: bytes
    verify: bytes
    lead: bool = False
    restricted: bool = False

    def has(self, public: bytes, verify_: bytes) -> bool:
        """Tell whether these are the public keys that the member was admitted with."""
        return self.keys == key_words.digest(public, verify_) and self.verify == verify_


@dataclass(frozen=True)
class Roster:
    """One statement. *by* is the id of the officer who signed it, or SIGNER."""

    agency: bytes
    console: str
    desk: bytes
    name: str
    kind: str
    members: tuple[Listed, ...]
    version: int = 1
    prev: bytes = START
    at_rest: bytes = b""
    by: bytes = SIGNER

    @property
    def leads(self) -> tuple[Listed, ...]:
        """The members who may change who is at the desk."""
        return tuple(one for one in self.members if one.lead)

    def member(self, officer: bytes) -> Listed | None:
        """Return a member by the officer's id."""
        return next((one for one in self.members if one.officer == officer), None)

    def admits(self, officer: bytes, public: bytes, verify_: bytes) -> Listed | None:
        """Return the member who is this officer with these very keys."""
        found = self.member(officer)
        return found if found and found.has(public, verify_) else None

    def vouches(self, public: bytes) -> bool:
        """Tell whether *public* is the desk's newest key at rest."""
        return bool(self.at_rest) and self.at_rest == hashlib.sha256(public).digest()

    def encode(self) -> bytes:
        """Return the JSON bytes that are signed."""
        members = [
            {
                "officer": to_base64(one.officer),
                "name": one.name,
                "keys": to_base64(one.keys),
                "verify": to_base64(one.verify),
                "lead": one.lead,
            }
            | ({_RESTRICTED: True} if one.restricted else {})
            for one in self.members
        ]
        return reader.write_json(
            {
                "agency": to_base64(self.agency),
                "console": self.console,
                "desk": to_base64(self.desk),
                "name": self.name,
                "kind": self.kind,
                "version": self.version,
                "prev": to_base64(self.prev),
                "at_rest": to_base64(self.at_rest),
                "members": members,
                "by": to_base64(self.by),
            }
        )


@dataclass(frozen=True)
class Version:
    """A *statement* as it is stored; *vouching* is the certificate of the signer who signed it, packed."""

    statement: bytes
    signature: bytes
    vouching: bytes | None = None

    @property
    def hash(self) -> bytes:
        """What the next version names this one by."""
        return hashlib.sha256(self.statement + self.signature).digest()


@dataclass(frozen=True)
class Trust:
    """Whose word begins a chain: a signer of *console* that the root certified and has not *revoked*.

    *beginning*: a signer's public key that is believed without a certificate, at the installing of the first.
    """

    root_public: bytes
    console: str
    revoked: Revocations
    beginning: bytes = b""

    def signer_of(self, version: Version) -> bytes:
        """Return the public key of the signer that may have signed a *version*. Raises KeyringError."""
        if version.vouching is None:
            if not self.beginning:
                raise KeyringError("signer", "the signer of this roster was not certified")
            return self.beginning
        taking = Reader(version.vouching)
        says = certificate.verified(self.root_public, taking.take_signed())
        if says.console != self.console:
            raise KeyringError("signer", f"the roster's signer speaks for another console, {says.console}")
        self.revoked.check(says.signer)
        return says.signer


def follow(before: Roster, head: Version | None, **changes: Any) -> Roster:
    """Return the roster after *before*, whose stored *head* it names, with *changes* of its fields."""
    return replace(before, version=before.version + 1, prev=head.hash if head else START, **changes)


def sign_as_officer(key: Ed25519PrivateKey, what: Roster) -> Version:
    """Sign a roster as the officer that *what* names in *by*."""
    statement = what.encode()
    return Version(statement, key.sign(to_be_signed(LABEL, statement)))


def sign_as_signer(key: SigningKey, vouching: Signed | None, what: Roster) -> Version:
    """Sign a roster as the console's signer; *vouching* is its certificate, None before there is one."""
    signed = key.sign(LABEL, replace(what, by=SIGNER).encode())
    return Version(signed.payload, signed.signature, vouching.pack() if vouching else None)


def read(version: Version) -> Roster:
    """Read a statement, unverified. Raises RosterError when it is none."""
    try:
        return reader.read_json(version.statement, _FIELDS, _roster)
    except KeyringError:
        raise RosterError("a version of it is no roster") from None


def verified(versions: Sequence[Version], trust: Trust) -> Roster:
    """Check a desk's whole chain, oldest first; return the newest roster.

    The last version of the signer's is believed for its signature, those after it for their members', those
    before it since they are named by hash. Raises RosterError that says which version does not hold.
    """
    chain = [read(version) for version in versions]
    if not chain:
        raise RosterError("there is none")
    for place, says in enumerate(chain):
        prev = versions[place - 1].hash if place else START
        if (says.version, says.prev, says.desk) != (place + 1, prev, chain[0].desk):
            raise RosterError(f"version {place + 1} does not follow the one before")
    start = max((place for place, says in enumerate(chain) if says.by == SIGNER), default=0)
    _check_signer(chain[start], versions[start], trust)
    for place in range(start + 1, len(chain)):
        check_step(chain[place - 1], chain[place], versions[place])
    return chain[-1]


def acts(chain: Sequence[Roster]) -> list[int]:
    """Return the numbers of the versions that somebody's act made, which the audit must have.

    The others are the signer's: the first one, and those by which it repeats who was there already.
    """
    steps = pairwise(chain)
    return [after.version for before, after in steps if after.by != SIGNER or after.members != before.members]


def _check_signer(says: Roster, version: Version, trust: Trust) -> None:
    where = f"version {says.version}"
    # Before there is a root there is no agency to name.
    agency = NOWHERE if version.vouching is None else agency_id(trust.root_public)
    if (says.by, says.agency, says.console) != (SIGNER, agency, trust.console):
        raise RosterError(f"{where} is not this console's")
    try:
        verify(trust.signer_of(version), LABEL, Signed(version.statement, version.signature))
    except KeyringError as error:
        raise RosterError(f"{where} is signed by no signer of this console: {error}") from None


def check_step(before: Roster, after: Roster, version: Version) -> None:
    """Check that a member of *before* signed *after*, and may change what it changes. Raises RosterError."""
    where = f"version {after.version}"
    by = before.member(after.by)
    if by is None or not _signed(by.verify, version):
        raise RosterError(f"{where} is not signed by a member of the one before")
    same = replace(after, version=before.version, prev=before.prev, at_rest=before.at_rest, by=before.by)
    if by.lead:
        same = replace(same, members=before.members)
    if same != before:
        raise RosterError(f"{where} changes what {by.name} may not change")


def _signed(public: bytes, version: Version) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(
            version.signature, to_be_signed(LABEL, version.statement)
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def _roster(fields: dict[str, Any]) -> Roster:
    members = tuple(_listed(entry) for entry in reader.items(fields["members"]))
    if len({one.officer for one in members}) != len(members) or not any(one.lead for one in members):
        raise ValueError
    return Roster(
        agency=_perhaps(fields["agency"], 8),
        console=reader.text(fields["console"]),
        desk=from_base64(fields["desk"], 16),
        name=reader.text(fields["name"]),
        kind=reader.text(fields["kind"]),
        members=members,
        version=reader.number(fields["version"]),
        prev=from_base64(fields["prev"], 32),
        at_rest=_perhaps(fields["at_rest"], 32),
        by=_perhaps(fields["by"], 16),
    )


def _listed(entry: object) -> Listed:
    restricted = isinstance(entry, dict) and _RESTRICTED in entry
    fields = reader.exactly(entry, _MEMBER | ({_RESTRICTED} if restricted else set()))
    if not isinstance(fields["lead"], bool) or fields.get(_RESTRICTED, True) is not True:
        raise TypeError
    return Listed(
        officer=from_base64(fields["officer"], 16),
        name=reader.text(fields["name"]),
        keys=from_base64(fields["keys"], 32),
        verify=from_base64(fields["verify"], 32),
        lead=fields["lead"],
        restricted=restricted,
    )


def _perhaps(value: object, size: int) -> bytes:
    text = str(value)
    return from_base64(text, size) if text else b""
