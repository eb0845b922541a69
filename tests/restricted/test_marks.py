"""Marks of possible child-abuse material: anybody sets one, who has the signed right opens what has it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import delete, insert, select, update

from tests.conftest import RAW, Agency
from tipline import db, tables
from tipline.cases import audit, file
from tipline.errors import AccessError, FormatError, RestrictedError, StateError
from tipline.keys import rosters
from tipline.papers.reason import Reason
from tipline.restricted import marks
from tipline.restricted.marks import Place
from tipline.routing import route
from tipline.staff import membership

DATA = b"what the file holds"
WHY = Reason("assess")


def tip(agency_: Agency) -> Place:
    """Send a tip with two files; return the first."""
    agency_.tip("look", files=(agency_.file(DATA), agency_.file(DATA * 2)))
    (item,) = agency_.work("Alice").known.items(1)
    return Place(item.envelope, 0)


def give(agency_: Agency, name: str = "Alan") -> None:
    """Have Alice, who leads triage, give an officer the right."""
    officer = agency_.made.officers[name]
    membership.set_restricted(agency_.work("Alice"), agency_.desk(), officer, restricted=True)


def entries(agency_: Agency, action: str) -> list[audit.Entry]:
    with agency_.engine.connect() as connection:
        every = (audit.parse(row.entry) for row in connection.execute(select(tables.audit)))
        return [one for one in every if one.action == action]


def test_what_is_marked_opens_for_nobody_without_the_right(agency_: Agency):
    """Not for who marked it, not for a lead, whatever reason they give; the file beside it still opens."""
    at = tip(agency_)
    marks.mark(agency_.work("Alan"), 1, at)
    for name in ("Alice", "Alan"):
        for how in (file.PREVIEW, file.CHECK, file.SAVED):
            with pytest.raises(RestrictedError):
                file.open_(agency_.work(name), 1, at, how, WHY)
    assert entries(agency_, "file-opened") == []
    beside = file.open_(agency_.work("Alan"), 1, replace(at, place=1))
    assert b"".join(beside.pieces) == DATA * 2


def test_deleting_a_row_takes_no_mark_back(agency_: Agency):
    """As who writes to the database; who has the right still does, by signing for it."""
    at = tip(agency_)
    give(agency_, "Alice")
    marks.mark(agency_.work("Alan"), 1, at)
    with db.writing(agency_.engine) as connection:
        connection.execute(delete(tables.marked))
        connection.execute(update(tables.case).values(restricted=False))
    with pytest.raises(RestrictedError):
        file.open_(agency_.work("Alan"), 1, at, file.SAVED, WHY)
    with agency_.engine.connect() as connection:
        assert [(one.id, one.of, one.officer) for one in marks.of_case(connection, 1)] == [(0, at, "Alan")]
    marks.unmark(agency_.work("Alice"), 1, 0, Reason("mistake"))
    assert b"".join(file.open_(agency_.work("Alan"), 1, at).pieces) == DATA


def test_who_has_the_right_opens_it_for_a_reason(agency_: Agency):
    """The code is in the audit, the words are sealed; without a reason nothing opens."""
    at = tip(agency_)
    marks.mark(agency_.work("Alan"), 1, None)
    give(agency_)
    alan = agency_.work("Alan")
    with pytest.raises(RestrictedError):
        file.open_(alan, 1, at)
    with pytest.raises(FormatError):
        file.open_(alan, 1, at, why=Reason("curious"))
    assert b"".join(file.open_(alan, 1, at, file.PREVIEW, Reason("other", "asked by court")).pieces) == DATA
    (entry,) = entries(agency_, "file-opened")
    assert (entry.detail["how"], entry.detail["marked-reason"]) == ("preview", "other")
    assert "asked by court" not in str(entry)


def test_a_mark_holds_the_case_and_covers_what_comes_later(agency_: Agency):
    """And another sending of the same message; a unit that has it is bound by it too."""
    keys = agency_.tip("look", files=(agency_.file(DATA),))
    route.send(agency_.work("Alice"), 1, agency_.desk("Narcotics"), RAW)
    bob = agency_.work("Bob")
    at = Place(bob.known.items(1)[0].envelope, 0)
    marks.mark(bob, 1, at)
    with agency_.engine.connect() as connection:
        assert marks.is_held(connection, 1)
        assert [one.officer for one in marks.of_case(connection, 1)] == ["Bob"]
    agency_.receive(agency_.seal(keys, "look", files=(agency_.file(DATA),)))
    alice = agency_.work("Alice")
    assert len(alice.known.items(1)) == 2
    for item in alice.known.items(1):
        with pytest.raises(RestrictedError):
            file.open_(alice, 1, Place(item.envelope, 0))


def test_only_what_is_there_is_marked_and_once(agency_: Agency):
    """Nothing of a case of others, no file that the message has not."""
    at = tip(agency_)
    for wrong in (replace(at, place=2), replace(at, place=-1), Place(bytes(32), 0)):
        with pytest.raises(AccessError):
            marks.mark(agency_.work("Alan"), 1, wrong)
    with pytest.raises(AccessError):
        marks.mark(agency_.work("Carol"), 1, None)
    for _ in range(2):
        marks.mark(agency_.work("Alan"), 1, at)
    assert len(entries(agency_, "marked-restricted")) == 1


def test_a_mark_is_taken_back_by_who_may_look_for_a_reason(agency_: Agency):
    """Then the case is held no longer, and the file opens as before."""
    at = tip(agency_)
    marks.mark(agency_.work("Alan"), 1, at)
    give(agency_)
    with agency_.engine.connect() as connection:
        (mark,) = marks.of_case(connection, 1)
    with pytest.raises(RestrictedError):
        marks.unmark(agency_.work("Alice"), 1, mark.id, Reason("mistake"))
    with pytest.raises(FormatError):
        marks.unmark(agency_.work("Alan"), 1, mark.id, Reason(""))
    marks.unmark(agency_.work("Alan"), 1, mark.id, Reason("assessed"))
    with pytest.raises(StateError):
        marks.unmark(agency_.work("Alan"), 1, mark.id, Reason("assessed"))
    with agency_.engine.connect() as connection:
        assert not marks.is_held(connection, 1)
    assert file.open_(agency_.work("Alice"), 1, at).size == len(DATA)


def test_the_right_is_given_by_a_lead_and_taken_again(agency_: Agency):
    """Both are in the audit with the roster's version; a member gives it to nobody."""
    tip(agency_)
    with pytest.raises(AccessError):
        membership.set_restricted(
            agency_.work("Alan"), agency_.desk(), agency_.made.officers["Alan"], restricted=True
        )
    give(agency_)
    assert agency_.work("Alan").member.desks[agency_.desk()].restricted
    officer = agency_.made.officers["Alan"]
    membership.set_restricted(agency_.work("Alice"), agency_.desk(), officer, restricted=False)
    assert not agency_.work("Alan").member.desks[agency_.desk()].restricted
    given, taken = entries(agency_, "gave-restricted"), entries(agency_, "took-restricted")
    assert [one.detail["officer"] for one in given + taken] == [officer.hex()] * 2


