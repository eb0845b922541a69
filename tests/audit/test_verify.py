"""Whatever is done to the rows is found: by the chains themselves, or by what was published of them."""

from __future__ import annotations

import secrets
import shutil
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, insert, update

from tests.audit.conftest import Audited
from tipline import clock, db, tables
from tipline.audit import entry as entries
from tipline.audit import heads
from tipline.audit.entry import LABEL
from tipline.audit.published import Kept
from tipline.audit.verify import ALONE, Report
from tipline.backup import note
from tipline.keyring.signature import to_be_signed


def assert_found(report: Report, words: str) -> None:
    """Exactly what was done is said, and by which desk."""
    assert not report.holds
    assert any(words in fault for fault in report.faults), report.faults


def test_what_nobody_touched_holds(audited: Audited):
    """Every entry is counted; without a head from outside it is said what that is worth."""
    report = audited.verify()
    assert report.faults == ()
    assert {name: one.entries for name, one in report.chains.items() if one.entries} == {
        "Triage": 7,
        "Narcotics": 3,
    }
    assert (report.entries, report.days, report.remarks) == (10, 2, (ALONE,))


def test_a_published_head_extends_an_earlier_one(audited: Audited):
    """Both open to what is stored, and the chains of the later contain those of the earlier."""
    report = audited.verify(*audited.published.values())
    assert report.holds
    assert not report.remarks
    day, before = (clock.in_words(clock.day_number() - days) for days in (1, 2))
    assert f"the head of {day} extends that of {before}: 5 entries more" in report.proved


@pytest.mark.parametrize("seq", [1, 4, 7])
def test_a_removed_entry(audited: Audited, seq: int):
    """The first, one in the middle, and the last, which only a head published since would miss."""
    today = audited.publish(0)
    audited.remove(seq)
    assert_found(audited.verify(today), f"entry {seq}")


def test_a_removed_entry_after_numbering_anew(audited: Audited):
    """The numbers are signed."""
    audited.remove(3)
    for seq in (4, 5, 6, 7):
        audited.move(seq, seq - 1)
    assert_found(audited.verify(), "desk Triage: entry 3 was moved")


def test_two_entries_that_changed_places(audited: Audited):
    """By one officer, with the same words."""
    for old, new in ((1, 99), (2, 1), (99, 2)):
        audited.move(old, new)
    assert_found(audited.verify(), "entry 1 was moved")


