"""The table of what a unit is to a case."""

from __future__ import annotations

import pytest

from tipline.cases import disposition
from tipline.errors import StateError
from tipline.routing import route_state as s

STANDINGS = [None, *((part, state) for part in (s.RESPONSIBLE, s.INFORMATION) for state in s.STATES)]
#: Nothing leads to these: what is for information is neither accepted nor returned.
UNREACHED = {(s.INFORMATION, s.ACCEPTED), (s.INFORMATION, s.RETURNED)}


def test_every_cell_leads_to_a_standing_that_can_be():
    """Known parts, states and acts, and nothing that makes information into work."""
    for (before, act), after in s.CHANGES.items():
        assert before in STANDINGS
        assert act in s.ACTS
        assert after in STANDINGS
        assert after not in UNREACHED


def test_all_of_it_is_reached_from_nothing():
    """And nothing else."""
    reached, new = set(), {None}
    while new:
        reached |= new
        new = {s.CHANGES[one, act] for one in new for act in s.possible(one)} - reached
    assert reached == set(STANDINGS) - UNREACHED


@pytest.mark.parametrize("standing", [one for one in STANDINGS if s.is_live(one)])
def test_triage_can_take_back_whatever_a_unit_has(standing):
    """No live route is without a way to end it, and every ended one can be routed anew."""
    assert s.WITHDRAW in s.possible(standing) or standing in UNREACHED
    if standing not in UNREACHED:
        ended = s.after(standing, s.WITHDRAW)
        assert not s.is_live(ended)
        assert {s.ROUTE, s.INFORM} == set(s.possible(ended))


@pytest.mark.parametrize("standing", STANDINGS)
@pytest.mark.parametrize("act", s.ACTS)
def test_what_is_not_in_the_table_is_refused(standing, act: str):
    """As an error that says to look again, never as a change."""
    if act in s.possible(standing):
        assert s.after(standing, act)
    else:
        with pytest.raises(StateError):
            s.after(standing, act)


@pytest.mark.parametrize("act", [s.WITHDRAW, s.DECLINE])
def test_what_becomes_of_information_is_no_matter_of_the_case(act: str):
    """The status is the responsible unit's alone."""
    assert s.event((s.INFORMATION, s.SENT), act) is None
    assert s.event((s.RESPONSIBLE, s.SENT), act) in disposition.EVENTS
    assert s.event(None, s.INFORM) is None
