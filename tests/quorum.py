"""An oversight console whose desk opens only together: Ada, Ben and Cem, any two of them.

Nothing here is a secret.
"""

from __future__ import annotations

from pathlib import Path

from tests.cases.conftest import PASSPHRASE
from tests.cases.conftest import Agency as Ordinary
from tipline import db
from tipline.keys import seats
from tipline.keys.officer import CHEAPEST
from tipline.seal import message, receipt, sealing
from tipline.seal.suite import HYBRID
from tipline.setup import agency
from tipline.setup.plan import OfficerPlan, Plan

OVERSEERS = ("Ada", "Ben", "Cem", "Dan", "Eve")
DESK = "Overseers"


class Oversight(Ordinary):
    """The console's files and database; *tip* and *follow_up* send to the desk's seats."""

    k: int = 2
    #: Whom tips are sealed to, if not to the seats.
    others: list[bytes] | None = None

    def desk(self, name: str = DESK) -> bytes:
        return super().desk(name)

    @property
    def seats(self) -> list[bytes]:
        """The ids of the seats, in the order of their officers."""
        with self.engine.connect() as connection:
            return [row.id for row in seats.of(connection, self.desk())]

    def seat_keys(self) -> list[bytes]:
        """The public keys that the keyring names."""
        names = {id_: name for name, id_ in self.made.desks.items()}
        return [self.public(names[seat]) for seat in self.seats]

    def seal_bytes(self, keys: receipt.ReceiptKeys, data: bytes, what: object = None) -> bytes:
        said = message.decode(data)
        docket = what or sealing.docket.Docket(self.desk(), said.danger, keys.acknowledgement)
        sorting = self.sorting[self.made.epoch].public  # type: ignore[union-attr]
        address = sealing.Address(
            HYBRID, self.id, self.made.epoch, self.others or self.seat_keys(), [sorting], self.k
        )
        return sealing.seal(address, docket, keys, data)  # type: ignore[arg-type]


def make(folder: Path, k: int = 2, n: int = 3) -> Oversight:
    """Make the console with its first *n* overseers, any *k* of whom open together."""
    people = tuple(OfficerPlan(name, PASSPHRASE, (DESK,)) for name in OVERSEERS[:n])
    made = agency.create(
        Plan(
            data=folder, name="Oversight", officers=people, triage=DESK, console="oversight",
            categories=(("police", "About the police"),), profile=CHEAPEST, quorum=k,
        )
    )  # fmt: skip
    oversight = Oversight(made, db.open_engine(made.console.parent / "console.db"))
    oversight.k = k
    return oversight
