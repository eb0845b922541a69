"""An agency that makes and rotates backups for weeks: what was harvested stays closed, with all shares."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.collector.conftest import Office
from tests.collector.rolling import DAY, Rolling, Shelf, Time, found
from tipline import clock
from tipline.backup import make, reading, restore, rotate
from tipline.backup.rotate import Ended
from tipline.ceremony import shares
from tipline.keys import desk as desk_keys
from tipline.keys import epoch_key, files, recovery
from tipline.seal import opening
from tipline.seal.suite import HYBRID, PrivateKey


@dataclass
class Weeks:
    """*rolling* lives on, *backups* is its other disk."""

    rolling: Rolling
    backups: Path
    scratch: Path

    def day(self) -> None:
        rolling = self.rolling
        rolling.round()
        rolling.work()
        rolling.round()
        rolling.time.go(DAY)

    def back_up(self) -> Path:
        return make.make(self.rolling.office.made.console, self.backups).path

    def rotate(self, keep_days: int = rotate.KEEP_DAYS_MAX) -> list[rotate.Removed]:
        made = self.rolling.office.made
        return rotate.rotate(self.backups, made.fingerprint, keep_days, Ended(self.destroyed()))

    def destroyed(self) -> dict[int, int]:
        with self.rolling.office.engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT epoch, destroyed FROM epoch WHERE destroyed NOTNULL")
            return dict(tuple(row) for row in rows)

    def opens(self, file: Path, envelope: bytes) -> bool:
        """Whether all holders of all desks together open an envelope with what is in a backup."""
        made = self.rolling.office.made
        holders = {
            desk: HYBRID.private(shares.combine(words[:3])) for desk, words in made.shares.items() if desk
        }
        with reading.opened(file) as backup:
            key = next(iter(filter(None, map(backup.front.open_key, holders.values()))))
            held = {one.name: b"".join(pieces) for one, pieces in backup.files(backup.open_manifest(key))}
        (self.scratch / "db").write_bytes(held["console.db"])
        with closing(sqlite3.connect(self.scratch / "db")) as database:
            rows = database.execute("SELECT desk, epoch, sealed FROM recovery_key").fetchall()
        keys = self._keys(rows, held, holders)
        return any(opening.open_stanza(envelope, private) for private in keys)

    def _keys(self, rows, held: dict[str, bytes], holders) -> Iterator[PrivateKey]:
        for desk, number, sealed in rows:
            name = f"keys/epochs/{number}.key"
            if name in held:
                (self.scratch / "key").write_bytes(held[name])
                (self.scratch / "key").chmod(0o600)
                lock = files.read(self.scratch / "key", files.EPOCH)[:32]
                secret = recovery.open_as_holders(holders[desk], desk, number, sealed)
                private = desk_keys.disclosed(HYBRID, secret, desk, lock)
                if private is not None:
                    yield private


@pytest.fixture
def weeks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Weeks]:
    time = Time(monkeypatch)
    office = found(tmp_path / "data")
    for name in ("backups", "scratch"):
        (tmp_path / name).mkdir()
    rolling = Rolling(office, time, Shelf(office.made, time))
    yield Weeks(rolling, tmp_path / "backups", tmp_path / "scratch")
    office.engine.dispose()


def harvest(weeks: Weeks) -> tuple[bytes, int]:
    """Somebody records a tip on the wire that never arrives; return it with its epoch."""
    weeks.day()
    envelope = weeks.rolling.tip()
    assert envelope is not None
    del weeks.rolling.relay.kept[hashlib.sha256(envelope).digest()]
    return envelope, weeks.rolling.office.made.epoch


def until_destroyed(weeks: Weeks, number: int, every: int) -> int:
    """Live until an epoch is destroyed, with a backup every so many days; return that day."""
    for day in range(60):
        if day % every == 0:
            weeks.back_up()
            weeks.rotate()
        weeks.day()
        if number in weeks.destroyed():
            assert number not in epoch_key.there(weeks.rolling.office.holding.keys)
            return weeks.destroyed()[number]
    pytest.fail("it was not destroyed in 60 days")


@pytest.mark.assurance
def test_thirty_days_after_its_end_no_backup_opens_what_was_sealed_to_an_epoch(weeks: Weeks):
    """Not with the shares of every desk. Before that one could, which shows that it was looked for well."""
    envelope, number = harvest(weeks)
    end = until_destroyed(weeks, number, every=9)
    assert any(weeks.opens(file, envelope) for file in weeks.backups.iterdir())
    while clock.day_number() < end + 30:
        if clock.day_number() % 9 == 0:
            weeks.back_up()
        weeks.rotate()
        weeks.day()
    left = list(weeks.backups.iterdir())
    assert left
    assert not any(weeks.opens(file, envelope) for file in left)
    assert all(file.suffix == ".backup" for file in left)


@pytest.mark.assurance
def test_even_the_last_backup_goes_for_it(weeks: Weeks):
    """No newer one could be made since: it is removed, and the rotation says that there is none any more."""
    envelope, number = harvest(weeks)
    end = until_destroyed(weeks, number, every=100)
    (last,) = weeks.backups.iterdir()
    assert weeks.opens(last, envelope)
    told: list[rotate.Removed] = []
    while clock.day_number() < end + 30:
        told += weeks.rotate()
        weeks.rolling.time.go(DAY)
    assert told == [rotate.Removed(last, frozenset({number}))]
    assert list(weeks.backups.iterdir()) == []


def test_an_epoch_that_a_restore_brought_back_ends_again(weeks: Weeks):
    """A backup of before its end makes its keys live once more: three weeks of running, and not longer."""
    _, number = harvest(weeks)
    until_destroyed(weeks, number, every=9)
    old = next(path for path in sorted(weeks.backups.iterdir()) if number in epochs_in(path))
    made = weeks.rolling.office.made
    weeks.rolling.office.engine.dispose()
    shutil.rmtree(made.console.parent)
    holders = HYBRID.private(shares.combine(made.shares[made.desks["Triage"]][:3]))
    with reading.opened(old) as backup:
        backup.verify(made.fingerprint)
        restore.restore(backup, restore.open_key(backup, holders), made.console.parent)
    weeks.rolling = Rolling(Office(made), weeks.rolling.time, weeks.rolling.relay)
    days = 0
    while number in weeks.rolling.living():
        assert number not in weeks.destroyed()
        weeks.day()
        days += 1
    assert 21 <= days <= 23
    assert number in weeks.destroyed()
    weeks.rolling.office.engine.dispose()


def epochs_in(path: Path) -> frozenset[int]:
    with reading.opened(path) as backup:
        return backup.front.epochs
