"""Routing gives a unit exactly what was routed, by key."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy import insert, select, update

from tests.cases import attack
from tests.conftest import RAW, REPORT
from tests.papers.test_report import write as write_report
from tipline import db, tables
from tipline.cases import audit, case, file, inbox, index, reply, reply_copy
from tipline.cases.work import Work
from tipline.errors import AccessError, FormatError, StateError
from tipline.papers import paper_box
from tipline.papers.reason import Reason
from tipline.restricted.marks import Place
from tipline.routing import response, route, route_state
from tipline.seal import opening, rewrap, stanza
from tipline.seal.suite import PrivateKey


def all_keys(own: Work) -> list[tuple[bytes, PrivateKey]]:
    """Return every unlocked desk key of an officer."""
    return [(desk.id, key) for desk in own.member.desks.values() for key in desk.keys.values()]


def opens(own: Work, agency_) -> set[tuple[bytes, int]]:
    """Try everything in the database with every key an officer has; return (envelope, kind of stanza)."""
    found = set()
    with agency_.engine.connect() as connection:
        envelopes = connection.execute(select(tables.envelope)).all()
        stanzas = connection.execute(select(tables.stanza)).all()
        replies = connection.execute(select(tables.reply)).all()
    desks = connection_desks(agency_)
    for _, key in all_keys(own):
        for row in envelopes:
            if opening.open_stanza(row.bytes, key) is not None:
                found.add((row.id, stanza.WHOLE))
        for row in stanzas:
            for desk in desks:
                what = rewrap.unwrap(key, row.envelope, desk, row.sealed)
                if what is not None:
                    found.add((row.envelope, what.kind))
        for row in replies:
            assert not any(
                key.open(reply_copy.info(row.id, desk), row.sealed)
                for desk in desks
                if not own.member.triages
            )
    return found


def connection_desks(agency_) -> list[bytes]:
    return list(agency_.made.desks.values())


def test_a_unit_reads_what_was_routed_and_others_nothing(agency_):
    """Text and files for the unit; for another unit no line, no page, no file and no key in the database."""
    data = b"picture" * 1000
    agency_.tip("routed", files=(agency_.file(data),))
    agency_.tip("kept")
    alice, bob, carol = (agency_.work(name) for name in ("Alice", "Bob", "Carol"))
    assert len(route.send(alice, 1, agency_.desk("Narcotics"), RAW).envelopes) == 1
    for own in (bob, carol):
        own.refresh()
    opened = case.open_(bob, 1)
    assert [said.message.text for said in opened.said] == ["routed"]
    assert not opened.triage
    envelope = opened.said[0].item.envelope
    assert b"".join(file.open_(bob, 1, Place(envelope, 0)).pieces) == data
    with agency_.engine.connect() as connection:
        seen = [entry.action for entry in audit.of_case(connection, [agency_.desk("Narcotics")], 1)]
    assert seen == ["opened", "file-opened"]
    assert [line.number for line in inbox.page(bob).lines] == [1]
    assert opens(bob, agency_) == {(envelope, stanza.TEXT)}

    assert inbox.page(carol).lines == ()
    assert opens(carol, agency_) == set()
    for number in (1, 2):
        with pytest.raises(AccessError):
            case.open_(carol, number)
        with pytest.raises(AccessError):
            file.open_(carol, number, Place(envelope, 0))


def test_a_unit_gets_no_key_of_the_conversation(agency_):
    """K_text opens neither the reply part nor the desk's copies, and does not prove a tipster."""
    agency_.tip("words")
    alice, bob = agency_.work("Alice"), agency_.work("Bob")
    reply.send(alice, 1, "for the tipster alone")
    route.send(alice, 1, agency_.desk("Narcotics"), RAW)
    bob.refresh()
    (item,) = bob.known.items(1)
    with agency_.engine.connect() as connection:
        envelope, key = index.key_of(connection, bob.member.desks[item.desk], item.envelope)
        whole = index.key_of(connection, alice.member.desks[agency_.desk()], item.envelope)[1]
    assert key.kind == stanza.TEXT
    assert key.key == opening.text_key_of(envelope, whole.key) != whole.key
    assert index.follow_up_key(envelope, key.key) is None
    opened = case.open_(bob, 1)
    assert len(opened.conversation) == 1
    with pytest.raises(AccessError):
        reply.send(bob, 1, "by the unit")
    with pytest.raises(AccessError):
        route.send(bob, 1, agency_.desk("Traffic"), RAW)


