"""A small agency with a real intake before it, and tipsters who send to it."""

from __future__ import annotations

import hashlib
import socket
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, Table, insert, select

from tests import agencies
from tipline import clock, db, tables
from tipline.board import board
from tipline.board.board import BoardSection
from tipline.collector import epochs, holding
from tipline.collector.holding import Holding
from tipline.collector.relay import Relay
from tipline.intake import rack
from tipline.intake.serve import Intake
from tipline.keyring import keyring
from tipline.keyring.keyring import Keyring
from tipline.keys import recovery, roll
from tipline.keys.officer import CHEAPEST
from tipline.keys.recovery import RecoveryKeys
from tipline.seal import acknowledgement, docket, message, parcel, receipt, sealing, slot
from tipline.seal.suite import HYBRID, PrivateKey, Suite
from tipline.settings import IntakeSettings, load
from tipline.setup.agency import Created
from tipline.setup.plan import Addresses, OfficerPlan, Plan
from tipline.wire import paths, shapes


def free_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


@dataclass
class Office:
    """An agency as made, and what a test needs of it. Nothing runs yet."""

    made: Created
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        self.engine = db.open_engine(self.made.data / "agency" / "console.db")

    @cached_property
    def holding(self) -> Holding:
        return holding.read(self.made.console)

    @property
    def recovery(self) -> RecoveryKeys:
        """The desks' recovery keys."""
        return recovery.installed(self.made.console.parent)

    @property
    def sorting(self) -> dict[int, PrivateKey | None]:
        """The sorting keys of the epochs that live."""
        return epochs.sorting_keys(self.engine, self.holding)

    @property
    def suite(self) -> Suite:
        return self.holding.settings.suite

    def relay(self) -> Relay:
        return Relay(self.holding.settings, self.holding.secret)

    def rows(self, table: Table) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(select(table)))

    def reply(self, count: int = 1) -> list[bytes]:
        """Write an answer's slots as the console does."""
        slots = [slot.dummy() for _ in range(count)]
        with db.writing(self.engine) as connection:
            for item in slots:
                row = {"bytes": item, "kind": "reply", "day": clock.day_number(), "posted": False}
                connection.execute(insert(tables.slot).values(row))
        return slots

    @property
    def intake(self) -> IntakeSettings:
        return load(IntakeSettings, self.made.intake)

    def make_rack(self) -> None:
        settings = self.intake
        path, places = settings.folder / "rack.db", (settings.envelope_places, settings.parcel_places)
        rack.create(path, *places, suite=settings.suite)

    def get(self, path: str) -> bytes:
        # Loading authorities that nothing here asks takes longer than the answer.
        answer = httpx.get(f"http://{self.intake.public}{path}", verify=False)
        assert answer.status_code == 200, answer.text
        return answer.content

    def keyring(self) -> Keyring:
        return keyring.verified(self.get("/keyring"), self.made.fingerprint)

    def board(self) -> BoardSection:
        (section,) = board.verified(self.get("/board"), self.holding.root_public, self.holding.revoked)
        return section

    def send(self, kind: str, data: bytes) -> bytes:
        """PUT an envelope ("e") or a parcel ("p") as the page does; return its id."""
        name = hashlib.sha256(data)
        headers = {paths.WORK_HEADER: paths.NO_WORK, "Content-Type": "application/octet-stream"}
        url = f"http://{self.intake.public}/{kind}/{name.hexdigest()}"
        answer = httpx.put(url, content=data, headers=headers, verify=False)
        assert answer.status_code == 204, answer.text
        return name.digest()

    def send_tip(self, **changes: Any) -> tuple[bytes, receipt.ReceiptKeys]:
        envelope, keys = self.tip(**changes)
        return self.send("e", envelope), keys

    def tip(self, **changes: Any) -> tuple[bytes, receipt.ReceiptKeys]:
        """Seal a tip for this agency. *changes* are fields of the docket or of the address."""
        keys = receipt.keys(self.suite, receipt.generate(), self.holding.agency)
        triage, epoch = self.made.desks["Triage"], changes.get("epoch", self.made.epoch)
        what = docket.Docket(triage, "yes", keys.acknowledgement)
        desk_keys = changes.get("desk_keys") or [self.public(epoch)]
        sorting_keys = changes.get("sorting_keys") or [self.sorting[epoch].public]
        address = sealing.Address(self.suite, self.holding.agency, epoch, desk_keys, sorting_keys)
        for name, value in changes.items():
            if hasattr(what, name):
                what = replace(what, **{name: value})
            else:
                address = replace(address, **{name: value})
        said = message.Message(
            "tip",
            "page",
            "en",
            "drugs",
            "yes",
            what.desk,
            keys.acknowledgement,
            keys.thread,
            0,
            "A boat, at night.",
        )
        return sealing.seal(address, what, keys, message.encode(said)), keys

    def public(self, epoch: int) -> bytes:
        """Return the triage desk's public key of an epoch."""
        own = tables.desk_key.c
        query = select(own.public).where(own.desk == self.made.desks["Triage"], own.epoch == epoch)
        with self.engine.connect() as connection:
            return connection.execute(query).scalar_one()

    def send_parcel(self) -> bytes:
        return self.send("p", parcel.dummy())

    def waiting(self) -> shapes.Offer:
        with self.relay() as relay:
            return relay.list()

    def token(self, keys: receipt.ReceiptKeys, day: int | None = None) -> bytes:
        return acknowledgement.token(HYBRID, keys.acknowledgement, clock.day_number() if day is None else day)


def make_office(data: Path, suite: Suite = HYBRID, **settings: object) -> Office:
    """Make an agency with one officer and a small rack, on free ports."""
    plan = Plan(
        data,
        "Harbour Police",
        (OfficerPlan("Maria", "maria maria maria", ("Triage",)),),
        profile=CHEAPEST,
        addresses=Addresses(*(free_address() for _ in range(2)), None, *(free_address() for _ in range(2))),
        intake={
            "envelope_places": 128, "parcel_places": 8, "proxy_hops": 0,
            "envelope_limit": "10000/hour", "parcel_limit": "10000/hour",
        },
        settings=settings,
        suite=suite,
    )  # fmt: skip
    return Office(agencies.create(plan))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An agency whose "collected" tokens are published at once."""
    office = make_office(tmp_path / "data", collected_delay_days=0)
    yield office
    office.engine.dispose()


@pytest.fixture
def served(office: Office) -> Iterator[Office]:
    """The agency with its intake running."""
    with warnings.catch_warnings():
        # What waitress says of its own settings is intake's matter.
        warnings.simplefilter("ignore", DeprecationWarning)
        office.make_rack()
        intake = Intake(office.intake)
    with intake:
        yield office


@pytest.fixture
def on_day(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """Set the date."""
    return lambda day: monkeypatch.setattr(clock, "today", lambda: day)


@pytest.fixture
def makes_epochs_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of an epoch are made in this process, which has the test's date."""

    def make(config: Path, number: int) -> None:
        engine = db.open_engine(config.parent / "console.db")
        with db.writing(engine) as connection:
            roll.make(connection, config.parent / "keys", number, recovery.installed(config.parent))
        engine.dispose()

    monkeypatch.setattr(epochs, "start_maker", make)
