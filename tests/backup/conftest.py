"""An agency with tips in it, a folder for its backups, and the holders' recovery keys."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import Agency, agency_
from tipline import clock
from tipline.backup import make, reading, restore
from tipline.backup.make import Made
from tipline.ceremony import shares
from tipline.keys import files
from tipline.keys.signing import SigningKey
from tipline.seal.suite import HYBRID, PrivateKey
from tipline.settings import ConsoleSettings

__all__ = ["agency_"]


@dataclass
class Office:
    """*agency* is running in the sense that its database is open; *backups* is another disk."""

    agency: Agency
    backups: Path

    @property
    def folder(self) -> Path:
        return self.agency.made.console.parent

    @property
    def root(self) -> SigningKey:
        return SigningKey(files.read(self.agency.made.root_key, files.ROOT))

    def holders(self, desk: str = "Triage", count: int = 3) -> PrivateKey:
        """So many of a desk's holders come together."""
        return HYBRID.private(shares.combine(self.agency.made.shares[self.agency.desk(desk)][:count]))

    def back_up(self) -> Made:
        return make.make(self.agency.made.console, self.backups)

    def restore(self, path: Path, to: Path, desk: str = "Triage") -> ConsoleSettings:
        with reading.opened(path) as backup:
            backup.verify(self.agency.made.fingerprint)
            return restore.restore(backup, restore.open_key(backup, self.holders(desk)), to)

    def is_good(self, path: Path) -> bool:
        return reading.is_good(path, self.agency.made.fingerprint)

    def lose(self) -> None:
        """The machine burns."""
        self.agency.engine.dispose()
        shutil.rmtree(self.folder)


@pytest.fixture
def office(agency_: Agency, tmp_path: Path) -> Office:
    (tmp_path / "backups").mkdir()
    return Office(agency_, tmp_path / "backups")


@pytest.fixture
def on_day(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """Set the date."""
    return lambda day: monkeypatch.setattr(clock, "today", lambda: day)
