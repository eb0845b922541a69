"""A backup is made while the agency works, holds what it must, and counts once it was read back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.backup.conftest import Office
from tipline import clock, db, tables
from tipline.backup import make, note, reading, restore
from tipline.backup.manifest import Reach
from tipline.backup.snapshot import reach, snapshot
from tipline.errors import BackupError, KeyringError
from tipline.keyring.signature import Signed
from tipline.keys import files, recovery
from tipline.seal.suite import HYBRID


def test_every_file_comes_back_byte_for_byte(office: Office, tmp_path):
    """Settings, keys and what the root signed; of the database every row that a restore has no word in."""
    office.agency.tip("A boat, at night.")
    made = office.back_up()
    office.restore(made.path, tmp_path / "again")
    for path in office.folder.rglob("*"):
        name = path.relative_to(office.folder)
        if path.is_file() and not path.name.startswith("console.db"):
            assert (tmp_path / "again" / name).read_bytes() == path.read_bytes(), name
    again = db.open_engine(tmp_path / "again" / "console.db")
    for table in tables.metadata.sorted_tables:
        if table.name not in {"state", "case", "epoch"}:
            with office.agency.engine.connect() as before, again.connect() as after:
                assert before.execute(select(table)).all() == after.execute(select(table)).all(), table.name
    again.dispose()
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "again").rglob("*")} == {0}


def test_what_the_settings_name_comes_back_too(office: Office, tmp_path):
    """A restored agency reaches its relay, and calls its officers; what lies elsewhere is not taken along."""
    elsewhere = tmp_path / "ca.pem"
    elsewhere.write_text("of this machine")
    named = ("relay.pem", "alerts/webhook.secret", "alerts/mail.password", "alerts/own.pem")
    (office.folder / "alerts").mkdir(mode=0o700)
    for name in named:
        files.write_private(office.folder / name, name.encode())
    config = office.folder / "console.toml"
    config.write_text(f"""relay_certificate = "relay.pem"
{config.read_text()}
[alerts.smtp]
host = "127.0.0.1"
sender = "tipline@harbour.example"
password_file = "alerts/mail.password"
authority = "alerts/own.pem"
[[alerts.webhook]]
url = "https://127.0.0.1"
secret_file = "alerts/webhook.secret"
authority = "{elsewhere}"
""")
    settings = office.restore(office.back_up().path, tmp_path / "again")
    for name in named:
        assert (tmp_path / "again" / name).read_bytes() == name.encode()
    assert not list((tmp_path / "again").rglob("ca.pem"))
    assert elsewhere in settings.alerts.files


def test_a_relay_s_certificate_outside_the_folder_is_refused(office: Office):
    """Without it no restored agency would reach its relay: said today, and not on that day."""
    config = office.folder / "console.toml"
    config.write_text(f'relay_certificate = "../relay.pem"\n{config.read_text()}')
    with pytest.raises(BackupError, match=r"relay\.pem lies outside"):
        office.back_up()


def test_the_roots_key_is_not_in_it(office: Office):
    """Not even where somebody put it among the other keys, which is refused."""
    root = office.agency.made.root_key.read_bytes()
    (office.folder / "keys" / "signer.next").write_bytes(root)
    with pytest.raises(BackupError, match="root's private key"):
        office.back_up()
    assert list(office.backups.iterdir()) == []


def test_it_says_how_far_it_reaches(office: Office):
    """By what is in the copy, which the database notes once the backup has its name."""
    office.agency.tip()
    office.agency.parcel(b"p" * 10)
    office.agency.tip()
    made = office.back_up()
    assert made.kept.reaches == Reach(envelope=2, parcel=1)
    office.agency.tip()
    with office.agency.engine.connect() as connection:
        assert note.read_made(connection) == made.kept
    assert (made.kept.day, made.kept.epochs) == (clock.day_number(), {office.agency.made.epoch})


def test_who_writes_meanwhile_is_not_in_it_by_half(office: Office):
    """A transaction that is open does not keep the copy waiting, and nothing of it is in the copy."""
    office.agency.tip()
    with db.writing(office.agency.engine) as connection:
        connection.execute(tables.envelope.update().values(broken="half"))
        connection.execute(tables.state.insert().values(name="other half", value="yes"))
        with snapshot(office.folder / "console.db") as copy:
            assert reach(copy) == Reach(envelope=1, parcel=0)
            assert b"half" not in copy.read_bytes()


def test_a_backup_that_reads_back_otherwise_does_not_count(office: Office, monkeypatch):
    """One bit that the disk gives back wrongly, and there is no backup."""
    read_back = make._read_back

    def rot(path, key, settings):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        read_back(path, key, settings)

    monkeypatch.setattr(make, "_read_back", rot)
    with pytest.raises(BackupError, match="does not open again"):
        office.back_up()
    assert list(office.backups.iterdir()) == []
    with office.agency.engine.connect() as connection:
        assert note.read_made(connection) is None


def test_a_file_that_was_read_otherwise_the_second_time_does_not_count(office: Office, monkeypatch):
    """Its hash was taken of other bytes than were sealed."""
    entry = make._Source.entry
    monkeypatch.setattr(make._Source, "entry", lambda self: replace(entry(self), sha256=bytes(32)))
    with pytest.raises(BackupError, match="not what was backed up"):
        office.back_up()
    assert list(office.backups.iterdir()) == []


def test_a_damaged_database_is_not_backed_up(office: Office):
    """SQLite's own check finds it, and the last good backup stays the last."""
    for _ in range(5):
        office.agency.tip()
    office.agency.engine.dispose()
    path = office.folder / "console.db"
    data = bytearray(path.read_bytes())
    at = data.index(b"ix_stanza_desk")
    data[at - 40 : at] = bytes(40)
    path.write_bytes(data)
    with pytest.raises(BackupError, match="database"):
        office.back_up()
    assert list(office.backups.iterdir()) == []


