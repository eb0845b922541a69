"""What waits: by dockets, by what officers' keys found, and until somebody has opened it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import quorum
from tests.alerts.conftest import START, Office
from tests.conftest import RAW
from tipline import db, tables
from tipline.alerts import waiting
from tipline.alerts.ladder import DANGER, ONLY_WAITS, UNSURE, Waits
from tipline.cases import disposition, work
from tipline.collector.sort import Sorted
from tipline.keys import rows
from tipline.routing import response, route, route_state
from tipline.seal import docket
from tipline.seal.suite import HYBRID

UNREAD = {0: 0, 1: 0, 2: 4 * 3600, 3: 24 * 3600}


def look(office: Office, now: int = START) -> dict[bytes, Waits]:
    with db.writing(office.agency.engine) as connection:
        assert not waiting.take_in(connection, now)
        return waiting.look(connection, UNREAD, now)


@pytest.mark.parametrize(("danger", "mark"), [("yes", DANGER), ("unsure", UNSURE)])
def test_a_danger_raises_at_once(office: Office, danger: str, mark: int):
    """Nobody has signed in: the docket says it."""
    office.agency.tip(danger=danger)
    assert look(office) == {office.agency.desk(): Waits(1, mark, START)}


def test_what_names_no_danger_raises_after_its_time(office: Office):
    """A day for a routine tip, counted from when the collector knew of it."""
    office.agency.tip()
    assert look(office) == look(office, START + 24 * 3600 - 1) == {}
    assert look(office, START + 24 * 3600) == {office.agency.desk(): Waits(1, ONLY_WAITS, START)}


def test_only_the_most_urgent_are_counted(office: Office):
    """Two dangers, and a third tip that has waited for a day."""
    office.agency.tip()
    look(office)
    office.agency.tip(danger="yes")
    office.agency.tip(danger="yes")
    later = START + 90_000
    assert look(office, later) == {office.agency.desk(): Waits(2, DANGER, later)}


def test_it_waits_until_somebody_has_opened_it(office: Office):
    """That an officer's session has indexed it is not that anybody read it. Then no hour of it is kept."""
    office.agency.tip(danger="yes")
    look(office)
    office.agency.work("Alan")
    assert look(office, START + 5)[office.agency.desk()].count == 1
    office.open(1)
    assert look(office, START + 9) == {}
    assert office.agency.count("waiting") == 0


def test_a_docket_that_says_less_than_the_message_loses_to_it(office: Office):
    """A relay re-sealed it. As soon as an officer's keys have seen the message, the case is what counts."""
    keys = office.agency.receipt()
    said = docket.Docket(office.agency.desk(), "no", keys.acknowledgement)
    office.agency.receive(office.agency.seal(keys, danger="yes", docket=said))
    assert look(office) == {}
    office.agency.work("Alan")
    assert look(office)[office.agency.desk()].mark == DANGER


def test_a_broken_docket_may_hide_a_danger(office: Office):
    """It is ours and cannot be read: who receives tips has to look, until they have tried it."""
    with db.writing(office.agency.engine) as connection:
        rows.add_desk(connection, "Board", rows.REWARDS)
    envelope = office.agency.seal(office.agency.receipt())
    office.agency.receive(envelope, Sorted(alarm=True))
    assert look(office) == {office.agency.desk(): Waits(1, UNSURE, START)}
    office.open(1)
    assert look(office) == {}


def test_what_the_desk_cannot_open_does_not_call_it_for_ever(office: Office):
    """The docket names the desk and a danger, and the envelope is nobody's here: the inbox shows it."""
    keys = office.agency.receipt()
    stranger = HYBRID.generate()
    office.agency.receive(office.agency.seal(keys, danger="yes", desk_key=stranger.public))
    assert look(office)[office.agency.desk()].count == 1
    office.agency.work("Alice")
    assert look(office) == {}


def test_a_case_that_was_closed_unread_waits_no_more(office: Office):
    """Many at once are closed where somebody floods the desk."""
    office.agency.tip(danger="yes")
    look(office)
    office.agency.work("Alice")
    with db.writing(office.agency.engine) as connection:
        connection.execute(tables.case.update().values(status=disposition.CLOSED))
    assert look(office) == {}


def test_a_unit_that_was_asked_to_take_a_danger_on_is_called(office: Office):
    """Until it has answered; triage, which has opened the tip, is not called any more."""
    office.agency.tip(danger="yes")
    office.agency.tip()
    alice, unit = office.agency.work("Alice"), office.agency.desk("Narcotics")
    for number in (1, 2):
        office.open(number)
        route.send(alice, number, unit, RAW)
    assert look(office) == {unit: Waits(1, DANGER, START)}
    response.accept(office.agency.work("Bob"), 1, unit)
    assert look(office) == {}
    assert look(office, START + 24 * 3600) == {unit: Waits(1, ONLY_WAITS, START)}


def test_what_overseers_open_together_waits_until_they_did(tmp_path: Path):
    """No officer alone has opened it: the case's status tells."""
    made = quorum.make(tmp_path / "data")
    desk = made.desk()
    made.tip("Words.", danger="yes")

    def waits() -> dict[bytes, Waits]:
        with db.writing(made.engine) as connection:
            waiting.take_in(connection, START)
            return waiting.look(connection, UNREAD, START)

    assert waits() == {desk: Waits(1, DANGER, START)}
    made.work("Ben")
    assert waits()[desk].count == 1
    with db.writing(made.engine) as connection:
        work.happen(connection, 1, disposition.OPENED)
    assert waits() == {}
    made.engine.dispose()


def test_a_look_takes_in_a_bounded_number(office: Office, monkeypatch: pytest.MonkeyPatch):
    """And says that there is more."""
    monkeypatch.setattr(waiting, "AT_ONCE", 2)
    for _ in range(3):
        office.agency.tip(danger="yes")
    with db.writing(office.agency.engine) as connection:
        assert waiting.take_in(connection, START)
        assert not waiting.take_in(connection, START)
    assert office.agency.count("waiting") == 3
    assert look(office)[office.agency.desk()].count == 2


def test_the_words_of_others_are_these():
    """What the collector does not load is written here once more."""
    assert {word: disposition.priority(word) for word in docket.DANGER} == waiting.BY_DANGER
    assert waiting.RECEIVERS == (rows.TRIAGE, rows.QUORUM)
    assert waiting.QUORUM == rows.QUORUM
    assert set(waiting._UNOPENED) == {disposition.NEW, disposition.AGAIN}
    assert waiting._DONE == (disposition.CLOSED,)
    assert waiting.ASKED == (route_state.RESPONSIBLE, route_state.SENT)
