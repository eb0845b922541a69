"""One act on many cases: each by itself, and taken back by the inverse act while it stands as it was left."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.conftest import RAW, Agency
from tipline import tables
from tipline.assessment import priority
from tipline.audit import actions
from tipline.cases import audit, case, inbox, reply
from tipline.cases.work import Work
from tipline.closing import closing, hold
from tipline.lanes import bulk
from tipline.lanes.bulk import Asked
from tipline.papers.reason import Reason
from tipline.routing import response, route, taken


def acts(agency: Agency, number: int) -> list[str]:
    """Return what the chains of all desks say was done to a case."""
    with agency.engine.connect() as connection:
        desks = connection.scalars(select(tables.desk.c.id)).all()
        return [entry.action for entry in audit.of_case(connection, desks, number)]


def status(agency: Agency, number: int) -> str:
    """Return a case's status."""
    own = tables.case.c
    with agency.engine.connect() as connection:
        return connection.scalar(select(own.status).where(own.id == number)) or ""


def refused(done: list[bulk.Did]) -> dict[int, str]:
    """Return why nothing was done to those that were left."""
    return {one.number: one.refused for one in done if one.refused}


def test_what_fails_fails_alone(agency_: Agency):
    """A colleague's case, one of nobody's, and one that is this officer's already."""
    for _ in range(4):
        agency_.tip()
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    taken.take(alan, 1)
    taken.take(alice, 2)
    done = bulk.do(alice, Asked(bulk.TAKE), [1, 2, 3, 4, 99])
    assert list(refused(done)) == [1, 99]
    assert "colleague" in refused(done)[1]
    assert [one.number for one in done if one.back] == [3, 4]
    assert [line.mine for line in inbox.page(alice).lines] == [True, True, True, False]
    assert refused(bulk.undo(alice, done)) == {}
    assert [line.number for line in inbox.page(alice).lines if line.mine] == [2]
    assert acts(agency_, 3) == [actions.TOOK, actions.HANDED_BACK]


def test_what_changed_since_is_not_undone(agency_: Agency):
    """A case that was handed back, and taken by a colleague, stays theirs."""
    agency_.tip()
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    done = bulk.do(alice, Asked(bulk.TAKE), [1])
    taken.hand_back(alice, 1)
    taken.take(alan, 1)
    assert refused(bulk.undo(alice, done))
    assert inbox.page(alan).lines[0].mine


def test_routing_is_undone_by_withdrawing(agency_: Agency):
    """The unit's keys go, the status is as before, and the audit has both; not once the unit has acted."""
    for _ in range(3):
        agency_.tip()
    alice = agency_.work("Alice")
    narcotics, traffic = agency_.desk("Narcotics"), agency_.desk("Traffic")
    case.open_(alice, 2)
    done = bulk.do(alice, Asked(bulk.ROUTE, narcotics, giving=RAW), [1, 2, 3])
    assert [status(agency_, number) for number in (1, 2, 3)] == ["routed"] * 3
    bob = agency_.work("Bob")
    assert len(inbox.page(bob).lines) == 3
    response.accept(bob, 3, narcotics)
    assert list(refused(bulk.undo(alice, done))) == [3]
    assert [status(agency_, number) for number in (1, 2, 3)] == ["new", "read", "accepted"]
    bob.refresh()
    assert [line.number for line in inbox.page(bob).lines] == [3]
    assert acts(agency_, 1) == [actions.ROUTED, actions.WITHDREW]
    # One for information becomes responsible, and is for information again.
    first = bulk.do(alice, Asked(bulk.ROUTE, traffic, part="inform", giving=RAW), [1])
    second = bulk.do(alice, Asked(bulk.ROUTE, traffic, giving=RAW), [1])
    assert not refused(first) | refused(second) | refused(bulk.undo(alice, second))
    (line,) = inbox.page(agency_.work("Carol")).lines
    assert [to.part for to in line.routes] == ["information"]