def test_a_database_that_somebody_altered_is_not_backed_up(office: Office):
    """Every page is whole, and a key is of an officer who is not there: that is no state to go back to."""
    with closing(sqlite3.connect(office.folder / "console.db")) as other:
        other.execute("UPDATE member_key SET officer = randomblob(16)")
        other.commit()
    with pytest.raises(BackupError, match="finds faults"):
        office.back_up()
    assert list(office.backups.iterdir()) == []


def test_nothing_of_it_is_left_beside_the_database(office: Office):
    """The copy of the database goes, and so does one that a killed run left."""
    (office.folder / ".console.db.snapshot").write_bytes(b"left behind")
    before = {path.name for path in office.folder.iterdir()} - {".console.db.snapshot"}
    office.back_up()
    assert {path.name for path in office.folder.iterdir()} == before


def test_it_refuses_a_folder_that_burns_with_the_agency(office: Office):
    """A backup inside the agency's folder is none."""
    (office.folder / "backups").mkdir()
    with pytest.raises(BackupError, match="inside"):
        make.make(office.agency.made.console, office.folder / "backups")


def test_only_recovery_keys_that_the_root_vouches_for_can_open_it(office: Office):
    """Who can write on the agency's disk puts no key of their own in the holders' place."""
    path = office.folder / "recovery.pub"
    signed = recovery.read(path)
    known = recovery.verified(office.root.public, signed)
    other = HYBRID.generate().public
    forged = replace(known, desks=tuple(replace(desk, public=other) for desk in known.desks))
    files.replace(path, files.RECOVERY, Signed(forged.encode(), signed.signature).pack())
    with pytest.raises(KeyringError, match="signature"):
        office.back_up()
    assert list(office.backups.iterdir()) == []


def test_two_at_a_time_are_one_too_many(office: Office):
    """The second is told so, and the first is not disturbed."""
    with make._alone(office.folder), pytest.raises(BackupError, match="another backup"):
        office.back_up()
    office.back_up()


def test_nothing_of_it_can_be_read(office: Office):
    """No name of a person or desk, no secret, no byte of the database's own; and it says no hour.

    Whose it is it says: the root's list, which every keyring has, names the agency.
    """
    office.agency.tip()
    data = office.back_up().path.read_bytes()
    keys = office.folder / "keys"
    secret = [(keys / name).read_bytes().split(b"\n")[1] for name in ("signer.key", "handover.secret")]
    with office.agency.engine.connect() as connection:
        names = [
            *connection.scalars(select(tables.officer.c.name)),
            *connection.scalars(select(tables.desk.c.name)),
        ]
    # Three letters are in any twelve megabytes.
    words = [name.encode() for name in names if len(name) > 5]
    assert len(words) > 2
    for word in (*secret, *words, b"SQLite format", b"console.toml"):
        assert word not in data


def test_two_backups_share_no_key(office: Office):
    """The same files twice: not one parcel is the same."""
    first, second = office.back_up().path.read_bytes(), office.back_up().path.read_bytes()
    assert len(first) == len(second)
    with reading.opened(next(office.backups.iterdir())) as backup:
        start = len(backup._start)
    size = 2**20 + 16
    assert not any(first[at : at + size] == second[at : at + size] for at in range(start, len(first), size))


def test_holders_of_any_desk_open_it_and_nobody_else(office: Office, tmp_path):
    """Each desk's recovery key opens the same K."""
    made = office.back_up()
    with reading.opened(made.path) as backup:
        keys = {restore.open_key(backup, office.holders(desk)) for desk in office.agency.made.desks}
    assert len(keys) == 1
    assert files.ROOT.encode() not in made.path.read_bytes()
