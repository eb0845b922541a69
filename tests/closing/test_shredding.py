"""A shredded case is gone: from today's database, and from every copy once the keys of then have ended."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update

from tests.closing import shredded
from tests.closing.shredded import ERASURE, POLICY, Copies, proposed
from tests.conftest import Agency
from tipline import db, tables
from tipline.assessment import second
from tipline.audit import actions
from tipline.cases import audit, case, disposition, inbox
from tipline.closing import closing, final, hold, rows, shredding
from tipline.dissemination import log
from tipline.dissemination.giving import Giving
from tipline.errors import AccessError, StateError
from tipline.keys import rest_lock
from tipline.papers import paper_box
from tipline.papers.reason import Reason
from tipline.restricted import marks
from tipline.search import segments


@pytest.fixture
def before(agency_: Agency, tmp_path: Path) -> Copies:
    """An agency whose case 1 is closed, with a copy of all its files."""
    shredded.fill(agency_)
    return shredded.copy(agency_, tmp_path / "before")


def end(agency_: Agency) -> None:
    shredded.shred(agency_)
    shredded.everybody_signs_in(agency_)
    shredded.end_the_week(agency_)


def test_a_copy_from_before_opens_nothing_with_everybody_s_secrets(agency_: Agency, before: Copies):
    """Every passphrase, every share and today's key files; with yesterday's key files it opens."""
    end(agency_)
    assert not before.opens_the_tip(agency_, agency_.keys)
    assert before.opens(agency_, agency_.keys) == set()
    # So it is the locks that hold.
    assert before.opens_the_tip(agency_, before.keys)
    alice = agency_.work("Alice")
    final.attend(alice)
    (one,) = final.standing(alice)
    assert (one.number, one.waits, one.reached is not None) == (1, (), True)


@pytest.mark.assurance
def test_with_the_key_files_of_then_all_of_it_opens(agency_: Agency, before: Copies):
    """So the attacker of the test above looks in the right places: messages, papers and answers."""
    end(agency_)
    assert before.opens(agency_, before.keys) == before.rows
    assert len(before.rows) > 10


def keep_locks(agency_: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest_lock, "destroy", lambda *_: False)
    end(agency_)


def keep_the_key(agency_: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shredding.rekey, "ask", lambda *_: None)
    end(agency_)


def keep_the_week(agency_: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    shredded.shred(agency_)
    shredded.everybody_signs_in(agency_)


@pytest.mark.parametrize(
    "fault",
    [
        keep_locks,
        pytest.param(keep_the_key, marks=pytest.mark.assurance),
        pytest.param(keep_the_week, marks=pytest.mark.assurance),
    ],
)
def test_a_fault_would_be_noticed_and_nothing_is_called_final(
    agency_: Agency, before: Copies, monkeypatch: pytest.MonkeyPatch, fault
):
    """Each half left out: the copy opens, and the page does not say that it is final."""
    fault(agency_, monkeypatch)
    assert before.opens_the_tip(agency_, agency_.keys)
    alice = agency_.work("Alice")
    final.attend(alice)
    (one,) = final.standing(alice)
    assert one.reached is None
    assert one.waits
    assert one.weeks is (fault is keep_the_week)


def test_nothing_of_it_stands_in_any_file(agency_: Agency, before: Copies):
    """Not in a row, a free page or the journal; what a copy has of it is found in the copy."""
    kept = [path.read_bytes() for path in before.folder.glob("console.db*")]
    assert all(any(part in data for data in kept) for part in before.parts)
    shredded.shred(agency_)
    folder = agency_.made.console.parent
    now = [path.read_bytes() for path in folder.glob("console.db*")]
    assert not any(part in data for part in before.parts for data in now)


def test_no_table_has_a_row_of_it_but_what_is_kept(agency_: Agency, before: Copies):
    """Whatever table comes later: what it has of a case goes, unless closing/rows.py says that it stays."""
    del before
    shredded.shred(agency_)
    with agency_.engine.connect() as connection:
        for table in set(tables.metadata.sorted_tables) - rows.KEPT:
            columns = [one for one in table.c if one.references(tables.case.c.id)]
            for column in columns:
                assert connection.scalar(select(column).where(column == 1)) is None, column
        assert connection.scalars(select(tables.outcome.c.count)).all() == [2]
        (closed,) = connection.execute(select(tables.closing)).all()
        assert (closed.code, closed.paper) == ("other-agency", None)
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


def test_who_got_a_document_of_it_stays_on_record(agency_: Agency, before: Copies):
    """What it was, when and by whom; to whom and why were sealed words of the case, and are gone with it."""
    del before
    alice = agency_.work("Alice")
    log.record(
        alice, case.open_(alice, 1), Giving("whole", "court", "The court"), b"document", paper_box.new_id()
    )
    shredded.shred(agency_)
    (line,) = log.of_desks(agency_.work("Alice"))
    assert (line.number, line.kind, line.officer, line.to) == (1, "whole", "Alice", None)
    assert line.sha256 == hashlib.sha256(b"document").digest()


def test_it_is_for_nobody_and_the_other_case_is_as_it_was(agency_: Agency, before: Copies):
    """Sessions that knew it know it no more; its number stays its own; the audit has who and why."""
    del before
    sessions = [agency_.work(name) for name in ("Alice", "Alan", "Bob")]
    shredded.shred(agency_)
    for own in sessions:
        own.refresh()
        with pytest.raises(AccessError):
            own.access(1)
        assert own.known.items(1) == []
    assert [one.message.text for one in case.open_(sessions[0], 2).said] == ["Words of another tipster."]
    assert 1 not in [line.number for line in inbox.page(sessions[0]).lines]
    with agency_.engine.connect() as connection:
        entries = audit.of_case(connection, [agency_.desk()], 1)
        assert closing.status(connection, 1) == disposition.SHREDDED
    (said,) = [one for one in entries if one.action == actions.SHREDDED]
    assert said.detail == {"reason": ERASURE, "first": agency_.made.officers["Alice"].hex()}
    assert said.officer_name == "Alan"


def test_what_the_tipster_sends_after_it_is_a_case_of_its_own(agency_: Agency):
    """Nobody knows the thread any more, in no session: the message is unverified, and not lost."""
    keys = agency_.tip("words")
    alice = agency_.work("Alice")
    case.open_(alice, 1)
    closing.close(alice, 1, shredded.Disposition("spam"))
    shredded.shred(agency_)
    agency_.receive(agency_.seal(keys, "He is back.", kind="follow-up", counter=1))
    alice.refresh()
    (said,) = case.open_(alice, 2).said
    assert (said.message.text, said.verified) == ("He is back.", False)


def test_it_takes_two_and_a_closed_case_whose_term_is_over(agency_: Agency):
    """One officer alone, one of a unit, an open case, a period that is not over: refused."""
    keys = agency_.tip("words")
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    case.open_(alice, 1)
    with pytest.raises(StateError, match="closed"):
        shredding.ask(alice, 1, ERASURE, POLICY)
    closing.close(alice, 1, shredded.Disposition("spam"))
    with pytest.raises(StateError, match="period"):
        shredding.ask(alice, 1, shredding.PERIOD, POLICY)
    with pytest.raises(AccessError):
        shredding.ask(agency_.work("Bob"), 1, ERASURE, POLICY)
    shredding.ask(alice, 1, ERASURE, POLICY)
    seen = proposed(alan, second.SHRED)
    with pytest.raises(AccessError):
        shredding.confirm(alice, 1, seen, POLICY)
    agency_.receive(agency_.seal(keys, "He is back.", kind="follow-up", counter=1))
    alan.refresh()
    with pytest.raises(StateError, match="written again"):
        shredding.confirm(alan, 1, seen, POLICY)
    assert len(case.open_(alan, 1).said) == 2


def test_a_period_that_is_over_is_a_reason(agency_: Agency):
    """By the day on which it was closed, as the database has it."""
    agency_.tip("words")
    alice = agency_.work("Alice")
    case.open_(alice, 1)
    closing.close(alice, 1, shredded.Disposition("spam"))
    own = tables.closing
    with db.writing(agency_.engine) as connection:
        connection.execute(update(own).values(at=own.c.at - 91 * 86_400))
    shredding.ask(alice, 1, shredding.PERIOD, POLICY)


@pytest.mark.parametrize("rows_", ["there", "deleted"])
@pytest.mark.parametrize("how", ["held", "marked"])
def test_what_is_held_is_shredded_by_nobody(agency_: Agency, how: str, rows_: str):
    """Not when the hold came before, nor when it came between the two officers, nor when its row is gone."""
    agency_.tip("words")
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    case.open_(alice, 1)
    closing.close(alice, 1, shredded.Disposition("spam"))
    shredding.ask(alice, 1, ERASURE, POLICY)
    if how == "held":
        shredded.place_hold(alice)
    else:
        marks.mark(alice, 1, None)
    if rows_ == "deleted":
        with db.writing(agency_.engine) as connection:
            connection.execute(delete(tables.hold))
            connection.execute(delete(tables.marked))
            connection.execute(update(tables.case).values(restricted=False))
    with pytest.raises(StateError, match="held"):
        shredding.confirm(alan, 1, proposed(alan, second.SHRED), POLICY)
    with pytest.raises(StateError, match="held"):
        shredding.ask(alice, 1, ERASURE, POLICY)
    if (how, rows_) == ("held", "there"):
        with agency_.engine.connect() as connection:
            (one,) = hold.standing(connection, 1)
        hold.lift(alan, 1, one.seq, Reason("ended"))
        shredding.ask(alice, 1, ERASURE, POLICY)
        shredding.confirm(alan, 1, proposed(alan, second.SHRED), POLICY)


def test_nobody_shreds_another_tipster_s_file_by_naming_it(agency_: Agency):
    """A message can list any parcel; only those that its key opens go with it."""
    mine = agency_.file(b"evidence")
    agency_.tip("with a file", files=(mine,))
    stolen = shredded.replace(mine, key=bytes(32))
    agency_.tip("a thief of files", files=(stolen,))
    alice = agency_.work("Alice")
    number = max(line.number for line in inbox.page(alice).lines)
    case.open_(alice, number)
    closing.close(alice, number, shredded.Disposition("spam"))
    alan = agency_.work("Alan")
    shredding.ask(alice, number, ERASURE, POLICY)
    shredding.confirm(alan, number, proposed(alan, second.SHRED, number), POLICY)
    assert agency_.count("parcel") == 1


def test_what_a_session_put_into_the_index_as_it_was_shredded_goes_too(agency_: Agency, before: Copies):
    """It is found before anything is called final, at the next click of anybody."""
    del before
    shredded.shred(agency_)
    alice = agency_.work("Alice")
    own = alice.member.desks[agency_.desk()]
    with db.writing(agency_.engine) as connection:
        segments.write(connection, own, [b"{}"], [1])
    final.attend(alice)
    with agency_.engine.connect() as connection:
        assert (
            connection.scalar(select(tables.segment_case.c.case).where(tables.segment_case.c.case == 1))
            is None
        )