@pytest.mark.parametrize("part", ["entry", "signature"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_changed_byte(audited: Audited, part: str, place: int):
    """Of an entry or of a signature, at its start, in the middle and at its end."""
    data = bytearray(getattr(audited.row(2), part))
    data[(0, len(data) // 2, len(data) - 1)[place]] ^= 1
    audited.change(2, **{part: bytes(data)})
    assert_found(audited.verify(), "desk Triage: entry 2 ")


def invented(audited: Audited, seq: int, officer: bytes) -> None:
    """Sign an entry, and all after it, with a new key, for this officer."""
    key, before = Ed25519PrivateKey.generate(), audited.row(seq - 1)
    prev = entries.hash_of(before.entry, before.signature)
    for at in range(seq, 8):
        data = replace(entries.parse(audited.row(at).entry), officer=officer, prev=prev).encode()
        signature = key.sign(to_be_signed(LABEL, data))
        audited.change(at, entry=data, signature=signature)
        prev = entries.hash_of(data, signature)
    public, row = key.public_key().public_bytes_raw(), tables.officer
    with db.writing(audited.agency.engine) as connection:
        known = {"name": "Mallory", "public": bytes(1216), "sealed": b""}
        swapped = connection.execute(update(row).where(row.c.id == officer).values(verify=public))
        if not swapped.rowcount:
            connection.execute(insert(row).values(id=officer, verify=public, **known))


def test_an_invented_officer(audited: Audited):
    """Their row is in the table of officers, their chain is whole, and no roster ever named them."""
    invented(audited, 5, secrets.token_bytes(16))
    assert_found(audited.verify(), "entry 5 is by an unknown officer")


def test_an_officer_whose_key_was_swapped(audited: Audited):
    """The table of officers has the new key, and the roster the one that they were admitted with."""
    invented(audited, 5, audited.agency.made.officers["Alan"])
    assert_found(audited.verify(), "entry 5 was changed, or signed with another key")


def test_an_officer_of_another_desk(audited: Audited):
    """Bob has keys and a desk, and it is not this one."""
    audited.act("Bob", "Triage")
    assert_found(audited.verify(), "desk Triage: entry 8 is by an unknown officer")


def test_an_entry_moved_to_another_desk(audited: Audited):
    """A real entry, next in number there."""
    audited.move(7, 1, "Traffic")
    assert_found(audited.verify(), "desk Traffic: entry 1 ")


def test_an_entry_filed_under_another_case(audited: Audited):
    """What officers see beside a case is what its entries say."""
    audited.agency.tip()
    audited.member("Alice")
    audited.change(2, case=1)
    assert_found(audited.verify(), "entry 2 is filed under another case")


def test_an_entry_filed_under_another_time(audited: Audited):
    """Pages are in the order of the rows' times."""
    audited.change(2, at=1)
    assert_found(audited.verify(), "entry 2 is filed under another time")


def test_a_cut_off_end(audited: Audited):
    """Before a head was published of it, nothing shows; after that, the stored head does too."""
    audited.remove(7)
    assert audited.verify().holds
    audited.remove(6)
    assert_found(audited.verify(), "desk Triage: the chain was cut off: it does not reach entry 6")


def test_a_desk_whose_chain_is_gone(audited: Audited):
    """Wholly removed, with its rows."""
    audited.remove(1, 2, 3, desk="Narcotics")
    assert_found(audited.verify(), "desk Narcotics: the chain was cut off")


def test_a_head_that_was_never_published(audited: Audited):
    """A hash that opens to nothing here."""
    assert_found(audited.verify(Kept(bytes(32))), "opens to nothing that is stored")


def test_a_database_put_back_to_yesterday_s_copy(audited: Audited):
    """It is whole by itself, and not the one whose head is on today's board."""
    yesterday = audited.folder / "console.copy"
    with audited.agency.engine.connect() as connection:
        connection.exec_driver_sql(f"VACUUM INTO '{yesterday}'")
    today = audited.publish(0)
    audited.agency.engine.dispose()
    for end in ("-wal", "-shm"):
        (audited.folder / f"console.db{end}").unlink(missing_ok=True)
    shutil.copy(yesterday, audited.folder / "console.db")
    assert audited.verify(*list(audited.published.values())[:2]).holds
    assert_found(audited.verify(today), "this is not the database that it was published from")


def test_a_writer_who_writes_the_day_heads_anew_as_well(audited: Audited):
    """Whoever cuts the chain and makes heads that go with it is found by one that was kept outside."""
    kept = list(audited.published.values())
    audited.remove(5, 6, 7)
    with db.writing(audited.agency.engine) as connection:
        connection.execute(delete(tables.audit_head))
        for days_ago in (2, 1):
            day = clock.from_day_number(clock.day_number() - days_ago)
            heads.for_board(connection, "agency", 10_000 - days_ago, day)
    assert audited.verify().holds
    assert_found(audited.verify(kept[1]), "opens to nothing that is stored")


def test_a_day_head_of_another_day_or_none(audited: Audited):
    """Stored day heads are read strictly."""
    own = tables.audit_head
    with db.writing(audited.agency.engine) as connection:
        connection.execute(update(own).where(own.c.day == clock.day_number() - 1).values(day=1))
        connection.execute(insert(own).values(day=2, opening=b"{}"))
    report = audited.verify()
    assert_found(report, "is filed under 2 Jan 1970")
    assert_found(report, "the day head of 3 Jan 1970 cannot be read")


def test_a_restore_is_named_where_it_may_be_the_reason(audited: Audited):
    """What was published between backup and restore opens to nothing: ask for minutes."""
    today = clock.day_number()
    with db.writing(audited.agency.engine) as connection:
        note.write_restored(connection, note.Restored(today - 1, today))
    assert_found(audited.verify(Kept(bytes(32))), "it was restored on")
