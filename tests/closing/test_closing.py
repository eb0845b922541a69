"""Closing a case and opening it again."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from tests.conftest import REPORT, Agency
from tipline import db, tables
from tipline.assessment import second
from tipline.audit import actions
from tipline.cases import audit, case, disposition
from tipline.cases.work import Work
from tipline.closing import closing
from tipline.closing.disposition import DUPLICATE, MALICIOUS, NO_NEXUS, SPAM, Disposition
from tipline.errors import AccessError, FormatError, StateError
from tipline.papers import paper_box, report
from tipline.papers.reason import Reason
from tipline.routing import response, route


def status(agency_: Agency, number: int = 1) -> str:
    with agency_.engine.connect() as connection:
        return closing.status(connection, number)


def proposal(own: Work, number: int = 1) -> second.Proposal:
    with own.engine.connect() as connection:
        (one,) = second.waiting(connection, own.member.desks.popitem()[0], number)
    own.refresh()
    return one


def entries(agency_: Agency, action: str, number: int = 1) -> list[dict]:
    with agency_.engine.connect() as connection:
        found = audit.of_case(connection, [agency_.desk()], number)
    return [one.detail for one in found if one.action == action]


@pytest.fixture
def alice(agency_: Agency) -> Work:
    """Alice, who has read the one tip."""
    agency_.tip("words")
    own = agency_.work("Alice")
    case.open_(own, 1)
    return own


def test_it_is_closed_with_a_disposition_and_words_are_sealed(agency_: Agency, alice: Work):
    """The code is a workflow fact; what somebody wrote is in a paper of the desk's."""
    assert closing.close(alice, 1, Disposition(MALICIOUS, words="She says she made it up."))
    assert status(agency_) == disposition.CLOSED
    with agency_.engine.connect() as connection:
        closed = closing.last(connection, 1)
    assert (closed.code, closed.officer, closed.second) == (MALICIOUS, "Alice", None)
    (paper,) = case.open_(agency_.work("Alan"), 1).papers
    assert (paper.label.id, paper.text) == (closed.paper, "She says she made it up.")
    (said,) = entries(agency_, actions.CLOSED)
    assert said["disposition"] == MALICIOUS
    assert said["paper"] == paper.label.id.hex()


PLANTED = {"code": "spam", "second": True, "officer": True, "duplicate_of": 1}


@pytest.mark.parametrize("what", [*PLANTED, "all of it"])
def test_a_row_alone_closes_nothing(agency_: Agency, alice: Work, what: str):
    """Another code, a second officer who never confirmed, another's name; or a case that nobody closed."""
    alan = agency_.work("Alan").member.id
    if what != "all of it":
        closing.close(alice, 1, Disposition(MALICIOUS, words="She says she made it up."))
        with agency_.engine.begin() as connection:
            assert closing.last(connection, 1).signed
            value = alan if PLANTED[what] is True else PLANTED[what]
            connection.execute(update(tables.closing).values({what: value}))
            assert not closing.last(connection, 1).signed
        return
    with agency_.engine.begin() as connection:
        connection.execute(update(tables.case).values(status=disposition.CLOSED))
        assert not closing.last(connection, 1).signed


def test_what_nobody_read_is_not_closed(agency_: Agency):
    """Not unread, and not what the tipster added while it was being closed."""
    keys = agency_.tip("words")
    alice = agency_.work("Alice")
    with pytest.raises(StateError, match="nobody has read"):
        closing.close(alice, 1, Disposition(SPAM))
    case.open_(alice, 1)
    seen = route.digest(item.envelope for item in alice.known.items(1))
    agency_.receive(agency_.seal(keys, "more", kind="follow-up", counter=1))
    alice.refresh()
    with pytest.raises(StateError, match="wrote again"):
        closing.close(alice, 1, Disposition(SPAM), seen)


