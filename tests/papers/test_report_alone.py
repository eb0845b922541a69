"""A unit that was given the report alone: what it works with, and that no key it has opens anything else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import insert, select

from tests.cases import attack
from tests.conftest import RAW, REPORT, Agency
from tests.papers.test_report import write as write_report
from tipline import db, tables
from tipline.cases import audit, case, file, inbox, reply
from tipline.cases.work import Work
from tipline.errors import AccessError, StateError
from tipline.papers import notes, paper, paper_box, report
from tipline.papers.reason import Reason
from tipline.restricted.marks import Place
from tipline.routing import route
from tipline.routing.route import Giving
from tipline.routing.route_state import INFORM
from tipline.seal import header, opening, rewrap, stanza
from tipline.staff.member import TRIAGE


def give(own: Work, unit: bytes, approval: bool = False) -> bytes:
    """Route case 1 to a unit: its report, and nothing else; return the version's id."""
    (version,) = route.send(own, 1, unit, Giving(approval=approval)).papers
    return version


@pytest.fixture
def given(agency_: Agency) -> tuple[Agency, Work, Work, bytes]:
    """A case with a conversation, a file, notes and two versions of a report: two units have the first."""
    keys = agency_.tip("the tipster's words", danger="yes", files=(agency_.file(b"picture"),))
    alice, bob = agency_.work("Alice"), agency_.work("Bob")
    write_report(alice, "first")
    version = give(alice, agency_.desk("Narcotics"))
    route.send(alice, 1, agency_.desk("Traffic"), REPORT, INFORM)
    write_report(alice, "second", after=1)
    reply.send(alice, 1, "for the tipster alone")
    notes.note(alice, 1, "for triage alone", paper_box.new_id())
    agency_.receive(agency_.seal(keys, "and later", kind="follow-up", counter=1))
    for own in (alice, bob):
        own.refresh()
    return agency_, alice, bob, version


def test_it_works_with_the_report_its_notes_and_questions(given):
    """Number, priority, day, status and these papers: no message, file, entry of triage, route of others."""
    agency_, _, bob, version = given
    (line,) = inbox.page(bob).lines
    assert (line.number, line.priority, line.items, line.news) == (1, 0, (), ("report",))
    notes.note(bob, 1, "ours", paper_box.new_id())
    notes.ask(bob, 1, "which dock?", paper_box.new_id())
    case.open_(agency_.work("Carol"), 1)
    opened = case.open_(bob, 1)
    assert [one.text for one in opened.papers] == ["first", "ours", "which dock?"]
    assert (opened.raw, opened.triage, opened.conversation, opened.alarm, opened.damaged) == (
        False,
        False,
        (),
        False,
        0,
    )
    assert [one.unit for one in opened.routes] == [agency_.desk("Narcotics")]
    assert {entry.desk for entry in opened.audit} == {agency_.desk("Narcotics")}
    assert opened.audit[-1].object["papers"][0] == version.hex()
    assert "envelopes" not in opened.audit[-1].object
    assert inbox.page(bob).lines[0].news == ()
    with agency_.engine.connect() as connection:
        (envelope, *_) = connection.scalars(select(tables.envelope.c.id))
        audit.verify(connection, agency_.desk("Narcotics"))
    with pytest.raises(AccessError):
        file.open_(bob, 1, Place(envelope, 0))
    for act in (
        lambda: reply.send(bob, 1, "by the unit"),
        lambda: report.write(bob, 1, "ours", bytes(16), 2),
    ):
        with pytest.raises(AccessError):
            act()


def test_who_triages_at_another_desk_sees_no_route_of_other_units(given):
    """A unit's officer who is at a second triage desk too: that case is their unit's alone."""
    agency_, _, bob, _ = given
    (unit,) = bob.member.desks.values()
    elsewhere = replace(unit, id=bytes(16), name="Second line", kind=TRIAGE)
    bob.member.desks[elsewhere.id] = elsewhere
    assert bob.member.triages
    (line,) = inbox.page(bob).lines
    assert [one.name for one in line.routes] == ["Narcotics"]
    opened = case.open_(bob, 1)
    assert (opened.triage, [one.unit for one in opened.routes]) == (False, [agency_.desk("Narcotics")])


