"""Two cases made one: each tipster is answered under their own receipt, and nothing becomes less urgent."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from tests.conftest import RAW, Agency
from tipline import tables
from tipline.assessment import priority
from tipline.audit import actions
from tipline.cases import audit, case, disposition, reply
from tipline.cases.work import Work
from tipline.closing import hold
from tipline.errors import AccessError, FormatError, StateError, TakenError
from tipline.lanes import unread
from tipline.links import merge, parts
from tipline.papers.reason import Reason
from tipline.restricted import marks
from tipline.routing import recused, route, taken
from tipline.seal import slot
from tipline.seal.receipt import ReceiptKeys
from tipline.seal.suite import HYBRID

TWICE = Reason("twice")


def row(agency: Agency, number: int) -> Any:
    """Return a case's row."""
    with agency.engine.connect() as connection:
        return connection.execute(select(tables.case).where(tables.case.c.id == number)).one()


def set_(agency: Agency, number: int, **values: object) -> None:
    """Change a case's row."""
    with agency.engine.begin() as connection:
        connection.execute(update(tables.case).where(tables.case.c.id == number).values(values))


def answers(agency: Agency, keys: ReceiptKeys) -> list[str]:
    """Return what a receipt finds on the board."""
    with agency.engine.connect() as connection:
        slots = list(connection.scalars(select(tables.slot.c.bytes)))
    return [found.text for found in slot.find(HYBRID, keys.reply, slots)]


@pytest.fixture
def two(agency_: Agency) -> tuple[Agency, Work, list[ReceiptKeys]]:
    """An agency with two tips, cases 1 and 2, Alice signed in, and the tipsters' receipts in that order."""
    first = agency_.tip("first tip", lang="en")
    agency_.work("Alice")
    second = agency_.tip("second tip", lang="de")
    return agency_, agency_.work("Alice"), [first, second]


def test_neither_tipster_reads_what_the_other_is_answered(two):
    """Both are answered in what is one case, before and after: each receipt finds its own words alone."""
    agency_, alice, (first, second) = two
    reply.send(alice, 1, "to the first, before")
    reply.send(alice, 2, "to the second, before")
    assert merge.merge(alice, 2, 1, TWICE) == 1
    reply.send(alice, 1, "to the first")
    reply.send(alice, 2, "to the second")
    assert answers(agency_, first) == ["to the first, before", "to the first"]
    assert answers(agency_, second) == ["to the second, before", "to the second"]
    with agency_.engine.connect() as connection:
        labels = [one[: slot.LABEL_SIZE] for one in connection.scalars(select(tables.slot.c.bytes))]
    assert len(set(labels)) == 4
    merge.split(alice, 2, Reason("mistake"))
    reply.send(alice, 2, "apart again")
    assert answers(agency_, first) == ["to the first, before", "to the first"]
    assert answers(agency_, second)[-1] == "apart again"


def test_what_a_tipster_sends_later_wakes_the_whole_and_is_proven(two):
    """It stays with their thread; the whole is to be looked at again, and as urgent as they say."""
    agency_, alice, (_, second) = two
    reply.send(alice, 1, "thank you")
    case.open_(alice, 2)
    merge.merge(alice, 2, 1, TWICE)
    assert row(agency_, 1).status == disposition.ANSWERED
    agency_.receive(agency_.seal(second, "they are here now", kind="follow-up", counter=1, danger="yes"))
    alice.refresh()
    assert (row(agency_, 1).status, row(agency_, 1).priority) == (disposition.AGAIN, 0)
    assert row(agency_, 2).priority == 0
    said = [(one.message.text, one.verified) for one in case.open_(alice, 2).said]
    assert said == [("second tip", True), ("they are here now", True)]
    assert [one.message.text for one in case.open_(alice, 1).said] == ["first tip"]
    assert row(agency_, 1).status == disposition.READ


