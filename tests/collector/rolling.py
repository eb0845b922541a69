"""An agency that lives through weeks in a moment: its clock is stepped, all else is the real code.

Time has two faces here: what truly goes by (the machine's uptime), and what somebody set the clock to.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests import agencies, rosters
from tests.collector.conftest import Office
from tests.conftest import PASSPHRASE
from tipline import clock, db, tables
from tipline.cases import audit
from tipline.cases.work import Work
from tipline.ceremony import root
from tipline.collector import epochs
from tipline.collector.collect import collect
from tipline.collector.post_keyring import post_keyring
from tipline.errors import KeyringError, RelayError
from tipline.keyring import revocation, section
from tipline.keyring.section import Section
from tipline.keys import epoch_key, files, recovery, roll, rows
from tipline.keys.officer import CHEAPEST
from tipline.keys.signing import SigningKey
from tipline.seal import header
from tipline.setup.agency import Created
from tipline.setup.plan import OfficerPlan, Plan
from tipline.staff import member
from tipline.wire.shapes import Offer, Stored, read_posting

DAY = 86_400
OFFICERS = {"Maria": "Triage", "Jonas": "Harbour"}
#: A Thursday, on which a week begins.
START = clock.day_number(date(2026, 11, 19)) * DAY + DAY // 2


class Time:
    """True *seconds* since 1970, and by how many days the machine's clock is *off*."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.seconds, self.off, self.start, self.up = START, 0, 0, 0
        patch.setattr(clock, "today", lambda: clock.from_day_number(self.seconds // DAY + self.off))
        patch.setattr(clock, "seconds", lambda: self.seconds + self.off * DAY)
        patch.setattr(clock, "uptime", lambda: clock.Uptime(str(self.start), self.up))

    def go(self, seconds: int, *, running: bool = True) -> None:
        """Let time go by; with *running* false the machine is off, and starts anew."""
        self.seconds += seconds
        self.start, self.up = (self.start, self.up + seconds) if running else (self.start + 1, 0)


@dataclass
class Shelf:
    """A relay in memory that keeps to intake's rules: it takes what the keyring it has names."""

    made: Created
    time: Time
    up: bool = True
    section: Section | None = None
    kept: dict[bytes, bytes] = field(default_factory=dict)
    #: What a relay of ill will makes of a posting: it says no, after it took it.
    deaf: bool = False
    stingy: bool = False
    #: The epoch that another console's section names; 0 without another console.
    other: int = 0

    #: When a section that names an epoch was last signed, whether or not it got here: true seconds.
    signed: dict[int, int] = field(default_factory=dict)

    def turn(self, how: str) -> None:
        """Set the relay "up", "down", "deaf", or "stingy": it takes keyrings and gives nothing."""
        self.up, self.deaf, self.stingy = how != "down", how == "deaf", how == "stingy"

    def put_keyring(self, body: bytes) -> None:
        posting, root_public = read_posting(body), self.made.root_public.read_bytes()
        revoked = revocation.verified(root_public, posting.revocations)
        what = section.verified(root_public, revoked, posting.section).section
        self.signed[what.epoch] = self.time.seconds
        self._reach()
        self.section = what
        if self.deaf:
            raise RelayError("the answer was lost")

    def keyring(self) -> None:
        """It shows none, so that nobody knows whether another console is there."""

    @property
    def epoch(self) -> int:
        """What an envelope bears: the greatest epoch of this console's section and the other's."""
        return max(self.section.epoch if self.section else 0, self.other)

    def take(self, envelope: bytes) -> bool:
        """PUT an envelope; tell whether it was taken."""
        if self.section is None or header.parse(envelope).epoch not in {self.section.epoch, self.other}:
            return False
        self.kept[hashlib.sha256(envelope).digest()] = envelope
        return True

    def list(self) -> Offer:
        self._reach()
        if self.stingy:
            raise RelayError("it answered 500")
        return Offer(dict.fromkeys(self.kept, 1), {})

    def envelope(self, envelope_id: bytes) -> bytes | None:
        self._reach()
        return self.kept.get(envelope_id)

    def acknowledge(self, stored: Stored) -> None:
        self._reach()
        for envelope_id in stored.envelopes:
            self.kept.pop(envelope_id, None)

    def _reach(self) -> None:
        if not self.up:
            raise RelayError("nobody there")


@dataclass
class Rolling:
    """An agency with two desks that receive, each with one officer, and what goes on there."""

    office: Office
    time: Time
    relay: Shelf
    away: set[str] = field(default_factory=set)
    works: dict[str, Work] = field(default_factory=dict)
    #: By envelope id: the epoch of every tip that the relay took.
    sent: dict[bytes, int] = field(default_factory=dict)

    def round(self) -> None:
        """One round of the collector, as its loop does it: what fails is tried again in the next one."""
        office, relay = self.office, self.relay
        epochs.attend(office.engine, office.holding, self.make)
        # KeyringError: a clock that is months ahead is past the certificate's end.
        with contextlib.suppress(RelayError, KeyringError):
            post_keyring(relay, office.engine, office.holding)
        with contextlib.suppress(RelayError):
            waiting = epochs.ended(office.engine, office.holding)
            if collect(relay, office.engine, office.holding).full:
                epochs.collected(office.engine, waiting)

    def make(self, config: object, number: int) -> None:
        """Make an epoch's keys as the child process does, in this one."""
        del config
        holders = recovery.installed(self.office.made.console.parent)
        with db.writing(self.office.engine) as connection:
            roll.make(connection, self.office.holding.keys, number, holders)

    def work(self) -> None:
        """Every officer who is not away signs in and looks at what there is."""
        for name in OFFICERS.keys() - self.away:
            if name not in self.works:
                folder = self.office.holding.keys
                who = member.sign_in(self.office.engine, folder, name, PASSPHRASE)
                self.works[name] = Work(self.office.engine, who)
            own = self.works[name]
            with db.writing(self.office.engine) as connection:
                for desk in own.member.desks:
                    audit.append(connection, own.member, desk, (audit.SIGNED_IN, {}))
            own.refresh()

    def tip(self, desk: str = "Triage") -> bytes | None:
        """Somebody sends a tip with the keyring that the relay has; return the envelope if it was taken."""
        now = self.relay.section
        if now is None:
            return None
        key = next((one.keys[0] for one in now.desks if one.name == desk), None)
        if key is None:
            return None
        desk_id = self.office.made.desks[desk]
        envelope, _ = self.office.tip(
            epoch=self.relay.epoch, desk_keys=[key], sorting_keys=[now.sorting], desk=desk_id
        )
        if not self.relay.take(envelope):
            return None
        self.sent[hashlib.sha256(envelope).digest()] = now.epoch
        return envelope

    def living(self) -> frozenset[int]:
        """The epochs whose key file is there."""
        return epoch_key.there(self.office.holding.keys)

    def opened(self) -> set[bytes]:
        """The envelopes whose key is sealed to a desk's key at rest."""
        with self.office.engine.connect() as connection:
            return set(connection.scalars(select(tables.stanza.c.envelope)))


def found(data: Path, **changes: Any) -> Office:
    """Make an agency of which both desks receive: the root says so, and the database."""
    officers = tuple(OfficerPlan(name, PASSPHRASE, (desk,)) for name, desk in OFFICERS.items())
    plan = Plan(data, "Harbour Police", officers, ("Harbour",), profile=CHEAPEST, **changes)
    office = Office(agencies.create(plan))
    made = office.made
    vouching = office.holding.signer.vouching
    key = SigningKey(files.read(made.root_key, files.ROOT))
    more = root.renew(key, vouching, clock.today(), made.desks.values())
    files.replace(office.holding.keys / "signer.cert", files.CERTIFICATE, more.pack())
    del office.holding
    with db.writing(office.engine) as connection:
        for desk in made.desks.values():
            rosters.sign(connection, office.holding.keys, desk, kind=rows.TRIAGE)
    return office
