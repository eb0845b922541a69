"""An officer who knows a person in a case is off it, on every desk and by every way."""

from __future__ import annotations

import pytest

from tests.cases.test_case import actions
from tests.conftest import RAW, Agency
from tipline import db, tables
from tipline.cases import case, chains, file, inbox, reply
from tipline.cases.work import Work
from tipline.errors import AccessError, FormatError, StateError
from tipline.papers import notes, paper_box, report
from tipline.papers.reason import Reason
from tipline.restricted.marks import Place
from tipline.routing import recused, route, taken


def refused(agency_: Agency, own: Work) -> None:
    """Every way to case 1 is closed to an officer, and leaves nothing."""
    envelope = own.known.items(1)[0].envelope
    own.refresh()
    for act in (
        lambda: case.open_(own, 1),
        lambda: file.open_(own, 1, Place(envelope, 0)),
        lambda: reply.send(own, 1, "words"),
        lambda: notes.note(own, 1, "words", paper_box.new_id()),
        lambda: report.write(own, 1, "words", paper_box.new_id(), 0),
        lambda: route.send(own, 1, agency_.desk("Traffic"), RAW),
        lambda: taken.take(own, 1),
        lambda: taken.asked(own, 1),
        lambda: taken.explain(own, 1, Reason("cover")),
        lambda: recused.recuse(own, 1),
    ):
        with pytest.raises(AccessError):
            act()
    assert [line.number for line in inbox.page(own).lines] == [2]


def test_it_is_kept_from_them_and_from_nobody_else(agency_: Agency):
    """No page, file, reply, note, report, routing or line; the other case and the colleague go on."""
    agency_.tip("words", files=(agency_.file(b"picture"),))
    agency_.tip("other")
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    taken.take(alice, 1)
    recused.recuse(alice, 1)
    before = actions(agency_)
    refused(agency_, alice)
    assert actions(agency_) == before == ["took", "recused"]
    assert case.open_(alan, 1).said
    assert case.open_(alice, 2).said
    with agency_.engine.connect() as connection:
        assert [one.name for one in recused.of_case(connection, 1)] == ["Alice"]
    refused(agency_, agency_.work("Alice"))


def test_a_case_in_a_colleagues_hands_can_be_left_without_opening_it(agency_: Agency):
    """Nobody has to read it first to say that they know somebody in it."""
    agency_.tip()
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    taken.take(alice, 1)
    recused.recuse(alan, 1)
    assert agency_.count("taken") == 1
    with pytest.raises(AccessError):
        taken.explain(alan, 1, Reason("cover"))


def test_it_holds_at_the_unit_too(agency_: Agency):
    """With the tip and its keys there, and a row of the database that says otherwise about the route."""
    agency_.tip("words", files=(agency_.file(b"picture"),))
    agency_.tip("other")
    alice, bob = agency_.work("Alice"), agency_.work("Bob")
    for number in (1, 2):
        route.send(alice, number, agency_.desk("Narcotics"), RAW)
    bob.refresh()
    recused.recuse(bob, 1)
    refused(agency_, bob)
    with db.writing(agency_.engine) as connection:
        connection.execute(tables.route.update().values(state="accepted", part="information"))
    refused(agency_, bob)


def test_a_lead_of_the_officers_own_desk_undoes_it(agency_: Agency):
    """With a reason that is in the audit; nobody else does, and not for themselves."""
    agency_.tip()
    alice, alan, bob = (agency_.work(name) for name in ("Alice", "Alan", "Bob"))
    route.send(alice, 1, agency_.desk("Narcotics"), RAW)
    bob.refresh()
    recused.recuse(alan, 1)
    recused.recuse(bob, 1)
    why = Reason("other", "it is another man of that name")
    for own, officer in ((alan, alan), (bob, bob), (bob, alan), (alice, bob)):
        with pytest.raises(AccessError):
            recused.lift(own, 1, officer.member.id, why)
    with pytest.raises(StateError):
        recused.lift(alice, 1, alice.member.id, why)
    with pytest.raises(FormatError):
        recused.lift(alice, 1, alan.member.id, Reason(""))
    assert agency_.count("recused") == 2
    recused.lift(alice, 1, alan.member.id, why)
    opened = case.open_(alan, 1)
    lifted = next(entry for entry in opened.audit if entry.action == "recusal-lifted")
    assert lifted.detail["officer"] == alan.member.id.hex()
    assert [one.text for one in opened.papers] == ["it is another man of that name"]
    with pytest.raises(AccessError):
        case.open_(bob, 1)


def test_a_lead_who_knows_a_person_is_off_it_too(agency_: Agency):
    """Being a lead opens nothing, and undoes nothing for oneself or others of that case."""
    agency_.tip()
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    recused.recuse(alan, 1)
    recused.recuse(alice, 1)
    for own in (alice, alan):
        with pytest.raises(AccessError):
            recused.lift(alice, 1, own.member.id, Reason("mistake"))


def test_the_audit_of_the_case_is_kept_from_them_too(agency_: Agency):
    """A lead reads the rest of the desk's chain, and not who did what with that case."""
    agency_.tip()
    agency_.tip()
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    for number in (1, 2):
        taken.take(alice, number)
        taken.explain(alan, number, Reason("cover"))
        case.open_(alan, number)

    def seen() -> tuple[set[object], set[object]]:
        whole = chains.of_desk(alice, agency_.desk()).entries
        mine = chains.openings(alice).entries
        return {one.entry.object.get("case") for one in whole}, {one.object.get("case") for one in mine}

    assert seen() == ({1, 2}, {1, 2})
    recused.recuse(alice, 1)
    assert seen() == ({2}, {2})
