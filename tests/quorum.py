"""An oversight console whose desk opens only together: Ada, Ben and Cem, any two of them.

Nothing here is a secret.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select, update

from tests import agencies
from tests.conftest import PASSPHRASE
from tests.conftest import Agency as Ordinary
from tipline import db, tables
from tipline.keys import seats
from tipline.keys.officer import CHEAPEST
from tipline.seal import docket, message, receipt, rewrap, stanza
from tipline.seal.suite import HYBRID
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

    def seal(self, keys: receipt.ReceiptKeys, text: str = "words", **changes: object) -> bytes:
        said = self.message(keys, text, **changes)
        named = docket.Docket(said.desk, said.danger, said.acknowledgement)
        return self.seal_bytes(keys, message.encode(said), named)

    def seal_bytes(
        self, keys: receipt.ReceiptKeys, data: bytes, what: docket.Docket | None = None, **where: object
    ) -> bytes:
        seats = {"desk_keys": self.others or self.seat_keys(), "k": self.k}
        named = what or docket.Docket(self.desk(), "no", keys.acknowledgement)
        return super().seal_bytes(keys, data, named, **(seats | where))

    def public(self, name: str = "", epoch: int | None = None) -> bytes:
        return super().public(name or next(iter(self.made.desks)), 0 if not name else epoch)

    def replace_share(self, place: int) -> None:
        """Put another share in the place of a seat's, as anybody can who writes to the database."""
        seat, names = self.seats[place], {id_: name for name, id_ in self.made.desks.items()}
        at, share = tables.stanza, stanza.Stanza(stanza.SHARE, b"g" * 32, 9, 2, 3)
        with db.writing(self.engine) as connection:
            for row in connection.execute(select(at).where(at.c.desk == seat)).all():
                wrapped = rewrap.rewrap(HYBRID, self.public(names[seat], 0), row.envelope, seat, share)
                connection.execute(update(at).where(at.c.seq == row.seq).values(sealed=wrapped))


def make(folder: Path, k: int = 2, n: int = 3) -> Oversight:
    """Make the console with its first *n* overseers, any *k* of whom open together."""
    people = tuple(OfficerPlan(name, PASSPHRASE, (DESK,)) for name in OVERSEERS[:n])
    made = agencies.create(
        Plan(
            data=folder, name="Oversight", officers=people, triage=DESK, console="oversight",
            categories=(("police", "About the police"),), profile=CHEAPEST, quorum=k,
        )
    )  # fmt: skip
    oversight = Oversight(made, db.open_engine(made.console.parent / "console.db"))
    oversight.k = k
    return oversight
