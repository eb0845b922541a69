"""The small agency with ways by which alerts go out, real servers behind them, and a clock that is walked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from tests.alerts import servers
from tests.conftest import Agency, agency_
from tipline import clock, db, tables
from tipline.alerts import rows
from tipline.alerts.ladder import Alert
from tipline.alerts.round import Round
from tipline.alerts.settings import AlertsSettings
from tipline.cases import case
from tipline.settings import ConsoleSettings, load

__all__ = ["agency_"]

START = 1_800_000_000


@dataclass
class Office:
    """An agency, its ntfy server, and what was published there since somebody looked."""

    agency: Agency
    web: servers.Web
    ways: dict[str, object] = field(default_factory=dict)
    now: int = START

    @property
    def settings(self) -> ConsoleSettings:
        read = load(ConsoleSettings, self.agency.made.console)
        ways = {"ntfy": {"server": self.web.url, "topic": "desk"}, "check_minutes": 1440, **self.ways}
        return read.model_copy(update={"alerts": AlertsSettings.model_validate(ways)})

    def round(self) -> Round:
        return Round(self.agency.engine, self.settings, self.agency.keys)

    def after(self, minutes: int) -> list[tuple[str, str]]:
        """Let so many minutes go by and do a round; return (topic, words) of all that was published."""
        self.now += 60 * minutes
        before = len(self.web.got)
        self.round().do()
        new = [got for got in self.web.got[before:] if got.method == "POST"]
        return sorted((got.path[1:], got.body.decode().strip()) for got in new)

    def alert(self, desk: str = "Triage") -> Alert | None:
        with self.agency.engine.connect() as connection:
            return rows.alert_of(connection, self.agency.desk(desk))

    def officer(self, name: str) -> bytes:
        own = tables.officer.c
        with self.agency.engine.connect() as connection:
            return connection.execute(select(own.id).where(own.name == name)).scalar_one()

    def reached_by(self, name: str, **where: str | None) -> None:
        row = {"officer": self.officer(name), "mail": "", "ntfy": "", "tried": self.now, **where}
        with db.writing(self.agency.engine) as connection:
            connection.execute(insert(tables.reach).values(row))

    def on_call(self, name: str, place: int = 1) -> None:
        """Put somebody on call for every hour of the week."""
        with db.writing(self.agency.engine) as connection:
            for day in range(7):
                row = {"officer": self.officer(name), "desk": self.agency.desk(), "place": place}
                row |= {"id": bytes([place, day]) * 8, "weekday": day, "start": 0, "minutes": 24 * 60}
                connection.execute(insert(tables.shift).values(row))

    def open(self, number: int, name: str = "Alice") -> None:
        case.open_(self.agency.work(name), number)


@pytest.fixture
def office(agency_: Agency, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The agency, nothing received yet."""
    with servers.web() as web:
        made = Office(agency_, web)
        monkeypatch.setattr(clock, "seconds", lambda: made.now)
        yield made


@pytest.fixture
def folder(agency_: Agency) -> Path:
    """The folder of the agency's settings."""
    return agency_.made.console.parent
