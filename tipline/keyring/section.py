"""A section: what one console publishes in the keyring, signed by its signer, valid for 14 days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tipline.errors import KeyringError
from tipline.keyring import certificate, reader
from tipline.keyring.certificate import Certificate
from tipline.keyring.revocation import Revocations
from tipline.keyring.signature import Signed, verify
from tipline.seal.message import CODE, from_base64, to_base64
from tipline.seal.stanza import is_quorum
from tipline.seal.suite import suite_of

LABEL = "keyring"
_FIELDS = {
    "console", "serial", "not_before", "not_after", "suite", "epoch", "sorting", "desks", "categories",
    "work",
}  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """A desk that tips can be sealed to: 16-byte *id*, *name*, public *keys* of this epoch.

    An ordinary desk has one. Where *k* is over 1 they are the keys of its seats, up to five, and any k of
    them open a tip together.
    """

    id: bytes
    name: str
    keys: tuple[bytes, ...]
    k: int = 1


@dataclass(frozen=True)
class Category:
    """What a tip can be about: its *code*, its *name* in English, and the id of the *desk* it goes to."""

    code: str
    name: str
    desk: bytes


@dataclass(frozen=True)
class Section:
    """One console's section. *epoch* is the week number of the keys; *work* the effort asked for a PUT."""

    console: str
    serial: int
    not_before: date
    not_after: date
    suite: int
    epoch: int
    sorting: bytes
    desks: tuple[Desk, ...]
    categories: tuple[Category, ...]
    work: int

    def encode(self) -> bytes:
        """Return the JSON bytes that the signer signs."""
        return reader.write_json(
            {
                "console": self.console,
                "serial": self.serial,
                "not_before": self.not_before.isoformat(),
                "not_after": self.not_after.isoformat(),
                "suite": self.suite,
                "epoch": self.epoch,
                "sorting": to_base64(self.sorting),
                "desks": [
                    {
                        "id": to_base64(desk.id),
                        "name": desk.name,
                        "k": desk.k,
                        "keys": [to_base64(key) for key in desk.keys],
                    }
                    for desk in self.desks
                ],
                "categories": [
                    {"code": item.code, "name": item.name, "desk": to_base64(item.desk)}
                    for item in self.categories
                ],
                "work": self.work,
            }
        )


@dataclass(frozen=True)
class Vouched:
    """A *section* and the *certificate* of the signer that vouches for it."""

    section: Section
    certificate: Certificate

    def holds(self, today: date) -> bool:
        """Tell whether *today* lies within the days of both."""
        return all(what.not_before <= today <= what.not_after for what in (self.section, self.certificate))

    def check_dates(self, today: date) -> None:
        """Raise KeyringError("dates") unless *today* lies within both. A wrong clock looks the same: ask."""
        for what in (self.section, self.certificate):
            if not what.not_before <= today <= what.not_after:
                raise KeyringError(
                    "dates", f"valid from {what.not_before} to {what.not_after}, today is {today}"
                )


def verified(root_public: bytes, revocations: Revocations, signed: tuple[Signed, Signed]) -> Vouched:
    """Check root, signer and section, in this order: *signed* are the certificate and the section.

    Raises KeyringError "signature", "fields", "agency", "revoked", "console" (one the list does not name,
    or a signer speaking for another), "desks" (a desk its certificate does not name), "categories" (one that
    is another console's own) or FormatError "suite".
    """
    signed_certificate, signed_section = signed
    vouching = certificate.verified(root_public, signed_certificate)
    revocations.check(vouching.signer)
    revocations.check_console(vouching.console)
    verify(vouching.signer, LABEL, signed_section)
    section = reader.read_json(signed_section.payload, _FIELDS, _section)
    if section.console != vouching.console:
        raise KeyringError("console", f"the signer of {vouching.console} speaks for {section.console}")
    desks = {desk.id for desk in section.desks}
    if not desks <= vouching.desks or not {item.desk for item in section.categories} <= desks:
        raise KeyringError("desks", "the signer names a desk that its certificate does not")
    revocations.check_categories(section.console, [item.code for item in section.categories])
    return Vouched(section, vouching)


def _section(fields: dict[str, Any]) -> Section:
    suite = suite_of(reader.number(fields["suite"]))
    return Section(
        console=reader.text(fields["console"]),
        serial=reader.number(fields["serial"]),
        not_before=reader.day(fields["not_before"]),
        not_after=reader.day(fields["not_after"]),
        suite=suite.code,
        epoch=reader.number(fields["epoch"]),
        sorting=from_base64(fields["sorting"], suite.public_size),
        desks=tuple(_desk(item, suite.public_size) for item in reader.items(fields["desks"])),
        categories=tuple(_category(item) for item in reader.items(fields["categories"])),
        work=reader.number(fields["work"]),
    )


def _desk(item: Any, key_size: int) -> Desk:
    fields = reader.exactly(item, set(Desk.__dataclass_fields__))
    k = reader.number(fields["k"])
    keys = tuple(from_base64(key, key_size) for key in reader.items(fields["keys"]))
    # The same key twice would give one seat two shares.
    if not ((k, len(keys)) == (1, 1) or is_quorum(k, len(keys))) or len(set(keys)) != len(keys):
        raise ValueError
    return Desk(id=from_base64(fields["id"], 16), name=reader.text(fields["name"]), keys=keys, k=k)


def _category(item: Any) -> Category:
    fields = reader.exactly(item, set(Category.__dataclass_fields__))
    # A message with a code of another form would be refused when it is opened, and so be lost.
    if not CODE.fullmatch(reader.text(fields["code"])):
        raise ValueError
    return Category(fields["code"], reader.text(fields["name"]), from_base64(fields["desk"], 16))
