"""A desk loses every officer and comes back with k shares; attacked with rows and files."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from tests import rosters
from tests.cli.conftest import run_command
from tests.conftest import PASSPHRASE, Agency, agency_
from tests.console.conftest import Desk, settings_of
from tipline import db, tables
from tipline.audit.entry import is_signed
from tipline.cases import audit, case
from tipline.cases.work import Work
from tipline.ceremony import shares
from tipline.console.app import create_app
from tipline.errors import KeyringError
from tipline.keys import epoch_key, files, recovery, rest_lock, rows
from tipline.keys.desk import DeskKey
from tipline.keys.recovery import RecoveryKey
from tipline.keys.signing import SigningKey
from tipline.seal.suite import HYBRID, PrivateKey
from tipline.staff import member, rekey

__all__ = ["agency_"]

WORDS = "They meet at the harbour, pier 7."
NEW = "a passphrase of Eve's own"


@pytest.fixture
def lost(agency_: Agency) -> Agency:
    """An agency with an old case, whose triage desk has nobody left: rows gone, passphrases gone."""
    agency_.tip(WORDS)
    case.open_(agency_.work("Alice"), 1)
    agency_.tip("never opened by anybody")
    lose(agency_)
    return agency_


def lose(agency_: Agency) -> None:
    officers = [agency_.made.officers[name] for name in ("Alice", "Alan")]
    write(agency_, "delete from member_key where officer = ?", of=officers)
    write(agency_, "delete from officer where id = ?", of=officers)


def write(agency_: Agency, *statements: str, of: list[bytes] | None = None) -> None:
    """Write to the database as somebody who has the file, and no rule of ours, would."""
    with closing(sqlite3.connect(agency_.made.data / "agency" / "console.db")) as connection:
        for statement in statements:
            for value in of or [None]:
                connection.execute(statement, () if value is None else (value,))
        connection.commit()


def recover(
    agency_: Agency, given: tuple[str, ...], desk: str = "Triage", officer: str = "Eve", typed: str = ""
) -> subprocess.CompletedProcess[bytes]:
    """Run the command; the officer types a passphrase, then the holders their shares."""
    typed = typed or f"{NEW}\n{NEW}\n"
    lines = (typed + "\n".join(given) + "\n").encode()
    return run_command(
        "keys", "recover", "--data", agency_.made.data, "--desk", desk, "--officer", officer, text=lines
    )


def of_desk(agency_: Agency, name: str = "Triage") -> tuple[str, ...]:
    return agency_.made.shares[agency_.desk(name)]


def keys_of(agency_: Agency) -> int:
    return agency_.count("member_key")


def sign_in(agency_: Agency, name: str, passphrase: str) -> Work:
    own = Work(agency_.engine, member.sign_in(agency_.engine, agency_.keys, name, passphrase))
    own.refresh()
    return own


def texts(own: Work) -> list[str]:
    return [case.open_(own, number).said[0].message.text for number in (1, 2, 3)]


def test_a_desk_without_officers_comes_back_with_its_cases(lost: Agency):
    """Three of five holders, a new officer; old cases and unopened tips, on the real console."""
    done = recover(lost, of_desk(lost)[1:4])
    assert done.returncode == 0, done.stderr
    assert b"opens 1 of the newest 1 tips" in done.stdout
    eve = sign_in(lost, "Eve", NEW)
    assert [said.message.text for said in case.open_(eve, 1).said] == [WORDS]
    assert [said.message.text for said in case.open_(eve, 2).said] == ["never opened by anybody"]
    console = Desk(lost, create_app(settings_of(lost), lost.engine))
    browser = console.browser()
    assert browser.sign_in("Eve", NEW).status_code == 303
    assert WORDS in browser.get("/case/1").text


def test_an_officer_of_another_desk_can_take_it_over(lost: Agency):
    """Carol keeps her own desk, and signs for what she got."""
    done = recover(lost, of_desk(lost)[:3], officer="Carol", typed=f"{PASSPHRASE}\n")
    assert done.returncode == 0, done.stderr
    carol = sign_in(lost, "Carol", PASSPHRASE)
    assert {desk.name for desk in carol.member.desks.values()} == {"Triage", "Traffic"}
    assert [said.message.text for said in case.open_(carol, 1).said] == [WORDS]


def test_the_next_weeks_keys_are_for_the_new_officer_too(lost: Agency):
    """Who recovered a desk is its member from then on."""
    assert recover(lost, of_desk(lost)[:3]).returncode == 0
    with lost.engine.connect() as connection:
        who = rosters.read(connection, lost.keys, lost.desk())
        assert rows.members(connection, who).keys() == {sign_in(lost, "Eve", NEW).member.id}


def test_it_is_in_the_audit_signed_by_who_got_the_keys(lost: Agency):
    """With the epochs that were released; and without an entry nothing is released."""
    write(lost, "CREATE TRIGGER no BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END")
    before = keys_of(lost)
    assert recover(lost, of_desk(lost)[:3]).returncode == 7
    assert keys_of(lost) == before
    write(lost, "DROP TRIGGER no")
    assert recover(lost, of_desk(lost)[:3]).returncode == 0
    with lost.engine.connect() as connection:
        query = select(tables.audit).where(tables.audit.c.desk == lost.desk())
        last = connection.execute(query.order_by(tables.audit.c.seq.desc()).limit(1)).one()
        eve = connection.execute(select(tables.officer).where(tables.officer.c.name == "Eve")).one()
    entry = json.loads(last.entry)
    assert (entry["action"], entry["object"]["epochs"]) == (audit.RECOVERED, [0, lost.made.epoch])
    assert entry["object"]["roster"] == 4
    assert is_signed(last, eve.verify)


@pytest.mark.parametrize("fault", ["k-1", "another desk", "wrong word", "mixed"])
def test_without_k_right_shares_nothing_is_released(lost: Agency, fault: str):
    """Two shares; three of another desk; a word that the checksum refuses; two and one of another desk."""
    own, other = of_desk(lost), of_desk(lost, "Traffic")
    words = own[2].split()
    # Neighbours that are not the same word: nothing would be changed.
    at = next(place for place in range(9, len(words)) if words[place] != words[place + 1])
    given = {
        "k-1": own[:2],
        "another desk": other[:3],
        "wrong word": (*own[:2], " ".join([*words[:at], words[at + 1], words[at], *words[at + 2 :]])),
        "mixed": (*own[:2], other[2]),
    }[fault]
    says = {"k-1": b"Share 3 of 3", "another desk": b"not those of desk Triage", "mixed": b"another set"}
    before = keys_of(lost)
    done = recover(lost, given)
    assert done.returncode != 0
    assert says.get(fault, b"checksum does not hold") in done.stderr
    assert (keys_of(lost), lost.count("officer")) == (before, 2)


def test_who_writes_to_the_disk_makes_no_recovery_key_of_their_own(lost: Agency):
    """recovery.pub is exchanged for one whose shares the thief has: the root did not sign it."""
    folder = lost.made.data / "agency"
    thief, mine = SigningKey.generate(), HYBRID.generate()
    keys = recovery.installed(folder)
    forged = tuple(RecoveryKey(key.id, key.name, mine.public) for key in keys.desks)
    made = recovery.RecoveryKeys(keys.agency, 9, HYBRID.code, 3, 5, forged)
    signed = thief.sign(recovery.LABEL, made.encode())
    files.replace(folder / "recovery.pub", files.RECOVERY, signed.pack())
    done = recover(lost, shares.split(mine.seed, 3, 5)[:3])
    assert done.returncode == KeyringError.exit_code
    assert b"signature" in done.stderr
    # Nor does the next week's roll seal to it.
    with pytest.raises(KeyringError):
        recovery.installed(folder)


def test_renamed_desks_do_not_change_what_holders_open(lost: Agency):
    """Rows that call Traffic "Triage" gain nothing: the name that the root signed counts."""
    write(lost, "update desk set name = 'x' where name = 'Triage'")
    write(lost, "update desk set name = 'Triage' where name = 'Traffic'")
    done = recover(lost, of_desk(lost)[:3])
    assert done.returncode == 0, done.stderr
    with lost.engine.connect() as connection:
        rows = connection.execute(select(tables.member_key.c.desk).join(tables.officer).where(
            tables.officer.c.name == "Eve")).scalars().all()  # fmt: skip
    assert set(rows) == {lost.desk()}


@pytest.mark.parametrize("change", ["sealed", "public too", "and no tips yet"])
def test_a_key_that_was_slipped_in_is_not_released(lost: Agency, change: str):
    """Anybody can seal to a public recovery key, and a thief has the lock: it is not the desk's own."""
    mine, sealed = slipped_in(lost, 0)
    with closing(sqlite3.connect(lost.made.data / "agency" / "console.db")) as connection:
        where = "where desk = ? and epoch = 0"
        connection.execute(f"update recovery_key set sealed = ? {where}", (sealed, lost.desk()))
        if change == "public too":
            connection.execute(f"update desk_key set public = ? {where}", (mine.public, lost.desk()))
        if change == "and no tips yet":
            connection.execute("delete from stanza")
        connection.commit()
    before = keys_of(lost)
    done = recover(lost, of_desk(lost)[:3])
    assert done.returncode == 3
    assert b"restore a backup" in done.stderr
    assert keys_of(lost) == before