def test_a_row_without_a_key_shows_nothing(agency_):
    """A route row written into the database by hand gives the unit neither line nor page."""
    agency_.tip()
    alice, carol = agency_.work("Alice"), agency_.work("Carol")
    with db.writing(agency_.engine) as connection:
        to = {"case": 1, "unit": agency_.desk("Traffic"), "officer": alice.member.id, "at": 0}
        row = to | {"part": route_state.RESPONSIBLE, "gives": route_state.RAW, "state": route_state.SENT}
        connection.execute(insert(tables.route).values(row))
    carol.refresh()
    assert inbox.page(carol).lines == ()
    with pytest.raises(AccessError):
        case.open_(carol, 1)


def test_a_stanza_of_one_unit_does_not_open_for_another(agency_):
    """Neither copied to another desk's row nor to another envelope's."""
    agency_.tip("one")
    agency_.tip("two")
    alice, carol = agency_.work("Alice"), agency_.work("Carol")
    route.send(alice, 1, agency_.desk("Narcotics"), RAW)
    with db.writing(agency_.engine) as connection:
        row = connection.execute(
            select(tables.stanza).where(tables.stanza.c.desk == agency_.desk("Narcotics"))
        ).one()
        copied = {"envelope": row.envelope, "desk": agency_.desk("Traffic"), "sealed": row.sealed}
        connection.execute(insert(tables.stanza).values(copied))
    carol.refresh()
    assert carol.known.items(1) == []


def test_what_is_written_later_does_not_follow_by_itself(agency_):
    """The unit has what it was given; what is missing is given by an act of its own, once."""
    keys = agency_.tip("first")
    alice, bob = agency_.work("Alice"), agency_.work("Bob")
    unit = agency_.desk("Narcotics")
    route.send(alice, 1, unit, RAW)
    agency_.receive(agency_.seal(keys, "second", kind="follow-up", counter=1))
    alice.refresh()
    bob.refresh()
    assert [said.message.text for said in case.open_(bob, 1).said] == ["first"]
    assert [unit in said.units for said in case.open_(alice, 1).said] == [True, False]
    assert len(route.give(alice, 1, unit, RAW).envelopes) == 1
    with pytest.raises(StateError):
        route.give(alice, 1, unit, RAW)
    bob.refresh()
    assert [said.message.text for said in case.open_(bob, 1).said] == ["first", "second"]
    assert agency_.count("route") == 1


def test_a_unit_sees_what_triage_could_not_verify(agency_):
    """The unit has no follow-up key; the mark of triage goes with the message."""
    keys, forger = agency_.tip("first"), agency_.receipt()
    alice, bob = agency_.work("Alice"), agency_.work("Bob")
    agency_.receive(agency_.seal(forger, "trust me", kind="follow-up", counter=1, thread=keys.thread))
    alice.refresh()
    route.send(alice, 1, agency_.desk("Narcotics"), RAW)
    bob.refresh()
    assert [said.verified for said in case.open_(bob, 1).said] == [True, False]


@pytest.mark.parametrize("unit", ["Triage", None])
def test_it_routes_to_units_only(agency_, unit: str | None):
    """Not to a triage desk, and not to an id that is none."""
    agency_.tip()
    alice = agency_.work("Alice")
    with pytest.raises(AccessError):
        route.send(alice, 1, agency_.desk(unit) if unit else bytes(16), RAW)
    assert agency_.count("stanza") == 1


