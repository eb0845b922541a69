"""How urgent a case is, and what it takes to say that nobody's life is in danger."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from tests.conftest import RAW, Agency
from tipline import tables
from tipline.assessment import priority, second
from tipline.audit import actions
from tipline.cases import audit
from tipline.errors import AccessError, FormatError, StateError
from tipline.papers.reason import Reason
from tipline.routing import route

LESS = Reason("lesser", "It was a film set.")


def waiting(agency: Agency) -> list[second.Proposal]:
    with agency.engine.connect() as connection:
        return second.waiting(connection, agency.desk(), 1)


def now(agency: Agency) -> int:
    with agency.engine.connect() as connection:
        return priority.of(connection, 1)


def actions_of(agency: Agency) -> list[str]:
    with agency.engine.connect() as connection:
        audit.verify(connection, agency.desk())
        return [entry.action for entry in audit.of_case(connection, [agency.desk()], 1)]


def test_a_threat_to_life_is_lowered_by_two(agency_: Agency):
    """The first alone changes nothing, nobody confirms their own, and only what was seen is confirmed."""
    agency_.tip(danger="yes")
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    assert not priority.change(alice, 1, 2, LESS)
    (one,) = waiting(agency_)
    assert (now(agency_), one.to, one.name, one.reason) == (0, "2", "Alice", "lesser")
    with pytest.raises(AccessError):
        priority.confirm(alice, 1, one.seq)
    with pytest.raises(StateError):
        priority.confirm(alan, 1, one.seq - 1)
    with pytest.raises(StateError, match="wrote again"):
        priority.confirm(alan, 1, one.seq, bytes(32))
    assert (now(agency_), len(waiting(agency_))) == (0, 1)
    messages = route.digest(item.envelope for item in alan.known.items(1))
    priority.confirm(alan, 1, one.seq, messages)
    assert (now(agency_), waiting(agency_)) == (2, [])
    assert actions_of(agency_)[-2:] == [actions.CONFIRMED, actions.PRIORITISED]
    with pytest.raises(StateError):
        priority.confirm(alan, 1, one.seq)
    # From there on one officer may, and raises it again at once.
    assert priority.change(alice, 1, 3, Reason("no-nexus"))
    assert priority.change(alice, 1, 0, Reason("life"))
    assert now(agency_) == 0


def test_a_proposal_is_dropped_by_either(agency_: Agency):
    """The first takes it back, a second refuses; a row that says otherwise proposes nothing."""
    agency_.tip(danger="yes")
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    for who in (alice, alan):
        priority.change(alice, 1, 4, LESS)
        (one,) = waiting(agency_)
        priority.drop(who, 1, one.seq)
        assert waiting(agency_) == []
        with pytest.raises(StateError):
            priority.confirm(alan, 1, one.seq)
    row = {"case": 1, "act": "priority", "desk": agency_.desk(), "officer": alice.member.id, "at": 1}
    with agency_.engine.begin() as connection:
        assert connection.execute(select(tables.proposal)).all() == []
        connection.execute(insert(tables.proposal).values(row))
    assert waiting(agency_) == []
    assert now(agency_) == 0


def test_who_may_and_why(agency_: Agency):
    """Triage alone, with a reason of the list; a unit that has the tip may not."""
    agency_.tip()
    alice = agency_.work("Alice")
    with pytest.raises(FormatError):
        priority.change(alice, 1, 2, Reason("capacity"))
    with pytest.raises(FormatError):
        priority.change(alice, 1, 5, LESS)
    with pytest.raises(StateError):
        priority.change(alice, 1, 3, LESS)
    route.send(alice, 1, agency_.desk("Narcotics"), RAW)
    with pytest.raises(AccessError):
        priority.change(agency_.work("Bob"), 1, 0, Reason("life"))
    assert now(agency_) == 3


def test_a_tipster_raises_and_never_lowers(agency_: Agency):
    """What triage lowered is raised again by a new word of danger, and not lowered by its absence."""
    keys = agency_.tip()
    alice = agency_.work("Alice")
    priority.change(alice, 1, 1, Reason("little-time"))
    for counter, danger, wanted in ((1, "no", 1), (2, "yes", 0), (3, "no", 0)):
        sealed = agency_.seal(keys, kind="follow-up", counter=counter, danger=danger)
        agency_.receive(sealed)
        alice.refresh()
        assert now(agency_) == wanted
