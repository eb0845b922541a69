"""A small agency whose audit has entries of two desks, and day heads as its collector makes them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from tests import agencies
from tests.conftest import OFFICERS, PASSPHRASE, Agency
from tipline import clock, db, tables
from tipline.audit import database, heads
from tipline.audit.actions import OPENED, ROUTED
from tipline.audit.published import Kept
from tipline.audit.verify import Report, verify
from tipline.cases import audit
from tipline.keys.officer import CHEAPEST
from tipline.setup.plan import OfficerPlan, Plan
from tipline.staff.member import Member


@dataclass
class Audited:
    """The agency, what its boards published, by day, and what an attacker does to its rows."""

    agency: Agency
    published: dict[date, Kept] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.agency.made.console.parent

    def member(self, name: str) -> Member:
        return self.agency.work(name).member

    def act(self, name: str, desk: str, count: int = 1, action: str = OPENED) -> None:
        """Write entries."""
        who = self.member(name)
        with db.writing(self.agency.engine) as connection:
            for _ in range(count):
                audit.append(connection, who, self.agency.desk(desk), (action, {"about": "something"}))

    def publish(self, days_ago: int) -> Kept:
        """Make the day head of a day that was so many days ago, as the collector does with a board."""
        day = clock.today() - timedelta(days=days_ago)
        with db.writing(self.agency.engine) as connection:
            digest = heads.for_board(connection, "agency", 10_000 - days_ago, day)
        self.published[day] = Kept(digest)
        return self.published[day]

    def verify(self, *kept: Kept) -> Report:
        with database.opened(self.folder) as source:
            return verify(source, kept)

    def row(self, seq: int, desk: str = "Triage") -> Any:
        own = tables.audit.c
        with self.agency.engine.connect() as connection:
            query = select(tables.audit).where(own.desk == self.agency.desk(desk), own.seq == seq)
            return connection.execute(query).one()

    def change(self, number: int, **values: object) -> None:
        own = tables.audit.c
        with db.writing(self.agency.engine) as connection:
            this = update(tables.audit).where(own.desk == self.agency.desk(), own.seq == number)
            connection.execute(this.values(**values))

    def move(self, seq: int, to: int, desk: str = "Triage") -> None:
        """Give an entry of triage another number, or another desk."""
        self.change(seq, seq=to, desk=self.agency.desk(desk))

    def remove(self, *seqs: int, desk: str = "Triage") -> None:
        own = tables.audit.c
        with db.writing(self.agency.engine) as connection:
            connection.execute(
                delete(tables.audit).where(own.desk == self.agency.desk(desk), own.seq.in_(seqs))
            )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Audited:
    """Six entries at triage and two at a unit, a head of two days ago and one of yesterday, then two more."""
    folder = tmp_path_factory.mktemp("audited") / "data"
    officers = tuple(OfficerPlan(name, PASSPHRASE, (desk,)) for name, desk in OFFICERS)
    plan = Plan(folder, "Test Agency", officers, ("Narcotics", "Traffic"), profile=CHEAPEST)
    begun = agencies.create(plan)
    made = Audited(Agency(begun, db.open_engine(folder / "agency" / "console.db")))
    made.act("Alice", "Triage", 3)
    made.publish(2)
    made.act("Alan", "Triage", 3, ROUTED)
    made.act("Bob", "Narcotics", 2)
    made.publish(1)
    made.act("Alice", "Triage")
    made.act("Bob", "Narcotics")
    made.agency.engine.dispose()
    return made


@pytest.fixture
def audited(made: Audited, tmp_path: Path) -> Iterator[Audited]:
    """A copy of it, to do with what an attacker does."""
    data = shutil.copytree(made.agency.made.data, tmp_path / "data")
    engine = db.open_engine(data / "agency" / "console.db")
    yield Audited(Agency(replace(made.agency.made, data=data), engine), dict(made.published))
    engine.dispose()