def test_the_more_urgent_priority_counts_and_stays(two):
    """For the whole, and for both when they are taken apart: a link to a lesser case lowers nothing."""
    agency_, alice, _ = two
    for one, other in ((0, 3), (3, 0), (2, 4)):
        set_(agency_, 1, priority=one)
        set_(agency_, 2, priority=other)
        merge.merge(alice, 2, 1, TWICE)
        assert row(agency_, 1).priority == min(one, other)
        merge.split(alice, 2, Reason("mistake"))
        assert {row(agency_, 1).priority, row(agency_, 2).priority} == {min(one, other)}


def test_nothing_open_is_lost_in_what_is_over(two):
    """A tip that nobody has read, or that is open, opens the closed case that it is made part of."""
    agency_, alice, _ = two
    for head, part, then in (
        ("answered", "new", "again"), ("closed", "new", "again"), ("closed", "read", "again"),
        ("closed", "closed", "closed"), ("read", "accepted", "accepted"), ("new", "read", "new"),
        ("accepted", "new", "accepted"),
    ):  # fmt: skip
        set_(agency_, 1, status=head)
        set_(agency_, 2, status=part)
        merge.merge(alice, 2, 1, TWICE)
        assert (row(agency_, 1).status, row(agency_, 2).status) == (then, part)
        merge.split(alice, 2, Reason("mistake"))


def test_the_old_number_leads_to_the_new_whatever_was_merged_since(two):
    """What is made part of a part is part of the whole, and a whole takes its parts with it."""
    agency_, alice, _ = two
    for _ in range(2):
        agency_.tip("more")
        alice.refresh()
    merge.merge(alice, 2, 1, TWICE)
    merge.merge(alice, 3, 2, TWICE)
    merge.merge(alice, 1, 4, TWICE)
    with agency_.engine.connect() as connection:
        assert [parts.whole(connection, number) for number in (1, 2, 3, 4)] == [4, 4, 4, 4]
        assert parts.of(connection, 4) == [1, 2, 3]
        assert parts.wholes(connection, [2, 4]) == {2: 4}
    for number, into in ((4, 1), (2, 4), (4, 4)):
        with pytest.raises(StateError):
            merge.merge(alice, number, into, TWICE)
    with pytest.raises(StateError):
        merge.split(alice, 4, Reason("mistake"))


def test_both_cases_have_it_in_the_audit_with_its_words_sealed(two):
    """An entry for each, naming the other; the words are no part of it."""
    agency_, alice, _ = two
    merge.merge(alice, 2, 1, Reason("other", "the same hand wrote both"))
    merge.split(alice, 2, Reason("mistake"))
    with agency_.engine.connect() as connection:
        audit.verify(connection, agency_.desk())
        both = {number: audit.of_case(connection, [agency_.desk()], number) for number in (1, 2)}
    for number, entries in both.items():
        acts = [entry for entry in entries if entry.action in (actions.MERGED, actions.SPLIT)]
        assert [(one.action, one.object["other"], one.detail["into"]) for one in acts] == [
            ("merged", 3 - number, 1), ("split", 3 - number, 1),
        ]  # fmt: skip
        assert "the same hand" not in str([entry.detail for entry in entries])
        papers = {one.label.id.hex(): one.text for one in case.open_(alice, number).papers}
        assert papers[acts[0].detail["paper"]] == "the same hand wrote both"


def test_what_was_held_as_one_is_held_apart(two):
    """So that a legal hold is not got rid of by taking the case apart that it stands on."""
    agency_, alice, _ = two
    merge.merge(alice, 2, 1, TWICE)
    hold.place(alice, 1, Reason("court"))
    merge.split(alice, 2, Reason("mistake"))
    with agency_.engine.connect() as connection:
        assert [hold.is_held(connection, number) for number in (1, 2)] == [True, True]
        assert actions.HELD in [one.action for one in audit.of_case(connection, [agency_.desk()], 2)]


