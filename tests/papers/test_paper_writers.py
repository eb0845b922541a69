"""A paper counts from a desk whose it is to write it: an officer who writes to the database signs for one."""

from __future__ import annotations

import pytest

from tests.conftest import Agency
from tests.papers.test_notes import questions
from tests.papers.test_paper import papers
from tests.papers.test_report import for_units, versions
from tests.papers.test_report import write as write_report
from tests.papers.test_report_alone import give
from tipline import db
from tipline.cases import audit
from tipline.cases.work import Work
from tipline.papers import notes, paper, paper_box
from tipline.papers.paper import NOTE, REPORT, Draft
from tipline.papers.paper_box import Label


@pytest.fixture
def works(agency_: Agency) -> tuple[Work, Work, Work]:
    """Alice at triage; Bob, whose unit has the report on case 1; Carol of another, who writes rows."""
    agency_.tip()
    alice, bob, carol = (agency_.work(name) for name in ("Alice", "Bob", "Carol"))
    write_report(alice)
    give(alice, agency_.desk("Narcotics"))
    return alice, bob, carol


def forge(agency: Agency, own: Work, label: Label) -> bytes:
    """Write a paper as an officer's desk, sealed to all three, whatever it is; return its hash."""
    (desk,) = own.member.desks
    with db.writing(agency.engine) as connection:
        readers = [
            paper.reader(connection, own.member, one)
            for one in (desk, agency.desk(), agency.desk("Narcotics"))
        ]
        return paper.write(connection, own.member, Draft(label, desk, "Arrest the mayor."), readers)


def test_a_report_is_triages(agency_: Agency, works: tuple[Work, Work, Work]):
    """One that another desk wrote and approved, in its own chain, is given to nobody and shown to nobody."""
    alice, bob, carol = works
    label = Label(paper_box.new_id(), 1, REPORT, 2)
    hash_ = forge(agency_, carol, label)
    with db.writing(agency_.engine) as connection:
        approved, detail = (audit.APPROVED, paper.object_of(label)), {"hash": hash_.hex()}
        audit.append(connection, carol.member, agency_.desk("Traffic"), approved, detail)
    assert [one.paper.text for one in versions(alice)] == [None, "the report"]
    assert for_units(alice, approval=False) == "the report"
    assert for_units(alice) is None
    assert [one.text for one in papers(bob)] == ["the report", None]


def test_an_answer_is_triages(agency_: Agency, works: tuple[Work, Work, Work]):
    """And a desk's notes are its own: neither is shown as that from another desk."""
    alice, bob, carol = works
    notes.ask(bob, 1, "which dock?", paper_box.new_id())
    (question,) = questions(bob)
    for about in (question.paper.label.id, None):
        forge(agency_, carol, Label(paper_box.new_id(), 1, NOTE, about=about))
    for own in (alice, bob):
        assert "Arrest the mayor." not in {one.text for one in papers(own)}
        assert [one.text for one in papers(own) if one.label.kind == NOTE] == [None] * 2
