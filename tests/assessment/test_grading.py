"""Grading a tip: kept with who and when, its history in the audit, its words sealed."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from tests.conftest import RAW, Agency
from tipline import tables
from tipline.assessment import grading, schemes
from tipline.assessment.schemes import Grading
from tipline.cases import audit
from tipline.errors import AccessError, FormatError
from tipline.papers import paper
from tipline.routing import route

KNOWN = Grading("europol", "B", "2", "H1", "AMBER")
WORDS = "Wrote of the same pier twice, and was right."


def given(agency: Agency, number: int = 1) -> grading.Given:
    with agency.engine.connect() as connection:
        return grading.of_case(connection, number, "3x5x2")


def test_it_is_kept_with_its_history(agency_: Agency):
    """The newest is shown, each that there was is in the audit, and the words are nowhere in the clear."""
    agency_.tip()
    alice = agency_.work("Alice")
    assert given(agency_) == grading.Given(schemes.first("3x5x2"))
    assert grading.grade(alice, 1, KNOWN, WORDS)
    last = Grading("europol", "A", "1", "H0", "GREEN")
    assert grading.grade(alice, 1, last)
    assert not grading.grade(alice, 1, last)
    assert (given(agency_).what, given(agency_).officer) == (last, "Alice")
    with agency_.engine.connect() as connection:
        audit.verify(connection, agency_.desk())
        entries = audit.of_case(connection, [agency_.desk()], 1)
        (words,) = (one.text for one in paper.of_case(connection, alice.member, 1))
    assert [was for entry in entries if (was := grading.said_in(entry))] == [KNOWN, last]
    assert words == WORDS
    stored = (agency_.made.data / "agency").glob("console.db*")
    assert not any(WORDS.encode() in one.read_bytes() for one in stored)


def test_only_triage_grades_and_only_with_codes(agency_: Agency):
    """A unit that has the tip does not; and what a row says that nobody signed for is not shown."""
    agency_.tip()
    alice = agency_.work("Alice")
    route.send(alice, 1, agency_.desk("Narcotics"), RAW)
    with pytest.raises(AccessError):
        grading.grade(agency_.work("Bob"), 1, KNOWN)
    with pytest.raises(FormatError):
        grading.grade(alice, 1, Grading("europol", "9", "2", "H1", "AMBER"))
    grading.grade(alice, 1, KNOWN)
    with agency_.engine.begin() as connection:
        connection.execute(update(tables.grading).values(source="9"))
        assert grading.of_cases(connection, [1], "3x5x2")[1].officer is None
        connection.execute(update(tables.grading).values(source="1", officer=agency_.work("Alan").member.id))
    assert (given(agency_).what, given(agency_).officer) == (KNOWN, "Alice")