def ended(agency_, how: str) -> tuple[Work, Work]:
    """Give Bob's unit report and tip, let him read both, and end the route; return Alice and Bob."""
    agency_.tip("words", files=(agency_.file(b"picture"),))
    alice, bob, unit = agency_.work("Alice"), agency_.work("Bob"), agency_.desk("Narcotics")
    write_report(alice, "the report")
    route.send(alice, 1, unit, RAW)
    bob.refresh()
    assert case.open_(bob, 1).said
    if how == "returned":
        response.accept(bob, 1, unit)
    end = {
        "withdrawn": lambda: route.withdraw(alice, 1, unit, Reason("mistake")),
        "declined": lambda: response.decline(bob, 1, unit, Reason("known")),
        "returned": lambda: response.give_back(bob, 1, unit, Reason("actioned")),
    }
    end[how]()
    return alice, bob


@pytest.mark.parametrize("how", ["withdrawn", "declined", "returned"])
def test_what_ended_is_closed_by_key(agency_, how: str):
    """No line, page or file, in the session that had it open and in a new one; no key opens anything."""
    _, bob = ended(agency_, how)
    envelope = bob.known.items(1)[0].envelope
    for own in (bob, agency_.work("Bob")):
        with pytest.raises(AccessError):
            case.open_(own, 1)
        with pytest.raises(AccessError):
            file.open_(own, 1, Place(envelope, 0))
        own.refresh()
        assert inbox.page(own).lines == ()
        assert own.known.items(1) == []
    found = attack.opens(agency_.engine, bob.member.suite, attack.private_keys(bob))
    assert {table for table, _ in found} == {"member_key"}


def test_a_state_written_by_hand_gives_no_key(agency_):
    """Whoever changes part, state and what is given in the row of a route that ended opens nothing by it."""
    _, bob = ended(agency_, "withdrawn")
    for state, part in product(route_state.STATES, (route_state.RESPONSIBLE, route_state.INFORMATION)):
        with db.writing(agency_.engine) as connection:
            connection.execute(update(tables.route).values(state=state, part=part, gives="raw"))
        bob.refresh()
        assert inbox.page(bob).lines == ()
        with pytest.raises(AccessError):
            case.open_(bob, 1)


def test_it_can_be_routed_again_after_it_ended(agency_):
    """The unit has what it is given then, and not what it had before."""
    alice, bob = ended(agency_, "declined")
    unit = agency_.desk("Narcotics")
    assert route.send(alice, 1, unit, REPORT).envelopes == ()
    bob.refresh()
    opened = case.open_(bob, 1)
    assert (opened.raw, [one.text for one in opened.papers if one.label.kind == "report"]) == (
        False, ["the report"],
    )  # fmt: skip


def test_triage_sees_what_a_unit_had_opened_and_why_it_declined(agency_):
    """From the unit's own chain; the words of the reason are sealed for both desks and for no other."""
    agency_.tip()
    alice, bob, carol = (agency_.work(name) for name in ("Alice", "Bob", "Carol"))
    unit = agency_.desk("Narcotics")
    route.send(alice, 1, unit, RAW)
    bob.refresh()
    case.open_(bob, 1)
    response.decline(bob, 1, unit, Reason("other", "it is my brother's shop"))
    opened = case.open_(alice, 1)
    by_unit = [(entry.officer_name, entry.action) for entry in opened.audit if entry.desk == unit]
    assert ("Bob", "opened") in by_unit
    assert ("Bob", "declined") in by_unit
    (row,) = opened.routes
    words = next(one for one in opened.papers if one.label.id == row.paper)
    assert (words.text, words.readers) == ("it is my brother's shop", {agency_.desk(), unit})
    assert attack.opens(agency_.engine, carol.member.suite, attack.private_keys(carol)) == {
        ("member_key", agency_.desk("Traffic"))
    }


