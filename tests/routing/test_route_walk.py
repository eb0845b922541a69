"""Whatever triage and units do, in any order: keys follow the states, and a refusal changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.conftest import RAW, REPORT, Agency, small_agency
from tipline import tables
from tipline.cases import audit, disposition
from tipline.cases.work import Work
from tipline.errors import AccessError, StateError
from tipline.papers import paper_box, report
from tipline.papers.reason import Reason
from tipline.routing import response, route, taken
from tipline.routing import route_state as s

UNITS = ("Narcotics", "Traffic")
OFFICER_OF = {"Narcotics": "Bob", "Traffic": "Carol"}
ACTS = ("route", "inform", "give", "give raw", "withdraw", "accept", "decline", "return", "take", "hand back")
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.sampled_from(UNITS), st.booleans()), min_size=3, max_size=10
)
STATUS = {s.SENT: disposition.ROUTED, s.ACCEPTED: disposition.ACCEPTED}


class Walk:
    """One case with a report and two messages, and what is done with it."""

    def __init__(self, agency: Agency, works: dict[str, Work]) -> None:
        self.agency, self.works = agency, works
        keys = agency.tip("words")
        works["Alice"].refresh()
        with agency.engine.connect() as connection:
            self.number = max(connection.scalars(select(tables.case.c.id)))
        report.write(works["Alice"], self.number, "the report", paper_box.new_id(), 0)
        agency.receive(agency.seal(keys, "more", kind="follow-up", counter=1))
        works["Alice"].refresh()

    def do(self, act: str, name: str, raw: bool) -> None:
        """Do one act; a refused one must leave every row as it was."""
        unit, officer = self.agency.desk(name), self.works[OFFICER_OF[name]]
        # First: what is sealed anew to a renewed key at rest is no act of this step's.
        officer.refresh()
        before = self.rows()
        try:
            self.acts(officer, unit, raw)[act]()
        except (AccessError, StateError):
            assert self.rows() == before, act
        self.look()

    def acts(self, officer: Work, unit: bytes, raw: bool) -> dict[str, Callable[[], Any]]:
        alice, number = self.works["Alice"], self.number
        giving = RAW if raw else REPORT
        return {
            "route": lambda: route.send(alice, number, unit, giving),
            "inform": lambda: route.send(alice, number, unit, giving, s.INFORM),
            "give": lambda: route.give(alice, number, unit, REPORT),
            "give raw": lambda: route.give(alice, number, unit, RAW),
            "withdraw": lambda: route.withdraw(alice, number, unit, Reason("mistake")),
            "accept": lambda: response.accept(officer, number, unit),
            "decline": lambda: response.decline(officer, number, unit, Reason("other", "not ours")),
            "return": lambda: response.give_back(officer, number, unit, Reason("actioned")),
            "take": lambda: taken.take(officer, number),
            "hand back": lambda: taken.hand_back(officer, number),
        }

    def rows(self) -> dict[str, list[Any]]:
        names = ("route", "stanza", "paper", "paper_key", "taken", "audit", "case")
        with self.agency.engine.connect() as connection:
            return {name: connection.execute(select(tables.metadata.tables[name])).all() for name in names}

    def look(self) -> None:
        """Keys, hands and status are what the states say."""
        rows = self.rows()
        routes = {row.unit: row for row in rows["route"] if row.case == self.number}
        own = tables.envelope.c
        with self.agency.engine.connect() as connection:
            envelopes = set(connection.scalars(select(own.id).where(own.case == self.number)))
        reports = {row.id for row in rows["paper"] if row.case == self.number and row.kind == "report"}
        for name in UNITS:
            unit = self.agency.desk(name)
            row = routes.get(unit)
            live = row is not None and row.state in s.LIVE
            stanzas = {one.envelope for one in rows["stanza"] if one.desk == unit} & envelopes
            has = {one.paper for one in rows["paper_key"] if one.desk == unit} & reports
            assert bool(stanzas or has) == live
            assert bool(stanzas) == (live and row.gives == s.RAW)
            assert live or not [one for one in rows["taken"] if (one.case, one.desk) == (self.number, unit)]
            self.works[OFFICER_OF[name]].refresh()
            if live:
                assert self.works[OFFICER_OF[name]].access(self.number).desk.id == unit
            else:
                with pytest.raises(AccessError):
                    self.works[OFFICER_OF[name]].access(self.number)
        responsible = [row for row in routes.values() if s.is_responsible((row.part, row.state))]
        assert len(responsible) <= 1
        status = next(row.status for row in rows["case"] if row.id == self.number)
        if responsible:
            assert status == STATUS[responsible[0].state]
        else:
            assert status not in STATUS.values()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One agency for all walks: each has a case of its own."""
    with small_agency(tmp_path_factory.mktemp("walks")) as agency:
        yield agency, {name: agency.work(name) for name in ("Alice", "Bob", "Carol")}


@given(steps=STEPS)
@settings(max_examples=10, deadline=None, phases=(Phase.explicit, Phase.generate))
def test_keys_follow_the_states_and_a_refusal_changes_nothing(office, steps):
    """Both units, in every order: one responsible, keys as long as the route lives, a status that fits."""
    agency, works = office
    walk = Walk(agency, works)
    for step in steps:
        walk.do(*step)
    with agency.engine.connect() as connection:
        for desk in agency.made.desks.values():
            audit.verify(connection, desk)
