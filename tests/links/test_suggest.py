"""Cases that may belong together are suggested with their reason, to who may open both and to nobody else."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import select

from tests.conftest import RAW, Agency
from tipline import tables
from tipline.audit import actions
from tipline.cases import audit, reply
from tipline.cases.work import Work
from tipline.errors import AccessError, FormatError, StateError
from tipline.links import link, merge, region, suggest
from tipline.links.suggest import Found
from tipline.papers.reason import Reason
from tipline.routing import recused, route

TIP = (
    "Every Friday at ten a white van stops in Harbour Street and two men carry black bags into the cellar"
    " of number four. They stay for an hour. The driver is called Jonas"
)
CHINESE = (
    "每周五晚上十点左右，一辆白色面包车开到港口街，"
    "两个男人把黑色的袋子搬进四号楼的地下室，从夏天开始就一直这样。"
)


def found(own: Work, number: int) -> Found:
    """Return what is suggested for a case."""
    with own.engine.connect() as connection:
        return suggest.of(connection, own, number)


def numbers(own: Work, number: int) -> set[int]:
    """Return the numbers that are suggested."""
    return {one.number for one in found(own, number).suggestions}


def tips(agency: Agency, *texts: str) -> Work:
    """Send tips, which are cases 1, 2..., in this order; return Alice's work."""
    region.tell(agency.engine, "DE")
    for text in texts:
        agency.tip(text)
        alice = agency.work("Alice")
    return alice


def test_what_both_name_is_the_reason(agency_):
    """However each wrote it; and a case that names something else is not suggested."""
    alice = tips(agency_, "ring 0171 5551234", "his number is +49 (0)171-555 1234", "ring 0171 5559999")
    (one,) = found(alice, 1).suggestions
    assert (one.number, one.alike) == (2, 0)
    assert [(entity.kind, entity.shown) for entity in one.named] == [("phone", "0171 5551234")]
    assert numbers(alice, 3) == set()


@pytest.mark.parametrize("text", [TIP, CHINESE])
def test_nearly_the_same_text_is_the_reason(agency_, text: str):
    """With a share; in scripts without spaces too."""
    alice = tips(
        agency_, text, f"Hello! {text} Thank you", "quite another matter of which much could be told here"
    )
    (one,) = found(alice, 2).suggestions
    assert one.number == 1
    assert 0.7 < one.alike <= 1
    assert numbers(alice, 3) == set()


def test_nothing_of_it_is_kept(agency_):
    """No table has a row more after suggestions were made."""
    alice = tips(agency_, f"{TIP} 0171 5551234", f"{TIP} 0171 5551234")
    names = [table.name for table in tables.metadata.sorted_tables]
    before = {name: agency_.count(name) for name in names}
    assert numbers(alice, 1) == {2}
    assert {name: agency_.count(name) for name in names} == before


def test_nobody_is_told_of_a_case_that_is_not_theirs(agency_, monkeypatch):
    """A unit is suggested what it was given, and no more; who is off a case, nothing of it."""
    alice = tips(agency_, *[f"{TIP} 0171 5551234"] * 3)
    for number in (1, 2):
        route.send(alice, number, agency_.desk("Narcotics"), RAW)
    route.send(alice, 1, agency_.desk("Traffic"), RAW, "inform")
    assert numbers(agency_.work("Bob"), 1) == {2}
    assert numbers(agency_.work("Carol"), 1) == set()
    with monkeypatch.context() as counted:
        counted.setattr(suggest, "COMMON", 0)
        assert found(agency_.work("Carol"), 1).common == ()
        assert [count for _, count in found(agency_.work("Bob"), 1).common] == [1]
    alan = agency_.work("Alan")
    recused.recuse(alan, 2)
    alan.refresh()
    assert numbers(alan, 1) == {3}
    route.withdraw(alice, 2, agency_.desk("Narcotics"), Reason("mistake"))
    assert numbers(agency_.work("Bob"), 1) == set()


