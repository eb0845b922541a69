"""What is taken over is sealed like a tip, found by its old number, answered by nobody and never doubled."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from tests.conftest import Agency
from tipline import db, tables
from tipline.audit import actions
from tipline.cases import audit, case, disposition, reply
from tipline.cases.work import Work
from tipline.closing import closing, timekeeping
from tipline.closing.disposition import Disposition
from tipline.closing.settings import Clocks
from tipline.errors import AccessError, StateError
from tipline.imports import check, lines, mapping, marked, taking
from tipline.imports.taking import Plan
from tipline.numbers import count, month
from tipline.talk import holding

FILE = (
    "number,text,date,category,priority,disposition,note\n"
    "P3-1001,=HYPERLINK(evil) a van in Harbour Street,2025-03-01,drugs,P1,,kept by Ann\n"
    "P3-1002,nothing of it,2025-03-02,drugs,,unfounded,\n"
)


def plan(own: Work, agency: Agency, text: str = FILE) -> Plan:
    """Check a file as the page does."""
    desk = agency.desk()
    read = lines.read(text.encode())
    found = check.check(read, mapping.read(""), {"drugs", "other"}, taking.numbers(own, desk))
    with own.engine.connect() as connection:
        return Plan(desk, agency.id, bytes(32), found.cases, marked.count(connection))


def test_it_becomes_a_case_that_is_opened_and_found(agency_):
    """Word for word, by its old number and its words; the next tip has a number of its own."""
    alice = agency_.work("Alice")
    assert taking.take(alice, plan(alice, agency_)) == 2
    opened = case.open_(agency_.work("Alan"), 1)
    assert [one.message.text for one in opened.said] == ["=HYPERLINK(evil) a van in Harbour Street"]
    assert opened.said[0].message.via == "import"
    assert (opened.status, opened.priority, opened.damaged, opened.alarm) == (disposition.READ, 1, 0, False)
    assert [one.text for one in opened.papers] == [f"{check.NOTED}P3-1001\n\nkept by Ann"]
    assert alice.known.search('"P3-1001"') == [1]
    assert alice.known.search("harbour") == [1]
    agency_.tip("a new tip")
    alice.refresh()
    assert [one.message.text for one in case.open_(alice, 3).said] == ["a new tip"]


def test_how_it_ended_is_kept(agency_):
    """Closed with its code, as if it had been closed here; the other waits to be read."""
    alice = agency_.work("Alice")
    taking.take(alice, plan(alice, agency_))
    with agency_.engine.connect() as connection:
        rows = connection.execute(select(tables.case.c.status, tables.case.c.day)).all()
        (end,) = connection.execute(select(tables.closing)).all()
    assert [row.status for row in rows] == ["new", "closed"]
    assert (end.case, end.code) == (2, "unfounded")


def test_a_second_run_files_nothing_twice(agency_):
    """By whichever officer, and after a stop in the middle."""
    alice = agency_.work("Alice")
    first = plan(alice, agency_)
    taking.take(alice, Plan(first.desk, first.agency, first.file, first.cases[:1], first.before))
    alan = agency_.work("Alan")
    assert taking.numbers(alan, agency_.desk()) == {"P3-1001"}
    assert taking.take(alan, plan(alan, agency_)) == 1
    assert plan(alice, agency_).cases == ()
    assert agency_.count("case") == 2
    with pytest.raises(StateError, match="somebody else"):
        taking.take(alice, first)
    assert agency_.count("case") == 2


def test_a_batch_is_all_or_nothing(agency_, monkeypatch):
    """What fails in the middle of one leaves none of it: no case without words, no note without a case."""
    alice = agency_.work("Alice")
    ready = plan(alice, agency_)
    real = taking._seal

    def fails(connection, desk, agency, one, number):
        if one.number == "P3-1002":
            raise RuntimeError
        real(connection, desk, agency, one, number)

    monkeypatch.setattr(taking, "_seal", fails)
    with pytest.raises(RuntimeError):
        taking.take(alice, ready)
    assert [agency_.count(name) for name in ("case", "envelope", "stanza", "paper", "imported")] == [0] * 5
    monkeypatch.undo()
    assert taking.take(alice, ready) == 2


def test_nobody_is_answered(agency_):
    """There is no receipt for it, and no label of the board is spent."""
    alice = agency_.work("Alice")
    taking.take(alice, plan(alice, agency_))
    with pytest.raises(AccessError, match="receipt"):
        reply.send(alice, 1, "thank you")
    assert agency_.count("slot") == 0


def test_it_is_in_the_audit_case_by_case(agency_):
    """With the file's hash and the line, and without a word or a number of it."""
    alice = agency_.work("Alice")
    taking.take(alice, plan(alice, agency_))
    with agency_.engine.connect() as connection:
        audit.verify(connection, agency_.desk())
        entries = [
            entry for number in (1, 2) for entry in audit.of_case(connection, [agency_.desk()], number)
        ]
    took = [entry for entry in entries if entry.action == actions.IMPORTED]
    assert [(one.case, one.detail["line"], one.officer_name) for one in took] == [
        (1, 2, "Alice"),
        (2, 3, "Alice"),
    ]
    assert "P3-" not in str([(one.object, one.detail) for one in entries])


def test_no_word_of_it_is_in_the_clear(agency_):
    """Neither text nor old number nor note: in no byte of the database's files."""
    alice = agency_.work("Alice")
    taking.take(alice, plan(alice, agency_))
    with agency_.engine.connect() as connection:
        folder = db.folder_of(connection)
    held = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    for word in ("Harbour", "P3-1001", "HYPERLINK", "kept by Ann"):
        assert word.encode() not in held
        assert word.encode("utf-16-le") not in held


def test_no_weeks_key_opens_it_and_no_other_desk(agency_):
    """Its envelope is nobody's alarm either: other desks try it and find nothing."""
    alice = agency_.work("Alice")
    taking.take(alice, plan(alice, agency_))
    with pytest.raises(AccessError):
        case.open_(agency_.work("Bob"), 1)
    with pytest.raises(AccessError):
        taking.take(agency_.work("Bob"), plan(alice, agency_))
    with agency_.engine.connect() as connection:
        rows = connection.execute(select(tables.envelope)).all()
        assert [(row.broken, row.alarm, row.desk) for row in rows] == [(None, False, None)] * 2


def test_nothing_of_it_waits_for_an_answer_or_counts_as_this_months_work(agency_):
    """No holding text, no clock of a tipster who cannot be told; how it had ended is no closing of today."""
    alice = agency_.work("Alice")
    taking.take(alice, plan(alice, agency_))
    case.open_(alice, 1)
    assert holding.waiting(alice) == []
    policy = Clocks(directive=["drugs"])
    with agency_.engine.connect() as connection:
        assert timekeeping.due(connection, alice, policy).overdue == frozenset()
        assert timekeeping.of_case(connection, alice, 1, policy) == ()
    with db.writing(agency_.engine) as connection:
        for table in (tables.closing, tables.imported):
            connection.execute(update(table).values(at=table.c.at - 60))
    assert count.month(alice, month.of_today()).dispositions == {}
    closing.close(alice, 1, Disposition("insufficient"))
    assert count.month(alice, month.of_today()).dispositions == {"insufficient": 1}
