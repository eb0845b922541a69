"""The epochs' task, by its real code: the maker is the process of its own that it is in an agency."""

from __future__ import annotations

import logging
import time

import pytest
from sqlalchemy import insert, update

from tests.collector.rolling import DAY, Rolling, Shelf, Time, found
from tipline import clock, db, tables
from tipline.collector import epochs
from tipline.errors import EpochError
from tipline.keys import epoch, epoch_key, epoch_rows
from tipline.keys.epoch import LIVED_SECONDS


@pytest.fixture
def rolling(tmp_path, monkeypatch: pytest.MonkeyPatch):
    """An agency on the first day of its first epoch, with two desks that receive."""
    time = Time(monkeypatch)
    office = found(tmp_path / "data")
    yield Rolling(office, time, Shelf(office.made, time))
    office.engine.dispose()


def facts(rolling: Rolling) -> dict[int, epoch.Epoch]:
    with rolling.office.engine.connect() as connection:
        known = epoch_rows.read(connection, rolling.office.holding.keys)
    return {one.number: one for one in known}


def change(rolling: Rolling, number: int, **values: object) -> None:
    own = tables.epoch
    with db.writing(rolling.office.engine) as connection:
        connection.execute(update(own).where(own.c.epoch == number).values(values))


def attend(rolling: Rolling) -> str:
    return epochs.attend(rolling.office.engine, rolling.office.holding)


def test_it_completes_an_epoch_for_a_desk_that_receives_since(rolling):
    """Harbour began to receive after the epoch was made: it gets its key in the next round."""
    number = rolling.office.made.epoch
    assert facts(rolling)[number].lacking
    assert attend(rolling) == f"made epoch {number}"
    assert not facts(rolling)[number].lacking
    keys = [row for row in rolling.office.rows(tables.desk_key) if row.epoch == number]
    assert {row.desk for row in keys} == set(rolling.office.made.desks.values())
    assert attend(rolling) == ""


def test_it_makes_next_weeks_keys_in_a_process_that_ends(rolling):
    """Sealed to each desk's officers, who see them without signing in again, and to the holders."""
    attend(rolling)
    rolling.work()
    rolling.time.go(4 * DAY)
    following = rolling.office.made.epoch + 1
    assert attend(rolling) == f"made epoch {following}"
    rolling.work()
    for name, own in rolling.works.items():
        (desk,) = own.member.desks.values()
        (row,) = (
            row
            for row in rolling.office.rows(tables.desk_key)
            if (row.desk, row.epoch) == (desk.id, following)
        )
        assert desk.keys[following].public == row.public, name
    assert sum(row.epoch == following for row in rolling.office.rows(tables.recovery_key)) == 2


def test_it_says_what_the_maker_said_and_destroys_nevertheless(rolling, caplog):
    """A recovery.pub that does not hold keeps new keys from being made, and not old ones from ending."""
    attend(rolling)
    first = rolling.office.made.epoch
    change(rolling, first, lived=LIVED_SECONDS, collected=0, named_until=0)
    (rolling.office.made.console.parent / "recovery.pub").write_text("TIPLINE RECOVERY KEYS 1\nAAAA\n")
    rolling.time.go(28 * DAY)
    with pytest.raises(EpochError, match="was not made: KeyringError"):
        attend(rolling)
    assert rolling.living() == frozenset()
    assert facts(rolling)[first].destroyed == clock.day_number()


@pytest.mark.parametrize(
    "held",
    [{"lived": LIVED_SECONDS - DAY}, {"collected": None}, {"at_relay": True}, {"named_until": 10**6}],
)
def test_it_destroys_nothing_that_waits(rolling, held: dict[str, object]):
    """Each fact by itself keeps the key file and every row."""
    attend(rolling)
    first = rolling.office.made.epoch
    change(rolling, first, **{"lived": LIVED_SECONDS, "collected": 0, "named_until": 0, **held})
    before = rolling.office.rows(tables.member_key)
    assert attend(rolling) == ""
    assert first in rolling.living()
    assert rolling.office.rows(tables.member_key) == before


