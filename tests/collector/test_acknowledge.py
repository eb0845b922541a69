"""The policy "backed-up": the relay deletes, and the keyring names, only what a verified backup holds."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import rosters
from tests.collector.conftest import Office, make_office
from tipline import clock, db, tables
from tipline.backup import contents, make, note
from tipline.ceremony import ceremony
from tipline.collector.collect import collect
from tipline.collector.run import run
from tipline.errors import SettingsError
from tipline.intake.serve import Intake
from tipline.keys import epoch, epoch_key, files, roll, rows
from tipline.keys.signing import SigningKey
from tipline.setup import asking, install


@pytest.fixture
def careful(tmp_path: Path) -> Iterator[Office]:
    """An agency of that policy with its intake, and a folder for backups; nothing is published yet."""
    office = make_office(tmp_path / "data", collected_delay_days=0, acknowledge="backed-up")
    (tmp_path / "backups").mkdir()
    office.make_rack()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        intake = Intake(office.intake)
    with intake:
        yield office
    office.engine.dispose()


def back_up(office: Office) -> None:
    make.make(office.made.console, office.made.data.parent / "backups")


def gather(office: Office) -> None:
    with office.relay() as relay:
        collect(relay, office.engine, office.holding)


def test_what_is_stored_and_in_no_backup_stays_at_the_relay(careful: Office):
    """Tips and files alike, until the round after the backup; and what came after it, until the next."""
    back_up(careful)
    run(careful.made.console, once=True)
    early = {careful.send_tip()[0], careful.send_parcel()}
    gather(careful)
    waiting = careful.waiting()
    assert {*waiting.envelopes, *waiting.parcels} == early
    back_up(careful)
    late = {careful.send_tip()[0], careful.send_parcel()}
    gather(careful)
    gather(careful)
    waiting = careful.waiting()
    assert {*waiting.envelopes, *waiting.parcels} == late
    assert {
        row.id for table in (tables.envelope, tables.parcel) for row in careful.rows(table)
    } == early | late
    back_up(careful)
    gather(careful)
    waiting = careful.waiting()
    assert not {*waiting.envelopes, *waiting.parcels}


def test_it_says_collected_of_what_the_relay_still_has(careful: Office):
    """It is true: the agency has it on its disk, and the relay on its own."""
    back_up(careful)
    run(careful.made.console, once=True)
    _, keys = careful.send_tip()
    run(careful.made.console, once=True)
    assert careful.waiting().envelopes
    assert careful.token(keys) in careful.board().tokens


def test_without_a_backup_no_keyring_is_posted(careful: Office):
    """Nobody seals to a key of which there is one copy; and the reason says what to do."""
    with pytest.raises(SettingsError, match="run tipline backup"):
        run(careful.made.console, once=True)
    back_up(careful)
    run(careful.made.console, once=True)
    assert careful.keyring().sections[0].section.epoch == careful.made.epoch


def test_an_epoch_is_named_once_a_backup_holds_its_keys(careful: Office, on_day):
    """Its keys are made three days ahead, so a daily backup has them in time; else the old one goes on."""
    back_up(careful)
    following = careful.made.epoch + 1
    on_day(clock.from_day_number(epoch.first_day(following)))
    run(careful.made.console, once=True)
    assert following in epoch_key.there(careful.holding.keys)
    assert careful.keyring().sections[0].section.epoch == careful.made.epoch
    back_up(careful)
    run(careful.made.console, once=True)
    assert careful.keyring().sections[0].section.epoch == following


def test_a_desk_is_named_once_a_backup_holds_its_key(careful: Office):
    """Receiving since yesterday's backup, it has a key in an epoch that is in there without it."""
    back_up(careful)
    with db.writing(careful.engine) as connection:
        desk = rows.add_desk(connection, "Harbour", rows.TRIAGE)
        rosters.begin(connection, careful.holding.keys, desk, [careful.made.officers["Maria"]])
    root = SigningKey(files.read(careful.made.root_key, files.ROOT))
    held = ceremony.hold(asking.request_of(careful.holding.keys.parent), clock.today(), old_root=root)
    install.install(careful.made.data, held.grant)
    run(careful.made.console, once=True)
    assert [one.name for one in careful.keyring().sections[0].section.desks] == ["Triage"]
    back_up(careful)
    run(careful.made.console, once=True)
    assert {one.name for one in careful.keyring().sections[0].section.desks} == {"Harbour", "Triage"}


def test_an_epoch_that_was_made_while_a_backup_was_is_not_in_it(careful: Office, monkeypatch):
    """Its file may be there without its rows, which were made after the database was copied."""
    following, read = careful.made.epoch + 1, contents.read

    def late(settings):
        with db.writing(careful.engine) as connection:
            roll.make(connection, careful.holding.keys, following, careful.recovery)
        return read(settings)

    monkeypatch.setattr(contents, "read", late)
    back_up(careful)
    monkeypatch.undo()
    with careful.engine.connect() as connection:
        assert note.read_made(connection).epochs == {careful.made.epoch}
