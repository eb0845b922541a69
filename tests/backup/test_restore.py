"""A backup becomes an agency's folder again, whole or not at all, and for nobody but its holders."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.backup.conftest import Office
from tipline import clock, db, tables
from tipline.backup import front, make, note, reading, restore
from tipline.ceremony import shares
from tipline.errors import AccessError, BackupError, FormatError, KeyringError
from tipline.keyring import certificate, revocation
from tipline.keys import epoch, stretch
from tipline.keys.signing import SigningKey
from tipline.seal import parcel, slot
from tipline.seal.suite import APPROVED, HYBRID
from tipline.setup import agency
from tipline.setup.plan import OfficerPlan, Plan


def verify(office: Office, path: Path, **changes: object) -> None:
    with reading.opened(path) as backup:
        backup.verify(**{"root_fingerprint": office.agency.made.fingerprint, **changes})


@pytest.mark.parametrize("desk", ["Triage", "Narcotics", "Traffic"])
def test_the_holders_of_any_desk_restore_it(office: Office, tmp_path: Path, desk: str):
    """The machine is everybody's; the desks' own keys in it stay sealed to their officers and holders."""
    made = office.back_up()
    office.lose()
    settings = office.restore(made.path, office.folder, desk)
    assert settings.folder == office.folder
    assert (office.folder / "keys" / "signer.key").is_file()


def test_another_desks_or_agencys_key_opens_nothing(office: Office):
    """A recovery key that no desk of this backup has."""
    made = office.back_up()
    with reading.opened(made.path) as backup, pytest.raises(AccessError, match="no desk"):
        restore.open_key(backup, HYBRID.generate())


@pytest.mark.parametrize("count", [1, 2, 4])
def test_fewer_holders_than_it_takes_give_no_key(office: Office, count: int):
    """Nor do more: which of them was wrong could not be told."""
    with pytest.raises(FormatError, match="share"):
        office.holders(count=count)


def test_holders_of_two_desks_give_no_key(office: Office):
    """Two of one and one of the other."""
    made = office.agency.made
    one, other = made.shares[office.agency.desk("Triage")], made.shares[office.agency.desk("Traffic")]
    with pytest.raises(FormatError, match="share"):
        shares.combine([*one[:2], other[0]])


def test_another_agencys_root_is_refused_before_anything_is_opened(office: Office):
    """The fingerprint that the restorer knows decides, not what stands in the file."""
    made = office.back_up()
    with pytest.raises(KeyringError, match="another agency"):
        verify(office, made.path, root_fingerprint=secrets.token_bytes(32))


def test_a_revoked_signers_backup_is_refused(office: Office):
    """By the list inside it, and by a newer one that the restorer brings."""
    made = office.back_up()
    verify(office, made.path)
    says = certificate.verified(office.root.public, reading_vouching(made.path).certificate)
    revoked = revocation.Revocations(office.agency.id, 2, frozenset({revocation.fingerprint(says.signer)}))
    newer = office.root.sign(revocation.LABEL, revoked.encode())
    with pytest.raises(KeyringError, match="revoked"):
        verify(office, made.path, newer=newer)


def reading_vouching(path: Path) -> front.Vouching:
    with reading.opened(path) as backup:
        return backup.front.vouching


def test_who_is_no_signer_of_this_agency_makes_no_backup(office: Office):
    """Everything is right but the one signature, which another key made."""
    made = office.back_up()
    data = made.path.read_bytes()[:-3373]
    signed = SigningKey.generate().sign(front.LABEL, front.hashlib.sha256(data).digest())
    made.path.write_bytes(data + signed.signature)
    with pytest.raises(KeyringError, match="signature"):
        verify(office, made.path)


def places(path: Path) -> list[int]:
    """Return a place in every part of the file, its first and last byte, and some at random."""
    size = path.stat().st_size
    with reading.opened(path) as backup:
        start = len(backup._start)
        sealed = next(iter(backup.front.sealed.values()))
        stanza = backup._start.index(sealed)
    head = [0, 4, 5, 6, 14, 18, 34, 38, 38 + 1984, 38 + 1984 + 8, 38 + 1984 + 400]
    body = [stanza - 20, stanza, stanza + 1200, start - 1, start, start + parcel.SIZE, size - 3374]
    return [*head, *body, size - 3373, size - 1, *(secrets.randbelow(size) for _ in range(5))]


def test_an_altered_byte_anywhere_is_found(office: Office):
    """Whole and in any part: head, root, certificate, stanzas, manifest, every parcel, signature."""
    made = office.back_up()
    good = made.path.read_bytes()
    for at in places(made.path):
        with made.path.open("r+b") as file:
            file.seek(at)
            file.write(bytes([good[at] ^ 1]))
        with pytest.raises(FormatError):
            verify(office, made.path)
        made.path.write_bytes(good)
    verify(office, made.path)


@pytest.mark.parametrize("left", [0, 10, 37, 38, 2000, 9000, -1, -3373, -3374, -(2**20)])
def test_a_file_that_ends_early_is_refused(office: Office, left: int):
    """Cut anywhere, and with something after its end."""
    made = office.back_up()
    good = made.path.read_bytes()
    for data in (good[:left], good + b"x", good + bytes(2**20 + 16)):
        made.path.write_bytes(data)
        with pytest.raises(FormatError):
            verify(office, made.path)


def test_a_parcel_that_was_swapped_does_not_open(office: Office, tmp_path: Path):
    """Even by somebody who could sign: each file has a key of its own, each parcel its place."""
    made = office.back_up()
    data = made.path.read_bytes()
    with reading.opened(made.path) as backup:
        start = len(backup._start)
    one, two = data[start : start + parcel.SIZE], data[start + parcel.SIZE : start + 2 * parcel.SIZE]
    made.path.write_bytes(data[:start] + two + one + data[start + 2 * parcel.SIZE :])
    with reading.opened(made.path) as backup, pytest.raises(FormatError, match="does not belong here"):
        restore.restore(backup, restore.open_key(backup, office.holders()), tmp_path / "again")
    assert not (tmp_path / "again").exists()
    assert not list(tmp_path.glob(".again*"))


def test_it_never_writes_into_a_folder_with_something_in_it(office: Office, tmp_path: Path):
    """What is there stays as it is; an empty folder is taken."""
    made = office.back_up()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "note").write_text("mine")
    with pytest.raises(BackupError, match="not an empty folder"):
        office.restore(made.path, tmp_path / "full")
    assert (tmp_path / "full" / "note").read_text() == "mine"
    (tmp_path / "empty").mkdir()
    office.restore(made.path, tmp_path / "empty")
    assert (tmp_path / "empty" / "console.toml").is_file()


def test_what_a_killed_restore_left_goes_first(office: Office, tmp_path: Path):
    """It is overwritten, since keys are in it, and does not stand in the way."""
    left = tmp_path / ".again.restoring" / "keys" / "epochs"
    left.mkdir(parents=True)
    os.link(made := office.back_up().path, left / "2955.key")
    before = made.read_bytes()
    made_again = office.back_up()
    office.restore(made_again.path, tmp_path / "again")
    assert not left.exists()
    assert made.read_bytes() != before, "another name of the same file: its blocks were overwritten"


def test_labels_that_may_have_been_given_out_are_left_out(office: Office, tmp_path: Path):
    """So many for each case, but never so many that a tipster cannot be answered any more."""
    slots = {}
    for used in (0, 3, slot.LABELS - 40, slot.LABELS - 20, slot.LABELS - 5, slot.LABELS):
        office.agency.tip()
        office.agency.work("Alice")
        with db.writing(office.agency.engine) as connection:
            number = connection.scalars(select(tables.case.c.id).order_by(tables.case.c.id.desc())).first()
            connection.execute(update(tables.case).where(tables.case.c.id == number).values(next_slot=used))
        slots[number] = used
    made = office.back_up()
    office.restore(made.path, tmp_path / "again")
    engine = db.open_engine(tmp_path / "again" / "console.db")
    with engine.connect() as connection:
        after = {row.id: row.next_slot for row in connection.execute(select(tables.case))}
    engine.dispose()
    assert [after[number] for number in slots] == [
        note.SKIPPED, 3 + note.SKIPPED, slot.LABELS - 16, slot.LABELS - 16, slot.LABELS - 5, slot.LABELS
    ]  # fmt: skip


def test_it_knows_that_it_was_restored_and_from_what(office: Office, tmp_path: Path):
    """And that the backup that it came from holds all of it."""
    office.agency.tip()
    made = office.back_up()
    office.restore(made.path, tmp_path / "again")
    engine = db.open_engine(tmp_path / "again" / "console.db")
    with engine.connect() as connection:
        assert note.read_restored(connection) == note.Restored(made.kept.day, clock.day_number(), asked=False)
        assert note.read_made(connection) == made.kept
        (row,) = connection.execute(select(tables.epoch)).all()
    engine.dispose()
    # The lost machine may have signed a keyring with it until today.
    assert (row.named_until, row.at_relay, row.lived) == (clock.day_number() + epoch.NAMED_DAYS, True, 0)


def test_it_takes_the_folder_that_one_stands_in(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """`--to .` means the folder of that name."""
    made = office.back_up()
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert office.restore(made.path, Path()).folder == tmp_path / "here"
    assert (tmp_path / "here" / "console.toml").is_file()


def test_an_agency_of_the_other_suite_comes_back_too(tmp_path: Path):
    """Made and opened by what the settings and the file name."""
    officers = (OfficerPlan("Maria", "maria maria maria", ("Triage",)),)
    made = agency.create(Plan(tmp_path / "data", "X", officers, profile=stretch.CHEAPEST, suite=APPROVED))
    (tmp_path / "backups").mkdir()
    file = make.make(made.console, tmp_path / "backups").path
    seed = shares.combine(made.shares[made.desks["Triage"]][:3])
    with reading.opened(file) as backup:
        backup.verify(made.fingerprint)
        assert backup.front.open_key(HYBRID.private(seed)) is None
        restore.restore(backup, restore.open_key(backup, APPROVED.private(seed)), tmp_path / "again")
    assert (tmp_path / "again" / "console.toml").read_text() == made.console.read_text()
