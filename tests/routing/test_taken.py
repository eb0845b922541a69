"""Whose case it is: colleagues say why before they open it, by whatever way."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select, text

from tests.cases.test_case import actions
from tests.conftest import Agency
from tipline import tables
from tipline.cases import audit, case, file, inbox, reply
from tipline.cases.work import Work
from tipline.errors import AuditError, FormatError, StateError, TakenError
from tipline.papers import notes, paper_box, report
from tipline.papers.reason import Reason
from tipline.restricted.marks import Place
from tipline.routing import route, taken

WHY = Reason("cover")


@pytest.fixture
def hands(agency_: Agency) -> tuple[Agency, Work, Work]:
    """A case with a file that Alice took, and Alan, her colleague."""
    agency_.tip("words", files=(agency_.file(b"picture"),))
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    taken.take(alice, 1)
    return agency_, alice, alan


def test_no_way_to_a_colleagues_case_without_a_reason(hands):
    """Page, file, reply, note, report, routing, answering for a unit: nothing is opened, sent or written."""
    agency_, alice, alan = hands
    envelope = alice.known.items(1)[0].envelope
    before = actions(agency_)
    for act in (
        lambda: case.open_(alan, 1),
        lambda: file.open_(alan, 1, Place(envelope, 0)),
        lambda: reply.send(alan, 1, "words"),
        lambda: notes.note(alan, 1, "words", paper_box.new_id()),
        lambda: report.write(alan, 1, "words", paper_box.new_id(), 0),
        lambda: route.send(alan, 1, agency_.desk("Narcotics")),
        lambda: route.withdraw(alan, 1, agency_.desk("Narcotics"), Reason("mistake")),
        lambda: taken.take(alan, 1),
        lambda: taken.hand_back(alan, 1),
    ):
        with pytest.raises(TakenError):
            act()
    assert actions(agency_) == before
    assert agency_.count("slot") == agency_.count("paper") == agency_.count("route") == 0


def test_a_reason_opens_it_and_is_in_the_audit(hands):
    """Code in the clear, words sealed with their hash; every later opening repeats the code."""
    _, alice, alan = hands
    assert taken.asked(alan, 1).name == "Alice"
    taken.explain(alan, 1, Reason("other", "the suspect is at the door"))
    assert taken.asked(alan, 1) is None
    opened = case.open_(alan, 1)
    assert [said.message.text for said in opened.said] == ["words"]
    explained = next(entry for entry in opened.audit if entry.action == "explained")
    assert explained.object == {"case": 1}
    assert explained.detail["officer"] == alice.member.id.hex()
    assert explained.detail["reason"] == "other"
    assert opened.audit[-1].detail == {name: explained.detail[name] for name in ("reason", "paper", "hash")}
    words = next(one for one in opened.papers if one.label.id.hex() == explained.detail["paper"])
    assert words.text == "the suspect is at the door"
    assert "door" not in str([entry.detail for entry in opened.audit])


def test_a_reason_holds_for_these_hands_and_this_session(hands):
    """Taken anew, it is asked again; and another session of the same officer is asked as well."""
    agency_, alice, alan = hands
    taken.explain(alan, 1, WHY)
    case.open_(alan, 1)
    with pytest.raises(TakenError):
        case.open_(agency_.work("Alan"), 1)
    taken.take(alan, 1)
    assert inbox.page(alan).lines[0].mine
    with pytest.raises(TakenError):
        case.open_(alice, 1)
    taken.explain(alice, 1, WHY)
    taken.hand_back(alan, 1)
    case.open_(alice, 1)
    assert actions(agency_)[-3:] == ["explained", "handed-back", "opened"]


def test_nothing_is_open_before_the_reason_is_in_the_audit(hands):
    """An audit that cannot be written leaves the case closed."""
    agency_, _, alan = hands
    with agency_.engine.begin() as connection:
        connection.execute(
            text("CREATE TRIGGER no BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END")
        )
    with pytest.raises(AuditError):
        taken.explain(alan, 1, WHY)
    with pytest.raises(TakenError):
        case.open_(alan, 1)


def test_what_is_no_reason_opens_nothing(hands):
    """No code, one of another question, other without words, too many words."""
    agency_, _, alan = hands
    for why in (Reason(""), Reason("mistake"), Reason("other"), Reason("cover", "x" * 2001)):
        with pytest.raises(FormatError):
            taken.explain(alan, 1, why)
        with pytest.raises(TakenError):
            case.open_(alan, 1)
    assert agency_.count("paper") == 0


def test_who_has_not_taken_it_cannot_hand_it_back(hands):
    """And a reason for a case in nobody's hands is none."""
    _, alice, alan = hands
    taken.explain(alan, 1, WHY)
    with pytest.raises(StateError):
        taken.hand_back(alan, 1)
    taken.hand_back(alice, 1)
    for own in (alice, alan):
        with pytest.raises(StateError):
            taken.hand_back(own, 1)
        with pytest.raises(StateError):
            taken.explain(own, 1, WHY)


def test_of_two_who_take_it_at_once_one_has_it(agency_: Agency):
    """The other is told so, and the audit has one taking."""
    agency_.tip()
    both = [agency_.work("Alice"), agency_.work("Alan")]
    gate, lost = threading.Barrier(2), []

    def take(own: Work) -> None:
        gate.wait()
        try:
            taken.take(own, 1)
        except (StateError, TakenError) as error:
            lost.append(error)

    threads = [threading.Thread(target=take, args=(own,)) for own in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(lost) == agency_.count("taken") == 1
    assert actions(agency_) == ["took"]


def test_a_unit_has_hands_of_its_own(agency_: Agency):
    """Whose case it is at triage is no matter of the unit's, nor the reverse; it ends with the route."""
    agency_.tip()
    alice, alan, bob = (agency_.work(name) for name in ("Alice", "Alan", "Bob"))
    unit = agency_.desk("Narcotics")
    route.send(alice, 1, unit, route.Giving(Reason("exact")))
    bob.refresh()
    taken.take(bob, 1)
    taken.take(alice, 1)
    case.open_(bob, 1)
    taken.explain(alan, 1, WHY)
    route.withdraw(alan, 1, unit, Reason("mistake"))
    with agency_.engine.connect() as connection:
        assert connection.scalars(select(tables.taken.c.desk)).all() == [agency_.desk()]
        audit.verify(connection, unit)
