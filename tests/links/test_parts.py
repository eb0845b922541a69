"""What is one case with another, in everything that asks about cases: lists, clocks, numbers and closing."""

from __future__ import annotations

import pytest

from tests.conftest import RAW, Agency
from tests.links.test_merge import TWICE, row, set_, two
from tipline import clock, db
from tipline.alerts import waiting
from tipline.cases import case, inbox
from tipline.cases.work import Work
from tipline.closing import closing, timekeeping
from tipline.closing.disposition import INSUFFICIENT, Disposition
from tipline.closing.settings import Clocks
from tipline.console.case import giving
from tipline.errors import StateError
from tipline.lanes import news
from tipline.lanes.wanted import EVERYTHING, Wanted
from tipline.links import merge
from tipline.numbers import count
from tipline.routing import route
from tipline.talk import holding

__all__ = ["two"]

ENDED = Disposition(INSUFFICIENT)


def listed(own: Work, **wanted: str) -> list[int]:
    """Return the numbers that the inbox shows."""
    return [line.number for line in inbox.page(own, Wanted(**wanted)).lines]


def merged(agency_: Agency, alice: Work) -> None:
    """Make case 2, which everybody has read, part of case 1."""
    for number in (1, 2):
        case.open_(alice, number)
    merge.merge(alice, 2, 1, TWICE)
    assert row(agency_, 1).status == "read"


def test_a_unit_keeps_its_case_in_the_inbox_until_the_whole_is_closed(two):
    """Under the number that it was given, and without that of the whole, which is not its to know."""
    agency_, alice, _ = two
    route.send(alice, 2, agency_.desk("Narcotics"), RAW)
    merge.merge(alice, 2, 1, TWICE)
    bob = agency_.work("Bob")
    (line,) = inbox.page(bob).lines
    assert (line.number, line.into) == (2, None)
    for number in (1, 2):
        case.open_(alice, number)
    with db.writing(agency_.engine) as connection:
        assert waiting.look(connection, {3: -1}, clock.seconds()).keys() == {agency_.desk("Narcotics")}
    closing.close(alice, 1, ENDED)
    assert (listed(bob), listed(bob, status="closed")) == ([], [2])
    with db.writing(agency_.engine) as connection:
        assert waiting.look(connection, {3: -1}, clock.seconds()) == {}


def test_the_whole_is_found_by_what_its_parts_are(two):
    """By language, and by files of which no part has any."""
    agency_, alice, _ = two
    agency_.tip("third", lang="fr", files=(agency_.file(b"a picture"),))
    alice.refresh()
    merge.merge(alice, 2, 1, TWICE)
    assert listed(alice, lang="de") == [1]
    assert (listed(alice, files="without"), listed(alice, files="with")) == ([1], [3])
    merge.merge(alice, 3, 1, TWICE)
    assert (listed(alice, files="without"), listed(alice, files="with")) == ([], [1])


def test_what_comes_to_a_part_is_unread_in_the_line_of_the_whole(two):
    """And a line for the part itself, which the search shows, says where it leads and how that stands."""
    agency_, alice, (_, second) = two
    merged(agency_, alice)
    with agency_.engine.connect() as connection:
        before = news.mark(connection)
    agency_.receive(agency_.seal(second, "more", kind="follow-up", counter=1))
    alice.refresh()
    with agency_.engine.connect() as connection:
        assert news.count(connection, alice, EVERYTHING, before) == 1
    (line,) = inbox.page(alice, Wanted(unread=True)).lines
    assert (line.number, line.unread, len(line.items), line.first.lang) == (1, 1, 3, "en")
    with agency_.engine.connect() as connection:
        (part,) = inbox.lines(connection, alice, [2])
    assert (part.into, part.status, part.unread) == (1, "read", 1)


def test_a_part_of_a_closed_case_waits_for_nothing(two):
    """No holding text goes to it, no clock runs, and it is counted with the whole."""
    agency_, alice, _ = two
    merged(agency_, alice)
    policy = Clocks(directive=["drugs"])
    for number in (1, 2):
        set_(agency_, number, day=clock.day_number() - 30)
    assert [one.number for one in holding.waiting(alice)] == [1, 2]
    assert count.standing(alice).statuses == {"read": 1}
    with agency_.engine.connect() as connection:
        assert timekeeping.due(connection, alice, policy).overdue == {1, 2}
    closing.close(alice, 1, ENDED)
    assert holding.waiting(alice) == []
    with agency_.engine.connect() as connection:
        assert timekeeping.due(connection, alice, policy).overdue == frozenset()


@pytest.mark.parametrize("read", [1, 2])
def test_what_nobody_has_read_is_not_closed_with_what_was(two, read: int):
    """Neither the whole when somebody read a part of it alone, nor a part with the whole."""
    agency_, alice, _ = two
    merge.merge(alice, 2, 1, TWICE)
    case.open_(alice, read)
    assert row(agency_, 1).status == "read"
    with pytest.raises(StateError, match="nobody has read"):
        closing.close(alice, 1, ENDED)
    case.open_(alice, 3 - read)
    assert closing.close(alice, 1, ENDED)


def test_a_document_of_the_whole_has_its_parts(two):
    """So that what is withheld of them is listed too."""
    agency_, alice, _ = two
    merged(agency_, alice)
    found = giving._everything(alice, case.open_(alice, 1), [])
    assert [(one.code, one.title, one.text) for one in found] == [
        ("message-1", "Tip", "first tip"), ("message-2", "Tip (T-0002)", "second tip"),
    ]  # fmt: skip


def test_what_came_since_somebody_read_the_case_is_not_closed_unread(two):
    """However it is closed: several at once from the inbox as well, where no page was looked at."""
    agency_, alice, (first, _) = two
    case.open_(alice, 1)
    agency_.receive(agency_.seal(first, "wait, there is more", kind="follow-up", counter=1))
    alice.refresh()
    assert row(agency_, 1).status == "read"
    with pytest.raises(StateError, match="nobody has read"):
        closing.close(alice, 1, ENDED)
