"""The keyring: root's public key, revocations and one signed section a console, as intake serves it."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tipline.errors import KeyringError
from tipline.keyring import revocation, section
from tipline.keyring.reader import Reader
from tipline.keyring.revocation import Console, Revocations
from tipline.keyring.section import Category, Desk, Vouched
from tipline.keyring.signature import PUBLIC_SIZE, Signed, agency_id, fingerprint
from tipline.seal.suite import Suite, suite_of

MAGIC = b"TIPK\x01"
#: An envelope has two dockets, so two consoles can share a relay.
CONSOLES_MAX = 2


@dataclass(frozen=True)
class Keyring:
    """A keyring whose signatures hold. The caller checks the dates of what it uses, with *check_dates*."""

    root_public: bytes
    revocations: Revocations
    sections: tuple[Vouched, ...]

    @property
    def agency(self) -> bytes:
        """The agency's 8-byte id."""
        return agency_id(self.root_public)

    @property
    def suite(self) -> Suite:
        """The suite of the agency, and so of every section."""
        return suite_of(self.sections[0].section.suite)

    @property
    def epochs(self) -> frozenset[int]:
        """The epochs that an envelope may bear now."""
        return frozenset(vouched.section.epoch for vouched in self.sections)

    @property
    def epoch(self) -> int:
        """What an envelope bears: the greatest epoch of all sections, which says nothing of its desk."""
        return max(self.epochs)

    @property
    def missing(self) -> tuple[Console, ...]:
        """The consoles that the root's list names and that have no section here."""
        here = {vouched.section.console for vouched in self.sections}
        return tuple(one for one in self.revocations.consoles if one.name not in here)

    def called(self, console: str) -> str:
        """Return what people know a console by; empty where the root's list does not say."""
        return next((one.called for one in self.revocations.consoles if one.name == console), "")

    def check_dates(self, category: str, today: date) -> None:
        """Raise KeyringError("dates") when the section that *category* is of is not valid *today*.

        The other console's days do not matter. Raises KeyringError("category") as *find* does.
        """
        self._vouched(category).check_dates(today)

    def find(self, category: str) -> tuple[section.Section, Category, Desk]:
        """Return where a category code goes. Raises KeyringError("category")."""
        found = self._vouched(category).section
        item = next(item for item in found.categories if item.code == category)
        return found, item, next(desk for desk in found.desks if desk.id == item.desk)

    def _vouched(self, category: str) -> Vouched:
        for vouched in self.sections:
            if any(item.code == category for item in vouched.section.categories):
                return vouched
        raise KeyringError("category", f"{category} is not in this keyring")


def pack(root_public: bytes, revocations: Signed, sections: Sequence[tuple[Signed, Signed]]) -> bytes:
    """Put revocations, certificates and sections together into the keyring's bytes."""
    packed = b"".join(vouching.pack() + signed.pack() for vouching, signed in sections)
    return MAGIC + root_public + revocations.pack() + bytes([len(sections)]) + packed


def list_of(data: bytes) -> Signed:
    """Return the list of revocations in a keyring, unverified. Raises KeyringError "magic" or "size"."""
    reader = Reader(data)
    if reader.take(len(MAGIC)) != MAGIC:
        raise KeyringError("magic")
    reader.take(PUBLIC_SIZE)
    return reader.take_signed()


def verified(
    data: bytes,
    root_fingerprint: bytes,
    floors: Mapping[str, int] | None = None,
    revocations_floor: int = 0,
    suite: Suite | None = None,
) -> Keyring:
    """Read and check a keyring against the 32-byte *root_fingerprint*.

    *floors* gives, for each console, the serial below which its section is refused, *revocations_floor* the
    one for the list of revocations; any suite but *suite*, where it is given, is refused. Raises KeyringError
    "magic", "root", "size", "suite", "sections", "serial", or what *revocation.verified* and
    *section.verified* raise.
    """
    reader = Reader(data)
    if reader.take(len(MAGIC)) != MAGIC:
        raise KeyringError("magic")
    root_public = reader.take(PUBLIC_SIZE)
    if not hmac.compare_digest(fingerprint(root_public), root_fingerprint):
        raise KeyringError("root", "this is another agency's root")
    revocations = revocation.verified(root_public, reader.take_signed(), revocations_floor)
    count = reader.take(1)[0]
    sections = tuple(
        section.verified(root_public, revocations, (reader.take_signed(), reader.take_signed()))
        for _ in range(count)
    )
    reader.finish()
    _check(sections, floors or {}, suite)
    return Keyring(root_public, revocations, sections)


def _check_suite(sections: Sequence[Vouched], suite: Suite | None) -> None:
    codes = {vouched.section.suite for vouched in sections}
    if len(codes) != 1 or (suite is not None and suite.code not in codes):
        raise KeyringError("suite", "an agency has one suite, and this is another")


def _check(sections: Sequence[Vouched], floors: Mapping[str, int], suite: Suite | None) -> None:
    consoles = [vouched.section.console for vouched in sections]
    codes = [item.code for vouched in sections for item in vouched.section.categories]
    if not 1 <= len(consoles) <= CONSOLES_MAX or len(set(consoles)) != len(consoles):
        raise KeyringError("sections", "one section a console, and at most two consoles")
    _check_suite(sections, suite)
    if len(set(codes)) != len(codes):
        raise KeyringError("sections", "two consoles name the same category")
    # What a tipster writes later goes to a desk by its id alone.
    desks = [desk.id for vouched in sections for desk in vouched.section.desks]
    if len(set(desks)) != len(desks):
        raise KeyringError("sections", "two consoles name the same desk")
    for vouched in sections:
        if vouched.section.serial < floors.get(vouched.section.console, 0):
            raise KeyringError("serial", f"serial {vouched.section.serial} is older than the page")
