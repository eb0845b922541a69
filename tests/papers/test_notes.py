"""Notes stay at their desk; a unit's question goes to triage, and only triage writes to the tipster."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update

from tests.conftest import Agency
from tests.papers.test_paper import papers
from tests.papers.test_report import write as write_report
from tests.papers.test_report_alone import give
from tipline import db, tables
from tipline.cases import audit, case, reply
from tipline.cases.work import Access, Work
from tipline.errors import AccessError
from tipline.papers import from_triage, notes, paper, paper_box
from tipline.papers.notes import Question
from tipline.papers.reason import Reason
from tipline.routing import response, route


@pytest.fixture
def works(agency_: Agency) -> tuple[Work, Work]:
    """Alice at triage and Bob at the unit, which has the report on case 1."""
    agency_.tip()
    alice, bob = agency_.work("Alice"), agency_.work("Bob")
    write_report(alice)
    give(alice, agency_.desk("Narcotics"))
    return alice, bob


def questions(own: Work) -> list[Question]:
    with own.engine.connect() as connection:
        return notes.questions(connection, papers(own))


def test_a_note_is_for_its_desk(agency_: Agency, works: tuple[Work, Work]):
    """Of a unit and of triage alike; a colleague reads it; the same form sent twice is one note."""
    alice, bob = works
    note_id = paper_box.new_id()
    assert notes.note(bob, 1, "of the unit", note_id)
    assert not notes.note(bob, 1, "of the unit", note_id)
    notes.note(alice, 1, "of triage", paper_box.new_id())
    assert [one.text for one in papers(bob) if one.label.kind == paper.NOTE] == ["of the unit"]
    for own in (alice, agency_.work("Alan")):
        assert [one.text for one in papers(own) if one.label.kind == paper.NOTE] == ["of triage"]


def test_a_question_is_asked_by_triage(works: tuple[Work, Work]):
    """The unit sees that it was asked and when; not the reply."""
    alice, bob = works
    question_id = paper_box.new_id()
    notes.ask(bob, 1, "which dock?", question_id)
    assert [one.is_open for one in questions(alice)] == [True]
    reply.send(alice, 1, "Can you say where?", manner=reply.Manner(question=question_id))
    for own in (alice, bob):
        (one,) = questions(own)
        assert (one.is_open, one.asked[0].officer_name) == (False, "Alice")
    assert case.open_(bob, 1).conversation == ()


def test_a_unit_does_not_say_that_its_question_was_asked(agency_: Agency, works: tuple[Work, Work]):
    """Its officer who writes to the database signs that it was, in the unit's own chain."""
    alice, bob = works
    question_id = paper_box.new_id()
    notes.ask(bob, 1, "which dock?", question_id)
    with db.writing(agency_.engine) as connection:
        what, detail = (audit.REPLIED, {"case": 1}), {"question": question_id.hex()}
        audit.append(connection, bob.member, agency_.desk("Narcotics"), what, detail)
    assert [one.is_open for one in questions(alice)] == [True]


def test_triage_answers_the_unit(agency_: Agency, works: tuple[Work, Work]):
    """With a note that both can read, and no other unit."""
    alice, bob = works
    notes.ask(bob, 1, "which dock?", paper_box.new_id())
    (question,) = questions(alice)
    notes.answer(alice, question.paper.label, "That would name the tipster.", paper_box.new_id())
    for own in (alice, bob):
        (one,) = questions(own)
        assert [answer.text for answer in one.answers] == ["That would name the tipster."]
    assert papers(agency_.work("Carol")) == []


def test_only_triage_answers_and_only_units_ask(agency_: Agency, works: tuple[Work, Work]):
    """A unit answers no question, triage asks none, and who lost the case is answered no more."""
    alice, bob = works
    with pytest.raises(AccessError):
        notes.ask(alice, 1, "which dock?", paper_box.new_id())
    notes.ask(bob, 1, "which dock?", paper_box.new_id())
    (question,) = questions(alice)
    with pytest.raises(AccessError):
        notes.answer(bob, question.paper.label, "pier 7", paper_box.new_id())
    with pytest.raises(AccessError):
        notes.answer(alice, paper_box.Label(bytes(16), 1, paper.QUESTION), "pier 7", paper_box.new_id())
    route.withdraw(alice, 1, agency_.desk("Narcotics"), Reason("mistake"))
    with pytest.raises(AccessError):
        notes.answer(alice, question.paper.label, "pier 7", paper_box.new_id())


def test_a_question_goes_to_no_desk_that_only_the_rows_call_triage(agency_: Agency, works: tuple[Work, Work]):
    """Who writes to the database can say that another desk triages the case."""
    _, bob = works
    with db.writing(agency_.engine) as connection:
        connection.execute(update(tables.case).values(desk=agency_.desk("Traffic")))
        connection.execute(update(tables.desk).values(kind="triage"))
    with pytest.raises(AccessError, match="no triage desk has given"):
        notes.ask(bob, 1, "which dock?", paper_box.new_id())
    with pytest.raises(AccessError, match="no triage desk has given"):
        response.decline(bob, 1, agency_.desk("Narcotics"), Reason("other", "it is my brother's shop"))
    assert papers(agency_.work("Carol")) == []


def test_it_goes_to_the_desk_that_gave_the_case(agency_: Agency, works: tuple[Work, Work]):
    """By what its officers signed: a second triage desk did not, whatever the case's row says."""
    _, bob = works
    unit = agency_.desk("Narcotics")
    with agency_.engine.connect() as connection:
        assert from_triage.desk(connection, bob.member, 1, unit) == agency_.desk()
        with pytest.raises(AccessError):
            from_triage.desk(connection, bob.member, 1, agency_.desk("Traffic"))
    with db.writing(agency_.engine) as connection:
        connection.execute(delete(tables.audit).where(tables.audit.c.desk == agency_.desk()))
    with pytest.raises(AccessError):
        notes.ask(bob, 1, "which dock?", paper_box.new_id())


def test_an_answer_is_not_sealed_to_a_unit_that_lost_the_case_meanwhile(works: tuple[Work, Work]):
    """Triage withdraws while a colleague writes: looked at again where it is written."""
    alice, bob = works
    notes.ask(bob, 1, "which dock?", paper_box.new_id())
    (question,) = questions(alice)
    unit = question.paper.desk

    class Meanwhile(Work):
        def access(self, number: int) -> Access:
            access = super().access(number)
            route.withdraw(alice, number, unit, Reason("source"))
            return access

    late = Meanwhile(alice.engine, alice.member, alice.known)
    with pytest.raises(AccessError, match="has not got this case"):
        notes.answer(late, question.paper.label, "pier 7", paper_box.new_id())
    assert [one.text for one in papers(bob)] == ["which dock?"]
