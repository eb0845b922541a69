"""Backups and the locks of keys at rest: what a copied row is sealed to can be opened after a restore."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.backup.conftest import Office
from tests.closing import shredded
from tests.conftest import PASSPHRASE
from tipline import db
from tipline.backup import contents, make
from tipline.backup.make import Made
from tipline.cases import case
from tipline.cases.work import Work
from tipline.errors import BackupError
from tipline.keys import rest_lock
from tipline.staff import member, rekey


def renew_whole(office: Office) -> None:
    """The desk's key at rest makes way for another one, to the end."""
    with db.writing(office.agency.engine) as connection:
        rekey.ask(connection, office.agency.desk())
    alan = office.agency.work("Alan")
    for _ in range(4):
        alan.refresh()


@contextmanager
def restored(office: Office, made: Made, to: Path) -> Iterator[Work]:
    """Alice at the machine that a backup was restored to."""
    office.restore(made.path, to)
    engine = db.open_engine(to / "console.db")
    own = Work(engine, member.sign_in(engine, to / "keys", "Alice", PASSPHRASE))
    own.refresh()
    yield own
    engine.dispose()


def test_a_key_let_go_while_it_is_made_is_in_it(office: Office, tmp_path: Path, monkeypatch):
    """The copy's rows are sealed to a key whose lock is gone from the disk a moment later."""
    office.agency.tip("A boat, at night.")
    office.agency.work("Alice")
    read = contents.read
    monkeypatch.setattr(make.contents, "read", lambda settings: (renew_whole(office), read(settings))[1])
    made = office.back_up()
    assert rest_lock.there(office.agency.keys, office.agency.desk()) == {-1}
    with restored(office, made, tmp_path / "again") as own:
        assert [one.message.text for one in case.open_(own, 1).said] == ["A boat, at night."]
    # And its key is not one that a making would take again: the lost machine's has that number.
    assert rest_lock.there(tmp_path / "again" / "keys", office.agency.desk()) >= {0}


def test_what_was_shredded_after_it_is_there_again(office: Office, tmp_path: Path):
    """As the restore says: its lock is in the backup. So it has to be shredded once more."""
    shredded.fill(office.agency)
    made = office.back_up()
    shredded.shred(office.agency)
    with restored(office, made, tmp_path / "again") as own:
        assert shredded.WORDS[0] in [one.message.text for one in case.open_(own, 1).said]


def test_a_missing_lock_is_a_backup_that_nobody_could_read(office: Office):
    """Refused, with the name of the file: the older backups that have it are kept meanwhile."""
    path = rest_lock.path_of(office.agency.keys, office.agency.desk("Traffic"), 0)
    path.rename(path.with_suffix(".away"))
    with pytest.raises(BackupError, match=path.name):
        office.back_up()
    assert list(office.backups.iterdir()) == []
