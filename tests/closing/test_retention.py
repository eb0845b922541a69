"""How long closed cases are kept, and what holds them."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from tests.conftest import Agency
from tipline import clock, db, tables
from tipline.cases import case, disposition
from tipline.cases.work import Work
from tipline.closing import closing, hold, retention
from tipline.closing.disposition import Disposition
from tipline.closing.settings import Retention
from tipline.errors import AccessError, FormatError, StateError
from tipline.papers.reason import Reason
from tipline.routing import recused

POLICY = Retention(days={"spam": 10})


@pytest.fixture
def alice(agency_: Agency) -> Work:
    """Alice, who closed three cases: spam 10 and 9 days ago, a prank 10 days ago."""
    for _ in range(3):
        agency_.tip("words")
    own = agency_.work("Alice")
    for number, code, ago in ((1, "spam", 10), (2, "spam", 9), (3, "prank", 10)):
        case.open_(own, number)
        closing.close(own, number, Disposition(code))
        at = tables.closing
        with db.writing(agency_.engine) as connection:
            back = at.c.at - ago * clock.DAY
            connection.execute(update(at).where(at.c.case == number).values(at=back))
    return own


def numbers(own: Work) -> list[int]:
    return [one.number for one in retention.review(own, POLICY)]


def test_a_case_is_due_when_the_period_of_its_disposition_is_over(agency_: Agency, alice: Work):
    """On that day and not before; units review nothing, and an officer off a case does not see it."""
    assert numbers(alice) == [1]
    assert numbers(agency_.work("Bob")) == []
    alan = agency_.work("Alan")
    recused.recuse(alan, 1)
    assert numbers(alan) == []


def test_it_is_kept_longer_and_never_shorter(agency_: Agency, alice: Work):
    """With a reason, and until a day that is later than the one that counts already."""
    with pytest.raises(FormatError):
        retention.keep(alice, 1, 30, Reason(""), POLICY)
    with pytest.raises(FormatError, match="already"):
        retention.keep(alice, 3, 30, Reason("pattern"), POLICY)
    with pytest.raises(AccessError):
        retention.keep(agency_.work("Bob"), 1, 30, Reason("pattern"), POLICY)
    retention.keep(alice, 1, 30, Reason("pattern"), POLICY)
    assert numbers(alice) == []
    with agency_.engine.connect() as connection:
        term = retention.term(connection, 1, POLICY)
    assert (term.until, term.longer) == (clock.day_number() + 30, "pattern")
    closing.reopen(alice, 1, Reason("new"))
    with pytest.raises(StateError):
        retention.keep(alice, 1, 60, Reason("pattern"), POLICY)


def test_a_hold_is_set_by_who_has_the_case_and_lifted_by_triage(agency_: Agency, alice: Work):
    """Two holds are lifted one by one; what is read is set aside meanwhile, what is closed stays closed."""
    closing.reopen(alice, 1, Reason("new"))
    for code in ("court", "complaint"):
        hold.place(alice, 1, Reason(code))
    with agency_.engine.connect() as connection:
        first, second = hold.standing(connection, 1)
        assert closing.status(connection, 1) == disposition.HELD
    for name in ("Bob", "Carol"):
        with pytest.raises(AccessError):
            hold.lift(agency_.work(name), 1, first.seq, Reason("ended"))
    hold.lift(alice, 1, first.seq, Reason("ended"))
    with pytest.raises(StateError):
        hold.lift(alice, 1, first.seq, Reason("ended"))
    with agency_.engine.connect() as connection:
        assert hold.is_held(connection, 1)
        assert closing.status(connection, 1) == disposition.HELD
    hold.lift(alice, 1, second.seq, Reason("ended"))
    with agency_.engine.connect() as connection:
        assert not hold.is_held(connection, 1)
        assert closing.status(connection, 1) == disposition.READ
    hold.place(alice, 2, Reason("court"))
    with agency_.engine.connect() as connection:
        assert closing.status(connection, 2) == disposition.CLOSED
