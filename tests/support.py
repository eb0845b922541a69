"""An agency for tests: root, signer, desk and sorting keys, and what they sign."""

from __future__ import annotations

import hashlib
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from tipline import clock
from tipline.board import board
from tipline.keyring import certificate, revocation, section
from tipline.keyring.revocation import Revocations
from tipline.keyring.signature import Signed, agency_id, fingerprint
from tipline.keys.signing import SigningKey
from tipline.seal import docket, message, receipt, sealing
from tipline.seal.suite import HYBRID, PrivateKey
from tipline.wire import paths, shapes

DESK = bytes(range(16))


@dataclass
class Agency:
    """One console's worth of keys under a root. *epoch* and *console* can be chosen."""

    console: str = "agency"
    epoch: int = 7
    root: SigningKey = field(default_factory=SigningKey.generate)
    signer: SigningKey = field(default_factory=SigningKey.generate)
    desk: PrivateKey = field(default_factory=HYBRID.generate)
    sorting: PrivateKey = field(default_factory=HYBRID.generate)
    desk_id: bytes = DESK
    category: str = "drugs"
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    @property
    def id(self) -> bytes:
        return agency_id(self.root.public)

    @property
    def fingerprint(self) -> bytes:
        return fingerprint(self.root.public)

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": paths.bearer(self.secret)}

    def certificate(self, **changes: object) -> Signed:
        today = clock.today()
        says = {
            "agency": self.id,
            "console": self.console,
            "serial": 1,
            "signer": self.signer.public,
            "desks": frozenset({self.desk_id}),
            "not_before": today - timedelta(days=1),
            "not_after": today + timedelta(days=89),
        }
        return self.root.sign(certificate.LABEL, certificate.Certificate(**{**says, **changes}).encode())

    def revocations(self, serial: int = 1, *revoked: Agency) -> Signed:
        """Return a list that revokes the signers of these consoles."""
        says = Revocations(self.id, serial, frozenset(fingerprint(other.signer.public) for other in revoked))
        return self.root.sign(revocation.LABEL, says.encode())

    def section(self, serial: int = 1, **changes: object) -> Signed:
        today = clock.today()
        says = {
            "console": self.console,
            "serial": serial,
            "not_before": today - timedelta(days=1),
            "not_after": today + timedelta(days=13),
            "suite": HYBRID.code,
            "epoch": self.epoch,
            "sorting": self.sorting.public,
            "desks": (section.Desk(self.desk_id, "Drugs desk", (self.desk.public,)),),
            "categories": (section.Category(self.category, "Drugs", self.desk_id),),
            "work": 0,
        }
        return self.signer.sign(section.LABEL, section.Section(**{**says, **changes}).encode())

    def keyring(self, serial: int = 1, **changes: object) -> bytes:
        """Return the body of PUT /keyring."""
        signed = self.certificate(), self.section(serial, **changes)
        return shapes.Posting(self.revocations(), signed).pack()

    def board(
        self, slots: list[bytes], tokens: Sequence[bytes] = (), serial: int = 1, **changes: object
    ) -> bytes:
        """Return the body of PUT /board."""
        says = {
            "console": self.console,
            "serial": serial,
            "day": clock.today(),
            "previous": bytes(32),
            "slots": len(slots),
            "tokens": len(tokens),
            "sha256": board.digest(slots, tokens),
            "audit": bytes(32),
        }
        head = self.signer.sign(board.LABEL, board.Head(**{**says, **changes}).encode())
        return board.pack_section(self.certificate(), head, slots, tokens)

    def envelope(self, text: str = "Something is wrong.", **changes: object) -> bytes:
        """Seal a tip. *changes* are fields of sealing.Address."""
        keys = receipt.keys(HYBRID, receipt.generate(), self.id)
        told = message.Message(
            kind="tip",
            via="page",
            lang="en",
            category=self.category,
            danger="no",
            desk=self.desk_id,
            acknowledgement=keys.acknowledgement,
            thread=keys.thread,
            counter=0,
            text=text,
        )
        where = {
            "suite": HYBRID,
            "agency": self.id,
            "epoch": self.epoch,
            "desk_keys": [self.desk.public],
            "sorting_keys": [self.sorting.public],
        }
        what = docket.Docket(self.desk_id, "no", keys.acknowledgement)
        return sealing.seal(sealing.Address(**{**where, **changes}), what, keys, message.encode(told))


def make_agency(**changes: object) -> Agency:
    """Return a new agency."""
    return Agency(**changes)


def name_of(sealed: bytes) -> str:
    """Return the name under which an envelope or parcel is PUT."""
    return hashlib.sha256(sealed).hexdigest()


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