def test_a_colleague_s_routing_and_hold_are_not_undone(agency_: Agency, monkeypatch: pytest.MonkeyPatch):
    """What looks as this act left it was done by somebody else since, or in the same moment."""
    agency_.tip()
    alice, alan, unit = agency_.work("Alice"), agency_.work("Alan"), agency_.desk("Narcotics")
    sent = bulk.do(alice, Asked(bulk.ROUTE, unit, giving=RAW), [1])
    route.withdraw(alan, 1, unit, Reason("mistake"))
    route.send(alan, 1, unit, RAW)
    assert refused(bulk.undo(alice, sent))
    assert status(agency_, 1) == "routed"
    place = hold.place

    def and_another(own: Work, number: int, why: Reason) -> int:
        placed = place(own, number, why)
        place(alan, 1, Reason("complaint"))
        return placed

    monkeypatch.setattr(hold, "place", and_another)
    held = bulk.do(alice, Asked(bulk.HOLD, why=Reason("court")), [1])
    assert not refused(bulk.undo(alice, held))
    with agency_.engine.connect() as connection:
        assert [one.officer for one in hold.standing(connection, 1)] == ["Alan"]


def test_a_case_that_was_opened_meanwhile_stays_read(agency_: Agency):
    """Withdrawing does not make unread what a colleague has read since."""
    agency_.tip()
    alice = agency_.work("Alice")
    done = bulk.do(alice, Asked(bulk.ROUTE, agency_.desk("Narcotics"), giving=RAW), [1])
    case.open_(agency_.work("Alan"), 1)
    assert not refused(bulk.undo(alice, done))
    assert status(agency_, 1) == "read"


def test_without_a_report_nothing_is_given(agency_: Agency):
    """Each such case is named with its reason."""
    agency_.tip()
    alice = agency_.work("Alice")
    done = bulk.do(alice, Asked(bulk.ROUTE, agency_.desk("Narcotics")), [1])
    assert "no new report" in refused(done)[1]
    assert bulk.undo(alice, done) == []


def test_a_priority_is_put_back(agency_: Agency):
    """By the same act; what was made P0, or changed since, waits for people."""
    for _ in range(3):
        agency_.tip()
    agency_.tip(danger="yes")
    alice = agency_.work("Alice")

    def priorities() -> list[int]:
        with agency_.engine.connect() as connection:
            return [priority.of(connection, number) for number in (1, 2, 3, 4)]

    done = bulk.do(alice, Asked(bulk.PRIORITY, level=2, why=Reason("graver")), [1, 2, 3, 4])
    assert priorities() == [2, 2, 2, 0]
    assert [one.number for one in done if one.waits] == [4]
    priority.change(alice, 2, 1, Reason("life"))
    assert list(refused(bulk.undo(alice, done))) == [2]
    assert priorities() == [3, 1, 3, 0]
    assert acts(agency_, 1) == [actions.PRIORITISED, actions.PRIORITISED]
    assert refused(bulk.do(alice, Asked(bulk.PRIORITY, level=2), [1]))


def test_what_was_closed_or_held_is_open_as_before(agency_: Agency):
    """What nobody read is not closed; what a colleague did since stands; a P0 waits for a second one."""
    for _ in range(4):
        agency_.tip()
    agency_.tip(danger="yes")
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    for number in (1, 2, 3, 5):
        case.open_(alice, number)
    reply.send(alice, 2, "Thank you.", reply.new_id())
    done = bulk.do(alice, Asked(bulk.CLOSE, why=Reason("spam")), [1, 2, 3, 4, 5])
    assert list(refused(done)) == [4]
    assert [one.number for one in done if one.waits] == [5]
    assert [line.number for line in inbox.page(alice).lines] == [5, 4]
    closing.reopen(alan, 3, Reason("unit"))
    assert list(refused(bulk.undo(alice, done))) == [3]
    assert [status(agency_, number) for number in (1, 2, 3)] == ["read", "answered", "read"]
    assert acts(agency_, 1)[-2:] == [actions.CLOSED, actions.REOPENED]

    held = bulk.do(alice, Asked(bulk.HOLD, why=Reason("court")), [1, 2])
    assert [status(agency_, number) for number in (1, 2)] == ["held", "held"]
    assert not refused(bulk.undo(alice, held))
    assert [status(agency_, number) for number in (1, 2)] == ["read", "answered"]
    with agency_.engine.connect() as connection:
        assert not hold.standing(connection, 1)
    assert refused(bulk.do(alice, Asked(bulk.CLOSE, why=Reason("malicious")), [1]))