def test_the_raw_tip_takes_a_reason(agency_):
    """Without a report nothing is given; with one it alone is; a reason that is none gives nothing."""
    agency_.tip()
    alice, unit = agency_.work("Alice"), agency_.desk("Narcotics")
    with pytest.raises(StateError):
        route.send(alice, 1, unit)
    for bad in (Reason(""), Reason("known"), Reason("other", " ")):
        with pytest.raises(FormatError):
            route.send(alice, 1, unit, route.Giving(bad))
    assert agency_.count("route") == agency_.count("paper") == 0
    write_report(alice, "the report")
    assert route.send(alice, 1, unit, REPORT).envelopes == ()
    route.give(alice, 1, unit, route.Giving(Reason("other", "his voice must be heard")))
    with agency_.engine.connect() as connection:
        gave = audit.of_case(connection, [agency_.desk()], 1)[-1]
        assert connection.scalar(select(tables.route.c.gives)) == "raw"
    assert (gave.action, gave.detail["reason"], len(gave.object["envelopes"])) == ("gave", "other", 1)
    assert len(bytes.fromhex(gave.detail["hash"])) == 32
    assert "voice" not in str(gave)


def test_information_is_not_work(agency_):
    """It is not accepted, changes no status, and becomes work only by an act of triage."""
    agency_.tip()
    alice, carol, unit = agency_.work("Alice"), agency_.work("Carol"), agency_.desk("Traffic")
    status = case.open_(alice, 1).status
    route.send(alice, 1, unit, RAW, route_state.INFORM)
    carol.refresh()
    assert case.open_(carol, 1).status == status == "read"
    with pytest.raises(StateError):
        response.accept(carol, 1, unit)
    route.send(alice, 1, unit)
    response.accept(carol, 1, unit)
    assert case.open_(carol, 1).status == "accepted"
    route.send(alice, 1, unit, act=route_state.INFORM)
    assert case.open_(carol, 1).status == "read"


def copies(agency_, unit: bytes) -> list[tuple[bytes, bytes]]:
    """Return what a thief copies: every sealed row of a unit, with what it is bound to."""
    at, of = tables.stanza.c, tables.paper_key.c
    with agency_.engine.connect() as connection:
        stanzas = connection.execute(select(at.envelope, at.sealed).where(at.desk == unit)).all()
        papers = connection.execute(select(of.paper, of.sealed).where(of.desk == unit)).all()
    bound = [(rewrap._info(envelope, unit), sealed) for envelope, sealed in stanzas]
    return bound + [(paper_box._info(one, unit), sealed) for one, sealed in papers]


def opened_by(own: Work, rows: list[tuple[bytes, bytes]]) -> int:
    return sum(any(key.open(*row) for _, key in all_keys(own)) for row in rows)


@pytest.mark.parametrize("how", ["withdrawn", "declined"])
def test_a_copy_of_older_rows_stays_closed_to_the_units_later_keys(agency_, how: str):
    """The key of then opens it and is nowhere any more; what the unit still has is sealed to its new one."""
    agency_.tip("gone")
    agency_.tip("stays")
    alice, bob, unit = agency_.work("Alice"), agency_.work("Bob"), agency_.desk("Narcotics")
    write_report(alice, "the report")
    for number in (1, 2):
        route.send(alice, number, unit, RAW)
    bob.refresh()
    rows = copies(agency_, unit)
    assert opened_by(bob, rows) == len(rows) == 3
    if how == "withdrawn":
        route.withdraw(alice, 1, unit, Reason("mistake"))
    else:
        response.decline(bob, 1, unit, Reason("known"))
    for _ in range(3):
        bob.refresh()
    later = agency_.work("Bob")
    assert opened_by(later, rows) == opened_by(bob, rows) == 0
    assert opened_by(later, copies(agency_, unit)) == 1
    assert [said.message.text for said in case.open_(later, 2).said] == ["stays"]