def test_what_is_linked_dismissed_or_one_case_is_not_suggested(agency_):
    """A dismissal is kept for the desk's other officers, and taken back by any of them."""
    alice = tips(agency_, *[f"{TIP} 0171 5551234"] * 4)
    link.link(alice, 1, 2, Reason("number"))
    link.dismiss(alice, 1, 3)
    alan = agency_.work("Alan")
    assert numbers(alan, 1) == {4}
    merge.merge(alice, 4, 1, Reason("twice"))
    assert numbers(alan, 1) == set()
    # Which the part is like, its whole is.
    assert numbers(alan, 2) == {3}
    link.suggest_again(alan, 3, 1)
    assert numbers(alice, 1) == {3}
    with pytest.raises(StateError):
        link.suggest_again(alan, 3, 1)


def test_two_numbers_of_one_case_are_suggested_once(agency_):
    """Under the number that they lead to, with the reasons of both."""
    alice = tips(agency_, "0171 5551234 and a@b.example", "it was 0171 5551234", "write to a@b.example")
    merge.merge(alice, 3, 2, Reason("same-matter"))
    (one,) = found(alice, 1).suggestions
    assert one.number == 2
    assert {entity.kind for entity in one.named} == {"phone", "email"}


def test_what_the_desk_answers_suggests_nothing(agency_):
    """The agency's own address in two answers links no two tipsters."""
    alice = tips(agency_, "words", "words")
    for number in (1, 2):
        reply.send(alice, number, "Ring us on 0171 5551234")
    alice.refresh()
    assert numbers(alice, 1) == set()


def test_a_number_that_all_name_is_no_reason(agency_, monkeypatch):
    """It is said to be common instead."""
    monkeypatch.setattr(suggest, "COMMON", 2)
    alice = tips(agency_, *["ring 0171 5551234"] * 4)
    assert found(alice, 1).suggestions == ()
    assert [(entity.value, count) for entity, count in found(alice, 1).common] == [("+491715551234", 3)]


def test_a_link_is_the_desks_and_both_cases_have_it_in_the_audit(agency_):
    """With its reason's words sealed; another desk's officer sees none of it and can draw none."""
    alice = tips(agency_, "one", "two")
    link.link(alice, 2, 1, Reason("other", "the same hand"))
    with pytest.raises(StateError, match="already"):
        link.link(alice, 1, 2, Reason("number"))
    with agency_.engine.connect() as connection:
        audit.verify(connection, agency_.desk())
        (row,) = connection.execute(select(tables.link)).all()
        assert (row.one, row.other, row.kind, row.reason) == (1, 2, "linked", "other")
        for number in (1, 2):
            (one,) = link.of(connection, [agency_.desk()], number)
            assert (one.other, one.reason, one.name) == (3 - number, "other", "Alice")
            (*_, entry) = audit.of_case(connection, [agency_.desk()], number)
            assert (entry.action, entry.object["other"]) == (actions.LINKED, 3 - number)
        assert link.of(connection, [agency_.desk("Traffic")], 1) == []
    with pytest.raises(AccessError):
        link.link(agency_.work("Bob"), 1, 2, Reason("number"))
    link.unlink(alice, 1, 2, Reason("mistake"))
    assert agency_.count("link") == 0


def test_what_makes_no_sense_is_refused(agency_):
    """A case with itself, no reason, another desk's case, what is not there."""
    alice = tips(agency_, "one", "two")
    with pytest.raises(StateError):
        link.link(alice, 1, 1, Reason("number"))
    with pytest.raises(FormatError):
        link.link(alice, 1, 2, Reason(""))
    with pytest.raises(AccessError):
        link.link(alice, 1, 9, Reason("number"))
    with pytest.raises(StateError):
        link.unlink(alice, 1, 2, Reason("mistake"))
    assert agency_.count("link") == 0


def test_the_same_text_many_times_costs_little(agency_, monkeypatch):
    """A surge of one text is suggested in a moment, and no more than can be read."""
    monkeypatch.setattr(suggest, "MOST", 5)
    alice = tips(agency_, TIP)
    for _ in range(15):
        agency_.tip(TIP)
    alice.refresh()
    begin = time.process_time()
    assert len(found(alice, 1).suggestions) == 5
    assert time.process_time() - begin < 1