def test_it_waits_for_each_desk(rolling):
    """Triage tried what came, Harbour did not: the console can say so, and since when nobody was there."""
    attend(rolling)
    rolling.round()
    rolling.work()
    rolling.away = {"Jonas"}
    rolling.time.go(DAY)
    rolling.tip("Harbour")
    rolling.round()
    rolling.work()
    first = rolling.office.made.epoch
    change(rolling, first, lived=LIVED_SECONDS, collected=1, named_until=0, at_relay=False)
    assert attend(rolling) == ""
    with rolling.office.engine.connect() as connection:
        found = {desk.name: desk for desk in epoch_rows.desks_of(connection, facts(rolling)[first])}
    assert (found["Triage"].untried, found["Harbour"].untried) == (0, 1)
    assert found["Triage"].signed_in - found["Harbour"].signed_in == 1
    rolling.away = set()
    rolling.work()
    assert f"destroyed epoch {first}" in attend(rolling)


def test_time_counts_by_the_machine_and_not_by_its_clock(rolling):
    """A clock that jumps adds nothing; a machine that was off adds nothing; nothing is counted twice."""
    first = rolling.office.made.epoch
    attend(rolling)

    def lived() -> int:
        attend(rolling)
        return facts(rolling)[first].lived

    start = lived()
    rolling.time.off = 400
    assert lived() == start
    rolling.time.off = -400
    assert lived() == start
    rolling.time.go(DAY, running=False)
    assert lived() == start
    rolling.time.go(DAY)
    assert lived() == start + DAY == lived()
    rolling.time.up -= 10
    assert lived() == start + DAY


def test_all_goes_well_within_four_weeks_of_the_week(rolling):
    """With a relay and officers that are there, no key outlives its week by more than 23 days."""
    for _ in range(75):
        rolling.round()
        rolling.tip("Triage")
        rolling.round()
        rolling.work()
        rolling.time.go(DAY)
    today = clock.day_number()
    assert all(epoch.first_day(number + 1) + 23 >= today for number in rolling.living())
    destroyed = [one for one in facts(rolling).values() if one.destroyed is not None]
    assert len(destroyed) >= 6
    assert all(one.destroyed - epoch.first_day(one.number + 1) in range(20, 24) for one in destroyed)
    assert rolling.sent.keys() == rolling.opened()


def test_the_journal_is_emptied_every_round(rolling):
    """What was deleted does not wait in SQLite's journal for months."""
    journal = rolling.office.made.console.parent / "console.db-wal"
    with db.writing(rolling.office.engine) as connection:
        connection.execute(insert(tables.state).values(name="x", value="y"))
    assert journal.stat().st_size > 0
    attend(rolling)
    assert journal.stat().st_size == 0


def test_somebody_who_reads_holds_up_the_journal_and_nobody_else(rolling):
    """An officer's long reading leaves the journal as it is until the next round."""
    journal = rolling.office.made.console.parent / "console.db-wal"
    with rolling.office.engine.connect() as reading:
        reading.exec_driver_sql("BEGIN")
        reading.execute(tables.desk.select()).all()
        started = time.monotonic()
        attend(rolling)
        assert time.monotonic() - started < 20
        assert journal.stat().st_size > 0
    attend(rolling)
    assert journal.stat().st_size == 0


def test_it_warns_of_a_key_file_that_is_missing(rolling, caplog):
    """And does not take it for destroyed: the old epoch goes on, and the rows stay until it is restored."""
    attend(rolling)
    first = rolling.office.made.epoch
    rolling.time.go(7 * DAY)
    attend(rolling)
    path = epoch_key.path_of(rolling.office.holding.keys, first + 1)
    away = path.rename(path.with_suffix(".away"))
    with caplog.at_level(logging.WARNING):
        attend(rolling)
    assert f"the key file of epoch {first + 1} is missing" in caplog.text
    assert f"epoch {first + 1} has no keys yet: the keyring names epoch {first}" in caplog.text
    assert facts(rolling)[first + 1].destroyed is None
    away.rename(path)
    assert facts(rolling)[first + 1].usable