def slipped_in(agency_: Agency, epoch: int) -> tuple[PrivateKey, bytes]:
    """Return a key of the thief's own, and it as holders are given a key of the desk's: under its lock."""
    mine, desk = HYBRID.generate(), agency_.desk()
    key = DeskKey(desk, epoch, mine, rest_lock.read(agency_.keys, desk, epoch))
    public = recovery.installed(agency_.made.data / "agency").of(desk).public
    return mine, recovery.seal_to_holders(HYBRID, public, desk, epoch, key.enclosed)


def test_a_weeks_key_that_was_slipped_in_is_not_released_either(lost: Agency):
    """Or the week's tips would be tried with it, and be taken for broken."""
    epoch = lost.made.epoch
    with closing(sqlite3.connect(lost.made.data / "agency" / "console.db")) as connection:
        sealed = slipped_in(lost, epoch)[1], lost.desk(), epoch
        connection.execute("update recovery_key set sealed = ? where desk = ? and epoch = ?", sealed)
        connection.commit()
    done = recover(lost, of_desk(lost)[:3])
    assert done.returncode == 0, done.stderr
    assert f"not as it was: {epoch}".encode() in done.stdout


def test_an_epoch_whose_lock_is_destroyed_stays_closed(lost: Agency):
    """All the holders together do not open what is to be dead; the key at rest comes back."""
    for path in (lost.keys / "epochs").iterdir():
        path.unlink()
    done = recover(lost, of_desk(lost)[:3])
    assert done.returncode == 0, done.stderr
    assert f"not as it was: {lost.made.epoch}".encode() in done.stdout
    with lost.engine.connect() as connection:
        epochs = connection.execute(select(tables.member_key.c.epoch).join(tables.officer).where(
            tables.officer.c.name == "Eve")).scalars().all()  # fmt: skip
    assert epochs == [0]