@pytest.mark.parametrize("name", ["Alice", "Alan"])
def test_the_right_is_not_got_without_a_lead_s_signature(agency_: Agency, name: str):
    """Somebody writes themself into the desk's roster: it does not hold, and the desk is closed to them."""
    at = tip(agency_)
    marks.mark(agency_.work("Alan"), 1, at)
    own, who = tables.roster.c, agency_.work(name).member
    with db.writing(agency_.engine) as connection:
        before = who.rosters.of(connection, agency_.desk())
        members = tuple(replace(one, restricted=True) for one in before.members)
        forged = replace(before, members=members).encode()
        newest = (own.desk == agency_.desk(), own.version == before.version)
        connection.execute(update(tables.roster).where(*newest).values(statement=forged))
    own_ = agency_.work(name)
    assert agency_.desk() not in own_.member.desks
    with pytest.raises(AccessError):
        file.open_(own_, 1, at, file.PREVIEW, WHY)


def test_a_member_s_own_signature_gives_no_right(agency_: Agency):
    """A version that Alan, who leads nothing, signed for himself."""
    who = agency_.work("Alan").member
    with db.writing(agency_.engine) as connection:
        before, head = who.rosters.head(connection, agency_.desk())
        members = tuple(replace(one, restricted=True) for one in before.members)
        what = rosters.roster.follow(before, head, by=who.id, members=members)
        version = rosters.roster.sign_as_officer(who.keys.audit, what)
        row = {"desk": agency_.desk(), "version": what.version, "statement": version.statement}
        connection.execute(insert(tables.roster).values(row | {"signature": version.signature}))
    assert agency_.desk() not in agency_.work("Alan").member.desks