def test_a_threat_to_life_takes_a_second_officer(agency_: Agency):
    """Who proposed it does not confirm it, nobody of a unit does, and the tipster's next word stops it."""
    keys = agency_.tip("He has a gun.", danger="yes")
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    case.open_(alice, 1)
    assert not closing.close(alice, 1, Disposition(NO_NEXUS, words="It is a film."))
    assert status(agency_) == disposition.READ
    seen = proposal(alan).seq
    with pytest.raises(AccessError):
        closing.confirm(alice, 1, seen)
    with pytest.raises(AccessError):
        closing.confirm(agency_.work("Bob"), 1, seen)
    agency_.receive(agency_.seal(keys, "Come now", kind="follow-up", counter=1))
    alan.refresh()
    case_before = status(agency_)
    assert case_before in {disposition.AGAIN, disposition.READ}
    messages = route.digest(item.envelope for item in alan.known.items(1)[:1])
    with pytest.raises(StateError, match="wrote again"):
        closing.confirm(alan, 1, seen, messages)
    case.open_(alan, 1)
    closing.confirm(alan, 1, seen)
    assert status(agency_) == disposition.CLOSED
    with agency_.engine.connect() as connection:
        closed = closing.last(connection, 1)
    assert (closed.officer, closed.second, closed.code) == ("Alice", "Alan", NO_NEXUS)
    (said,) = entries(agency_, actions.CLOSED)
    assert said["first"] == alice.member.id.hex()


def test_what_the_tipster_sends_opens_it_again_and_is_not_lost(agency_: Agency):
    """As "again", with an entry in the audit; the message is there to be read."""
    keys = agency_.tip("words")
    alice = agency_.work("Alice")
    case.open_(alice, 1)
    closing.close(alice, 1, Disposition(NO_NEXUS))
    agency_.receive(agency_.seal(keys, "He is back.", kind="follow-up", counter=1))
    alan = agency_.work("Alan")
    assert status(agency_) == disposition.AGAIN
    assert [one.message.text for one in case.open_(alan, 1).said] == ["words", "He is back."]
    assert entries(agency_, actions.FOLLOWED_UP) == [{}]
    with agency_.engine.connect() as connection:
        assert closing.last(connection, 1) is None


def test_it_is_opened_again_with_a_reason_and_is_where_the_unit_has_it(agency_: Agency, alice: Work):
    """A unit that had accepted it has it still."""
    unit = agency_.desk("Narcotics")
    report.write(alice, 1, "a report", paper_box.new_id(), 0)
    route.send(alice, 1, unit, REPORT)
    response.accept(agency_.work("Bob"), 1, unit)
    closing.close(alice, 1, Disposition(NO_NEXUS))
    with pytest.raises(FormatError):
        closing.reopen(alice, 1, Reason(""))
    closing.reopen(alice, 1, Reason("unit"))
    assert status(agency_) == disposition.ACCEPTED
    with pytest.raises(StateError):
        closing.reopen(alice, 1, Reason("unit"))
    with pytest.raises(AccessError):
        closing.close(agency_.work("Bob"), 1, Disposition(SPAM))


def test_a_closed_case_closes_no_other(agency_: Agency, alice: Work):
    """What repeats it is closed as such only while that one is open; and no case repeats itself."""
    agency_.tip("the same words")
    alice.refresh()
    case.open_(alice, 2)
    for number, wrong in ((2, "itself"), (99, "no such case")):
        with pytest.raises(FormatError, match=wrong):
            closing.close(alice, 2, Disposition(DUPLICATE, number))
    closing.close(alice, 1, Disposition(NO_NEXUS))
    with pytest.raises(StateError, match="repeats is closed"):
        closing.close(alice, 2, Disposition(DUPLICATE, 1))
    closing.reopen(alice, 1, Reason("too-early"))
    with db.writing(agency_.engine) as connection:
        connection.execute(update(tables.case).where(tables.case.c.id == 2).values(priority=0))
    assert not closing.close(alice, 2, Disposition(DUPLICATE, 1))
    closing.confirm(agency_.work("Alan"), 2, proposal(agency_.work("Alan"), 2).seq)
    with agency_.engine.connect() as connection:
        assert closing.last(connection, 2).duplicate_of == 1
        assert connection.scalar(select(tables.case.c.priority).where(tables.case.c.id == 2)) == 0
