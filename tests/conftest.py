"""A small agency on real SQLite files, and tips sealed for it. Nothing here is a secret.

Alice and Alan triage. Bob is at the unit Narcotics, Carol at Traffic: she is the one who should see nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, select

from tests import agencies
from tipline import clock, db, tables
from tipline.cases.work import Work
from tipline.collector import sort, store
from tipline.keys import epoch_key, recovery
from tipline.keys.officer import CHEAPEST
from tipline.keys.recovery import RecoveryKeys
from tipline.papers.reason import Reason
from tipline.routing.route import Giving
from tipline.seal import docket, message, parcel, receipt, rewrap, sealing
from tipline.seal.suite import HYBRID, PrivateKey
from tipline.setup import agency
from tipline.setup.plan import OfficerPlan, Plan
from tipline.staff import member


class _Compiled(BytecodeCache):
    """Templates as they were compiled once in this process: every test has an app of its own."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        known = self._known.get((bucket.key, bucket.checksum))
        if known is not None:
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


# Compiling them took more time than all else that tests of pages do.
Flask.jinja_options = {"bytecode_cache": _Compiled()}

PASSPHRASE = "correct horse battery"
#: What a unit is given without a second officer's approval: the report, or the tipster's own words as well.
REPORT = Giving(approval=False)
RAW = Giving(Reason("exact"), approval=False)
OFFICERS = (("Alice", "Triage"), ("Alan", "Triage"), ("Bob", "Narcotics"), ("Carol", "Traffic"))


@dataclass
class Agency:
    made: agency.Created
    engine: Engine
    envelopes: list[bytes] = field(default_factory=list)

    @property
    def keys(self) -> Path:
        """The folder of key files."""
        return self.made.console.parent / "keys"

    @property
    def recovery(self) -> RecoveryKeys:
        """The desks' recovery keys."""
        return recovery.installed(self.keys.parent)

    @property
    def sorting(self) -> dict[int, PrivateKey | None]:
        """The sorting keys, by epoch."""
        keys = {number: epoch_key.read(self.keys, number) for number in epoch_key.there(self.keys)}
        return {number: key.sorting(HYBRID) for number, key in keys.items() if key}

    @property
    def id(self) -> bytes:
        return self.made.fingerprint[:8]

    def desk(self, name: str = "Triage") -> bytes:
        return self.made.desks[name]

    def public(self, name: str = "Triage", epoch: int | None = None) -> bytes:
        own, number = tables.desk_key.c, self.made.epoch if epoch is None else epoch
        with self.engine.connect() as connection:
            return connection.execute(
                select(own.public).where(own.desk == self.desk(name), own.epoch == number)
            ).scalar_one()

    def work(self, name: str) -> Work:
        """Sign an officer in and bring the index up to date."""
        own = Work(self.engine, member.sign_in(self.engine, self.keys, name, PASSPHRASE))
        own.refresh()
        return own

    def receive(self, envelope: bytes, what: sort.Sorted | None = None) -> bytes:
        """Store an envelope as the collector does."""
        day = clock.day_number()
        envelope_id = rewrap.envelope_id(envelope)
        what = what or sort.sort(envelope, self.id, self.sorting, day)
        store.add_envelope(self.engine, envelope_id, envelope, (day, day), what)
        return envelope_id

    def seal(self, keys: receipt.ReceiptKeys, text: str = "words", **changes: object) -> bytes:
        """Seal a message; *changes* are its fields, or "docket" for a docket that says something else.

        "to" is the epoch of the keys, "bears" the one in the header, "desk_key" another key than the desk's.
        """
        to = changes.pop("to", self.made.epoch)
        where = {"epoch": changes.pop("bears", to), "sorting_keys": [self.sorting[to].public]}
        where["desk_keys"] = [changes.pop("desk_key", None) or self.public(epoch=to)]
        said = self.message(keys, text, **changes)
        what = changes.get("docket", docket.Docket(said.desk, said.danger, said.acknowledgement))
        return self.seal_bytes(keys, message.encode(said), what, **where)

    def seal_bytes(
        self, keys: receipt.ReceiptKeys, data: bytes, what: docket.Docket | None = None, **where: object
    ) -> bytes:
        what, epoch = what or docket.Docket(self.desk(), "no", keys.acknowledgement), self.made.epoch
        usual = {
            "epoch": epoch,
            "desk_keys": [self.public()],
            "sorting_keys": [self.sorting[epoch].public],
        }
        return sealing.seal(sealing.Address(HYBRID, self.id, **(usual | where)), what, keys, data)

    def message(self, keys: receipt.ReceiptKeys, text: str, **changes: object) -> message.Message:
        fields: dict[str, object] = {
            "kind": "tip", "via": "page", "lang": "en", "category": "drugs", "danger": "no",
            "desk": self.desk(), "acknowledgement": keys.acknowledgement, "thread": keys.thread,
            "counter": 0, "text": text,
        }  # fmt: skip
        changes.pop("docket", None)
        return message.Message(**(fields | changes))  # type: ignore[arg-type]

    def tip(self, text: str = "words", **changes: object) -> receipt.ReceiptKeys:
        """Send a tip all the way into the database; return its receipt's keys."""
        keys = self.receipt()
        self.receive(self.seal(keys, text, **changes))
        return keys

    def receipt(self) -> receipt.ReceiptKeys:
        return receipt.keys(HYBRID, receipt.generate(), self.id)

    def file(self, data: bytes, name: str = "photo.jpg", kind: str = "image/jpeg") -> message.File:
        """Seal a file and store its parcels."""
        key, count = bytes([len(data) % 256]) * 32, parcel.count_for(len(data))
        ids = []
        for index in range(count):
            piece = data[index * parcel.PIECE : (index + 1) * parcel.PIECE]
            ids.append(self.parcel(parcel.seal(HYBRID, key, index, count, piece)))
        return message.File(name, kind, len(data), key, tuple(ids))

    def parcel(self, sealed: bytes) -> bytes:
        """Store a parcel as the collector does; return its id."""
        parcel_id = rewrap.envelope_id(sealed)
        store.add_parcel(self.engine, parcel_id, sealed, clock.day_number())
        return parcel_id

    def count(self, table: str) -> int:
        with self.engine.connect() as connection:
            return len(connection.execute(select(tables.metadata.tables[table])).all())


@pytest.fixture
def agency_(tmp_path: Path):
    """An agency with four officers, nothing received yet."""
    with small_agency(tmp_path) as agency_:
        yield agency_


@contextmanager
def small_agency(folder: Path) -> Iterator[Agency]:
    """Make the agency in a folder of its own."""
    officers = tuple(OfficerPlan(name, PASSPHRASE, (desk,)) for name, desk in OFFICERS)
    plan = Plan(folder / "data", "Test Agency", officers, ("Narcotics", "Traffic"), profile=CHEAPEST)
    made = agencies.create(plan)
    engine = db.open_engine(folder / "data" / "agency" / "console.db")
    yield Agency(made, engine)
    engine.dispose()