def test_without_the_lock_of_its_key_at_rest_nothing_is_released(lost: Agency):
    """All the holders together do not open what is under a lock that is gone, and the file is asked for."""
    path = rest_lock.path_of(lost.keys, lost.desk(), 0)
    away, before = path.rename(path.with_suffix(".away")), keys_of(lost)
    done = recover(lost, of_desk(lost))
    assert done.returncode == 3
    assert b"restore a backup" in done.stderr
    assert keys_of(lost) == before
    away.rename(path)
    assert recover(lost, of_desk(lost)[:3]).returncode == 0


def test_a_renewal_that_was_under_way_goes_on_with_who_recovered(agency_: Agency, monkeypatch):
    """The desk's officers were lost while what it keeps was sealed to its next key at rest."""
    monkeypatch.setattr(rekey, "BATCH", 1)
    for text in ("one", "two", "three"):
        agency_.tip(text)
    alice = agency_.work("Alice")
    with db.writing(agency_.engine) as connection:
        rekey.ask(connection, agency_.desk())
    for _ in range(2):
        alice.refresh()
    lose(agency_)
    assert rest_lock.there(agency_.keys, agency_.desk()) == {0, -1}
    assert recover(agency_, of_desk(agency_)[2:]).returncode == 0
    eve = sign_in(agency_, "Eve", NEW)
    assert texts(eve) == ["one", "two", "three"]
    for _ in range(5):
        eve.refresh()
    assert texts(eve) == ["one", "two", "three"]
    assert rest_lock.there(agency_.keys, agency_.desk()) == {-1}


def test_it_names_a_desk_that_is_not_there(lost: Agency, tmp_path: Path):
    done = recover(lost, (), desk="Nowhere")
    assert done.returncode == 2
    assert b"no recovery key for a desk Nowhere" in done.stderr
    done = recover(lost, of_desk(lost)[:3], officer="Carol", typed="not her passphrase\n")
    assert done.returncode == 5


def test_an_officer_keeps_the_key_of_an_epoch_whose_file_is_missing(agency_: Agency, tmp_path: Path):
    """Alice has it, and it opens again when the file comes back from a backup."""
    lock = epoch_key.path_of(agency_.keys, agency_.made.epoch)
    lock.rename(tmp_path / "elsewhere")
    done = recover(agency_, of_desk(agency_)[:3], officer="Alice", typed=f"{PASSPHRASE}\n")
    assert done.returncode == 0, done.stderr
    (tmp_path / "elsewhere").rename(lock)
    agency_.tip(WORDS)
    assert [said.message.text for said in case.open_(sign_in(agency_, "Alice", PASSPHRASE), 1).said] == [
        WORDS
    ]