def test_what_is_marked_as_one_is_marked_in_every_part(two):
    """All files of a case are those that its page shows; they stay marked when it is taken apart."""
    agency_, alice, _ = two
    merge.merge(alice, 2, 1, TWICE)
    marks.mark(alice, 1, None)
    merge.split(alice, 2, Reason("mistake"))
    with agency_.engine.connect() as connection:
        assert [len(marks.of_case(connection, number)) for number in (1, 2)] == [1, 1]
        assert [marks.is_held(connection, number) for number in (1, 2)] == [True, True]


def test_units_keep_what_they_were_given_and_get_no_more(two):
    """A unit with one of the two reads that one, under its number; the other stays closed to it."""
    agency_, alice, _ = two
    route.send(alice, 2, agency_.desk("Narcotics"), RAW)
    merge.merge(alice, 2, 1, TWICE)
    bob = agency_.work("Bob")
    assert [one.message.text for one in case.open_(bob, 2).said] == ["second tip"]
    with pytest.raises(AccessError):
        case.open_(bob, 1)
    for act in (lambda: merge.merge(bob, 2, 1, TWICE), lambda: merge.split(bob, 2, Reason("mistake"))):
        with pytest.raises(AccessError):
            act()


def test_two_units_are_never_responsible_for_one_case(two):
    """It is refused until one of the two is withdrawn."""
    agency_, alice, _ = two
    route.send(alice, 1, agency_.desk("Narcotics"), RAW)
    route.send(alice, 2, agency_.desk("Traffic"), RAW)
    with pytest.raises(StateError, match="two units"):
        merge.merge(alice, 2, 1, TWICE)
    assert row(agency_, 2).into is None
    route.withdraw(alice, 2, agency_.desk("Traffic"), Reason("mistake"))
    merge.merge(alice, 2, 1, TWICE)


def test_who_has_the_whole_has_its_parts(two):
    """A colleague is asked why for either number, whoever had the part."""
    agency_, alice, _ = two
    alan = agency_.work("Alan")
    taken.take(alan, 2)
    with pytest.raises(TakenError):
        merge.merge(alice, 2, 1, TWICE)
    merge.merge(alan, 2, 1, TWICE)
    for number in (1, 2):
        case.open_(alan, number)
        with pytest.raises(TakenError):
            case.open_(alice, number)


def test_who_knows_a_person_in_a_part_is_off_the_whole(two):
    """Under every number of it, on the list too; and a lead's word lifts it for all."""
    agency_, alice, _ = two
    merge.merge(alice, 2, 1, TWICE)
    alan = agency_.work("Alan")
    recused.recuse(alan, 2)
    for number in (1, 2):
        with pytest.raises(AccessError):
            alan.access(number)
    with pytest.raises(AccessError):
        merge.split(alan, 2, Reason("mistake"))
    recused.lift(alice, 1, alan.member.id, Reason("mistake"))
    alan.access(1)


def test_many_are_made_one_and_what_cannot_be_is_said(two):
    """Those that can are, each audited for itself; a number that is not there, or done, is named."""
    agency_, alice, _ = two
    agency_.tip("third")
    alice.refresh()
    merge.merge(alice, 3, 1, TWICE)
    assert merge.merge_all(alice, [1, 2, 3, 9], 1, TWICE).keys() == {3, 9}
    assert row(agency_, 2).into == 1
    with pytest.raises(FormatError):
        merge.merge_all(alice, [2], 1, Reason("no such code"))
    with pytest.raises(StateError):
        merge.merge_all(alice, range(1000), 1, TWICE)


def test_what_is_unread_or_raised_in_a_part_is_so_of_the_whole(two):
    """The inbox finds it under the one number that stands there; no part is more urgent than the whole."""
    agency_, alice, (_, second) = two
    merge.merge(alice, 2, 1, TWICE)
    for number in (1, 2):
        case.open_(alice, number)
    agency_.receive(agency_.seal(second, "more", kind="follow-up", counter=1))
    alice.refresh()
    with agency_.engine.connect() as connection:
        assert unread.numbers(connection, alice) == {1, 2}
    priority.change(alice, 2, 1, Reason("graver"))
    assert (row(agency_, 1).priority, row(agency_, 2).priority) == (1, 1)
