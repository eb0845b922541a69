"""Killed, or raced, at any point: an act on a route is done whole or not at all."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, select

from tests.conftest import RAW, Agency
from tipline import db, tables
from tipline.cases import audit
from tipline.cases.work import Work
from tipline.errors import AccessError, StateError, TiplineError
from tipline.papers import paper_box, report
from tipline.papers.reason import Reason
from tipline.routing import response, route, taken
from tipline.routing import route_state as s

WORDS = Reason("other", "in words")


def rows(agency: Agency) -> dict[str, list[Any]]:
    with agency.engine.connect() as connection:
        return {one.name: connection.execute(select(one)).all() for one in tables.metadata.sorted_tables}


def killed_at(agency: Agency, place: int, own: Work, act: Callable[[Work], Any]) -> bool:
    """Do *act* in a process that is killed before its *place*th change of a row; tell whether it was."""
    child = os.fork()
    if child == 0:
        engine, done = db.open_engine(agency.made.data / "agency" / "console.db"), [0]

        @event.listens_for(engine, "before_cursor_execute")
        def count(connection: Any, cursor: Any, statement: str, *_: object) -> None:
            done[0] += not statement.startswith(("SELECT", "PRAGMA", "BEGIN"))
            if done[0] == place:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            act(Work(engine, own.member, own.known))
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.parametrize("what", ["send", "withdraw", "accept", "decline"])
def test_a_kill_at_any_change_leaves_all_or_nothing(agency_: Agency, what: str):
    """Every change of the act in turn: the rows are as before until all of it is there."""
    agency_.tip()
    alice, bob, unit = agency_.work("Alice"), agency_.work("Bob"), agency_.desk("Narcotics")
    report.write(alice, 1, "the report", paper_box.new_id(), 0)
    acts: dict[str, tuple[Work, Callable[[Work], Any]]] = {
        "send": (alice, lambda own: route.send(own, 1, unit, route.Giving(WORDS, approval=False))),
        "withdraw": (alice, lambda own: route.withdraw(own, 1, unit, WORDS)),
        "accept": (bob, lambda own: response.accept(own, 1, unit)),
        "decline": (bob, lambda own: response.decline(own, 1, unit, WORDS)),
    }
    if what != "send":
        route.send(alice, 1, unit, RAW)
    own, act = acts[what]
    own.refresh()
    before, place = rows(agency_), 1
    while killed_at(agency_, place, own, act):
        assert rows(agency_) == before
        place += 1
    assert place >= (3 if what == "accept" else 7)
    after = rows(agency_)
    assert after["route"] != before["route"]
    assert len(after["audit"]) > len(before["audit"])
    with agency_.engine.connect() as connection:
        for desk in agency_.made.desks.values():
            audit.verify(connection, desk)


@pytest.mark.parametrize("round_", range(3))
def test_of_two_acts_at_once_one_is_done(agency_: Agency, round_: int):
    """Two officers make two units responsible; a unit accepts what triage withdraws."""
    agency_.tip()
    alice, alan, bob = (agency_.work(name) for name in ("Alice", "Alan", "Bob"))
    one, other = agency_.desk("Narcotics"), agency_.desk("Traffic")
    lost = at_once(
        lambda: route.send(alice, 1, one, RAW),
        lambda: route.send(alan, 1, other, RAW),
    )
    assert len(lost) == agency_.count("route") == 1
    assert isinstance(lost[0], StateError)
    with agency_.engine.connect() as connection:
        (unit,) = connection.scalars(select(tables.route.c.unit))
        stanzas = set(connection.scalars(select(tables.stanza.c.desk)))
    assert stanzas == {agency_.desk(), unit}

    if unit == other:
        route.withdraw(alice, 1, other, Reason("mistake"))
        route.send(alice, 1, one, RAW)
    bob.refresh()
    lost = at_once(
        lambda: response.accept(bob, 1, one),
        lambda: response.decline(bob, 1, one, Reason("known")),
        lambda: route.withdraw(alice, 1, one, Reason("mistake")),
        lambda: taken.take(bob, 1),
    )
    with agency_.engine.connect() as connection:
        row = connection.execute(select(tables.route).where(tables.route.c.unit == one)).one()
        keys = [desk for desk in connection.scalars(select(tables.stanza.c.desk)) if desk == one]
        hands = connection.scalars(select(tables.taken.c.desk)).all()
        audit.verify(connection, one)
    assert row.state in {s.DECLINED, s.WITHDRAWN}
    assert keys == hands == []
    assert all(isinstance(error, AccessError | StateError) for error in lost)


def at_once(*acts: Callable[[], Any]) -> list[Exception]:
    """Do all at the same moment; return what was refused."""
    gate, lost = threading.Barrier(len(acts)), []

    def do(act: Callable[[], Any]) -> None:
        gate.wait()
        try:
            act()
        except TiplineError as error:
            lost.append(error)

    threads = [threading.Thread(target=do, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return lost