def test_its_keys_open_nothing_else(given):
    """Every key of its officer against every sealed value of every table; a stanza slipped in is found."""
    agency_, alice, bob, version = given
    notes.note(bob, 1, "ours", paper_box.new_id())
    notes.ask(bob, 1, "which dock?", paper_box.new_id())
    with agency_.engine.connect() as connection:
        own = tables.paper.c
        mine = set(connection.scalars(select(own.id).where(own.desk == agency_.desk("Narcotics"))))
    expected = {("member_key", agency_.desk("Narcotics"))}
    expected |= {(table, one) for one in mine | {version} for table in ("paper", "paper_key")}
    keys = attack.private_keys(bob)
    assert attack.opens(agency_.engine, bob.member.suite, keys) == expected

    slip_in_a_stanza(agency_, alice)
    more = attack.opens(agency_.engine, bob.member.suite, keys) - expected
    assert {table for table, _ in more} == {"envelope", "stanza"}


def test_who_had_the_tip_itself_has_the_report_alone_after_that(agency_: Agency):
    """Given whole, opened, withdrawn, then given the report: no older row opens, nor what came since."""
    keys, unit = agency_.tip("the tipster's words"), agency_.desk("Narcotics")
    alice, bob = agency_.work("Alice"), agency_.work("Bob")
    version = write_report(alice, "the report")
    route.send(alice, 1, unit, RAW)
    bob.refresh()
    assert case.open_(bob, 1).raw
    own = tables.stanza
    with agency_.engine.connect() as connection:
        older = [row._mapping for row in connection.execute(select(own).where(own.c.desk == unit))]
    route.withdraw(alice, 1, unit, Reason("source"))
    agency_.receive(agency_.seal(keys, "and later", kind="follow-up", counter=1))
    alice.refresh()
    route.send(alice, 1, unit, REPORT)
    for _ in range(3):
        bob.refresh()
    newest = bob.member.desks[unit].newest
    with db.writing(agency_.engine) as connection:
        connection.execute(insert(own).values([{**row, "seq": None, "key": newest} for row in older]))
    for again in (bob, agency_.work("Bob")):
        again.refresh()
        opened = case.open_(again, 1)
        assert (opened.raw, [one.text for one in opened.papers]) == (False, ["the report"])
        found = attack.opens(agency_.engine, again.member.suite, attack.private_keys(again))
        assert found == {("member_key", unit), ("paper", version), ("paper_key", version)}


def slip_in_a_stanza(agency: Agency, own: Work) -> None:
    """Seal K_text of the first message to the unit, as routing the raw tip does."""
    item, unit = own.known.items(1)[0], agency.desk("Narcotics")
    with db.writing(agency.engine) as connection:
        row = connection.execute(select(tables.stanza).where(tables.stanza.c.envelope == item.envelope)).one()
        what = rewrap.unwrap(own.access(1).desk.at_rest, item.envelope, item.desk, row.sealed)
        envelope = connection.scalar(
            select(tables.envelope.c.bytes).where(tables.envelope.c.id == item.envelope)
        )
        text = stanza.Stanza(stanza.TEXT, opening.text_key_of(envelope, what.key))
        public = paper.reader(connection, own.member, unit).public
        sealed = rewrap.rewrap(header.suite_in(envelope), public, item.envelope, unit, text)
        copied = {**row._mapping, "seq": None, "desk": unit, "sealed": sealed}
        connection.execute(insert(tables.stanza).values(copied))


def test_a_new_version_comes_by_an_act_of_triage(given):
    """The unit keeps what it has until then; where an approval is asked for, nothing is given without."""
    agency_, alice, bob, _ = given
    assert [one.text for one in case.open_(bob, 1).papers] == ["first"]
    with pytest.raises(StateError):
        route.give(alice, 1, agency_.desk("Narcotics"))
    with pytest.raises(StateError):
        route.give(alice, 1, agency_.desk("Narcotics"), Giving())
    assert len(route.give(alice, 1, agency_.desk("Narcotics"), REPORT).papers) == 1
    assert inbox.page(bob).lines[0].news == ("report",)
    assert [one.text for one in case.open_(bob, 1).papers] == ["first", "second"]


def test_taken_away_it_is_gone(given):
    """Line, page and key; another unit keeps what it has."""
    agency_, _, bob, _ = given
    carol = agency_.work("Carol")
    with db.writing(agency_.engine) as connection:
        paper.take(connection, 1, agency_.desk("Narcotics"))
    assert [len(inbox.page(own).lines) for own in (bob, carol)] == [0, 1]
    for act in (case.open_, lambda own, number: notes.note(own, number, "still here", paper_box.new_id())):
        with pytest.raises(AccessError):
            act(bob, 1)
