"""Old backups go, the newest good one stays, and a destroyed epoch is in none after thirty days."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.backup.conftest import Office
from tipline import clock
from tipline.backup import reading, rotate
from tipline.backup.rotate import Ended, Found, Removed
from tipline.errors import BackupError

TODAY = 20_000


def found(name: str, age: int, *epochs: int) -> Found:
    return Found(Path(name), TODAY - age, 0, frozenset(epochs))


def test_what_is_older_than_it_is_kept_goes():
    """To the day."""
    backups = [found("a", 15, 1), found("b", 14, 1), found("c", 0, 1)]
    assert rotate.choose(backups, Path("c"), TODAY, 14, Ended({})) == [Removed(Path("a"))]


def test_the_newest_good_one_stays_however_old():
    """Better an old backup than none; a newer one that is damaged goes in its time."""
    backups = [found("good", 300, 1), found("damaged", 20, 1)]
    assert rotate.choose(backups, Path("good"), TODAY, 14, Ended({})) == [Removed(Path("damaged"))]


def test_what_holds_a_destroyed_epochs_key_goes_in_time():
    """Before thirty days are over, however young it is, and even if it is the last: then it is said."""
    backups = [found("a", 10, 1, 2), found("b", 0, 2, 3)]
    assert rotate.choose(backups, Path("b"), TODAY, 14, Ended({1: TODAY - 28})) == []
    assert rotate.choose(backups, Path("b"), TODAY, 14, Ended({1: TODAY - 29})) == [Removed(Path("a"))]
    forced = rotate.choose(backups, Path("b"), TODAY, 14, Ended({2: TODAY - 29}))
    assert forced == [Removed(Path("a")), Removed(Path("b"), frozenset({2}))]


def test_what_is_from_before_a_shredding_was_final_goes_in_time():
    """Its locks would open a copy of the database from then: also the last backup goes, and it is said."""
    backups = [found("a", 40, 1), found("b", 29, 1)]
    assert rotate.choose(backups, Path("b"), TODAY, 14, Ended(shredded=[TODAY - 28])) == [Removed(Path("a"))]
    forced = rotate.choose(backups, Path("b"), TODAY, 14, Ended(shredded=[TODAY - 60, TODAY - 29]))
    assert forced == [Removed(Path("a")), Removed(Path("b"), shredded=True)]
    younger = [found("c", 28, 1)]
    assert rotate.choose(younger, Path("c"), TODAY, 14, Ended(shredded=[TODAY - 29])) == []


def test_one_that_cannot_be_read_may_hold_anything():
    """A damaged front may still give its keys away."""
    unread = Found(Path("a"), TODAY - 5, 0, None)
    assert rotate.choose([unread], None, TODAY, 14, Ended({})) == []
    assert rotate.choose([unread], None, TODAY, 14, Ended({1: TODAY - 29})) == [Removed(Path("a"))]


@given(
    st.lists(st.tuples(st.integers(0, 60), st.frozensets(st.integers(1, 9))), max_size=12),
    st.dictionaries(st.integers(1, 9), st.integers(0, 60)),
    st.integers(1, rotate.KEEP_DAYS_MAX),
)
def test_whatever_is_left_holds_nothing_that_it_must_not(ages, destroyed, keep):
    """Of any backups, any destroyed epochs, and any number of days."""
    backups = [found(str(place), age, *epochs) for place, (age, epochs) in enumerate(ages)]
    days = {epoch: TODAY - ago for epoch, ago in destroyed.items()}
    newest = backups[0].path if backups else None
    gone = {one.path for one in rotate.choose(backups, newest, TODAY, keep, Ended(days))}
    for one in backups:
        if one.path not in gone:
            assert all(destroyed.get(epoch, 0) < 29 for epoch in one.epochs)
            assert one.path == newest or TODAY - one.day <= keep


@pytest.mark.parametrize("days", [0, 30])
def test_it_keeps_them_no_longer_than_may_be(office: Office, days: int):
    """Thirty days would be a day too many."""
    with pytest.raises(BackupError, match="1 to 29 days"):
        rotate.rotate(office.backups, office.agency.made.fingerprint, days, Ended({}))


def test_what_goes_is_overwritten_and_what_is_no_backup_of_ours_stays(office: Office, on_day, tmp_path: Path):
    """The very blocks, seen through another name of the file; other files in the folder are left alone."""
    today = clock.today()
    on_day(today - timedelta(days=20))
    old = office.back_up().path
    os.link(old, tmp_path / "other name")
    before = old.read_bytes()
    on_day(today)
    (office.backups / "holiday.jpg").write_bytes(b"not ours")
    other = office.backups / "tipline-2020-01-01-00000000.backup"
    other.write_bytes(before[:6] + bytes(8) + before[14:])
    kept = office.back_up().path
    removed = rotate.rotate(office.backups, office.agency.made.fingerprint, 14, Ended({}))
    assert removed == [Removed(old)]
    assert sorted(office.backups.iterdir()) == sorted([office.backups / "holiday.jpg", other, kept])
    after = (tmp_path / "other name").read_bytes()
    assert len(after) == len(before)
    assert not any(after[at : at + 64] == before[at : at + 64] for at in range(0, len(before), 64))


def test_the_newest_good_one_is_found_by_reading_it(office: Office, on_day):
    """A newer one with one wrong bit does not count, and so the older one stays."""
    today = clock.today()
    on_day(today - timedelta(days=40))
    good = office.back_up().path
    on_day(today - timedelta(days=20))
    damaged = office.back_up().path
    with damaged.open("r+b") as file:
        file.seek(-5000, os.SEEK_END)
        file.write(b"x")
    on_day(today)
    assert rotate.rotate(office.backups, office.agency.made.fingerprint, 14, Ended({})) == [Removed(damaged)]
    assert reading.is_good(good, office.agency.made.fingerprint)
