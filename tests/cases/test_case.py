"""Opening a case: in the audit first, then every word, with every doubt said."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest
from sqlalchemy import select, text, update

from tests.conftest import RAW
from tipline import db, tables
from tipline.cases import audit, case, inbox, reply
from tipline.cases.case import Answer
from tipline.errors import AccessError, AuditError
from tipline.routing import route, route_state
from tipline.seal import docket, opening, slot
from tipline.seal.suite import HYBRID

WORDS = "They meet at the harbour, pier 7.\nبعد منتصف الليل"


def actions(agency_, name: str = "Triage") -> list[str]:
    with agency_.engine.connect() as connection:
        audit.verify(connection, agency_.desk(name))
        query = (
            select(tables.audit).where(tables.audit.c.desk == agency_.desk(name)).order_by(tables.audit.c.seq)
        )
        return [audit.parse(row.entry).action for row in connection.execute(query)]


def test_it_reads_word_for_word(agency_):
    """Text, language and fact as sealed; the first opening makes it read."""
    agency_.tip(WORDS, lang="ar")
    alice = agency_.work("Alice")
    opened = case.open_(alice, 1)
    assert [said.message.text for said in opened.said] == [WORDS]
    assert (opened.status, opened.triage, opened.damaged) == ("read", True, 0)
    assert opened.said[0].verified
    assert actions(agency_) == ["opened"]


def test_indexing_is_not_opening(agency_):
    """The inbox leaves no entry and no read mark: only opening does, for this officer alone."""
    agency_.tip()
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    assert actions(agency_) == []
    assert inbox.page(alice).lines[0].unread == 1
    case.open_(alice, 1)
    assert inbox.page(alice).lines[0].unread == 0
    assert inbox.page(alan).lines[0].unread == 1


def test_nothing_is_opened_when_the_audit_fails(agency_, monkeypatch):
    """The body is not even decrypted."""
    agency_.tip(WORDS)
    alice = agency_.work("Alice")
    with agency_.engine.begin() as connection:
        connection.execute(
            text("CREATE TRIGGER no BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END")
        )
    monkeypatch.setattr(opening, "open_body", lambda *_: pytest.fail("opened before the audit"))
    with pytest.raises(AuditError):
        case.open_(alice, 1)
    assert inbox.page(alice).lines[0].status == "new"


def test_the_entry_is_committed_before_the_body_is_opened(agency_, monkeypatch):
    """At the moment of decryption another connection already sees the entry."""
    agency_.tip(WORDS)
    alice = agency_.work("Alice")
    real, seen = opening.open_body, []

    def watch(*given: object):
        seen.append(actions(agency_))
        return real(*given)

    monkeypatch.setattr(opening, "open_body", watch)
    case.open_(alice, 1)
    assert seen == [["opened"]]


_DIE = """
import os, signal, sys
from pathlib import Path
from tipline import db
from tipline.cases import case
from tipline.staff import member
from tipline.cases.work import Work
from tipline.seal import docket, opening, slot
from tipline.seal.suite import HYBRID
from tipline.seal.suite import HYBRID
engine, keys = db.open_engine(Path(sys.argv[1])), Path(sys.argv[1]).parent / "keys"
own = Work(engine, member.sign_in(engine, keys, "Alice", sys.argv[2]))
own.refresh()
opening.open_body = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
case.open_(own, 1)
"""


def test_the_entry_outlives_a_kill_between_audit_and_opening(agency_):
    """SIGKILL at the moment of decryption: the entry is there, the chain holds, nothing was shown."""
    agency_.tip(WORDS)
    agency_.work("Alice")
    path = agency_.made.data / "agency" / "console.db"
    died = subprocess.run(
        [sys.executable, "-c", _DIE, str(path), "correct horse battery"], capture_output=True, check=False
    )
    assert died.returncode == -signal.SIGKILL
    assert died.stdout == b""
    assert actions(agency_) == ["opened"]


def test_sent_twice_is_shown_once(agency_):
    """Same thread, counter and words: the page sealed it anew after a send it thought had failed."""
    keys = agency_.tip("once")
    agency_.receive(agency_.seal(keys, "once"))
    agency_.receive(agency_.seal(keys, "and a word more", counter=0))
    said = case.open_(agency_.work("Alice"), 1).said
    assert [(one.message.text, one.again) for one in said] == [("once", 1), ("and a word more", 0)]


def test_a_forged_repetition_is_not_folded(agency_):
    """The same words by somebody without the follow-up key stay beside the real ones, unverified."""
    keys, forger = agency_.tip("once"), agency_.receipt()
    alice = agency_.work("Alice")
    agency_.receive(agency_.seal(forger, "once", thread=keys.thread))
    alice.refresh()
    assert [(one.verified, one.again) for one in case.open_(alice, 1).said] == [(True, 0), (False, 0)]


@pytest.mark.parametrize("change", [{"danger": "yes"}, {"category": "money"}])
def test_a_message_that_says_something_else_is_not_folded(agency_, change):
    """The same words, and now somebody is in danger: that is not the same sent again."""
    keys = agency_.tip("once")
    agency_.receive(agency_.seal(keys, "once", **change))
    assert [one.again for one in case.open_(agency_.work("Alice"), 1).said] == [0, 0]


def test_a_repetition_with_a_false_docket_is_an_alarm(agency_):
    """It is shown folded; what the relay did with it is not."""
    keys = agency_.tip("once")
    alice = agency_.work("Alice")
    assert not case.open_(alice, 1).alarm
    other = docket.Docket(agency_.desk(), "yes", keys.acknowledgement)
    agency_.receive(agency_.seal(keys, "once", docket=other))
    alice.refresh()
    opened = case.open_(alice, 1)
    assert (len(opened.said), opened.alarm) == (1, True)


def test_a_forged_tip_does_not_take_over_a_thread_whose_tip_is_not_there(agency_):
    """A follow-up came alone; who knows its thread and sends a "tip" proves nothing and gets no answer."""
    keys, forger = agency_.receipt(), agency_.receipt()
    agency_.receive(agency_.seal(keys, "second", kind="follow-up", counter=1))
    alice = agency_.work("Alice")
    agency_.receive(agency_.seal(forger, "trust me", thread=keys.thread))
    alice.refresh()
    assert [one.verified for one in case.open_(alice, 1).said] == [False, False]
    reply.send(alice, 1, "answer")
    with agency_.engine.connect() as connection:
        slots = list(connection.scalars(select(tables.slot.c.bytes)))
    assert slot.find(HYBRID, forger.reply, slots) == []
    assert len(slot.find(HYBRID, keys.reply, slots)) == 1
    agency_.receive(agency_.seal(keys, "first"))
    alice.refresh()
    said = {one.message.text: one.verified for one in case.open_(alice, 1).said}
    assert said == {"first": True, "second": True, "trust me": False}


def test_a_follow_up_that_came_before_its_tip_is_proven_later(agency_):
    """At first nothing proves it; when the tip is there, its key does."""
    keys = agency_.receipt()
    agency_.receive(agency_.seal(keys, "second", kind="follow-up", counter=1))
    alice = agency_.work("Alice")
    assert [one.verified for one in case.open_(alice, 1).said] == [False]
    agency_.receive(agency_.seal(keys, "first"))
    alice.refresh()
    assert [(one.message.text, one.verified) for one in case.open_(alice, 1).said] == [
        ("first", True),
        ("second", True),
    ]


def test_a_conversation_is_in_the_order_it_happened(agency_):
    """Tip, reply, follow-up on one day: the day alone would not tell."""
    keys = agency_.tip("first")
    alice = agency_.work("Alice")
    reply.send(alice, 1, "answer")
    agency_.receive(agency_.seal(keys, "second", kind="follow-up", counter=1))
    alice.refresh()
    reply.send(alice, 1, "answer again")
    told = [
        part.text if isinstance(part, Answer) else part.message.text
        for part in case.open_(alice, 1).conversation
    ]
    assert told == ["first", "answer", "second", "answer again"]


def test_a_changed_original_is_said_and_not_left_out(agency_):
    """A message that could be read at indexing and no longer opens is counted as damaged."""
    agency_.tip("words")
    alice = agency_.work("Alice")
    with agency_.engine.begin() as connection:
        data = bytearray(connection.execute(select(tables.envelope.c.bytes)).scalar_one())
        data[10_000] ^= 1
        connection.execute(update(tables.envelope).values(bytes=bytes(data)))
    opened = case.open_(alice, 1)
    assert (opened.damaged, opened.said) == (1, ())


def test_a_case_of_others_is_closed(agency_):
    """No case, and a case that no key opens, are one refusal, and leave no entry."""
    agency_.tip()
    agency_.work("Alice")
    carol = agency_.work("Carol")
    for number in (1, 2):
        with pytest.raises(AccessError):
            case.open_(carol, number)
    assert actions(agency_) == actions(agency_, "Traffic") == []


def test_the_case_shows_who_opened_it(agency_):
    """Triage sees its own chain and the units'; a unit sees its own. A forged row is seen as such."""
    agency_.tip()
    alice, bob, carol = agency_.work("Alice"), agency_.work("Bob"), agency_.work("Carol")
    for unit, act in (("Narcotics", route_state.ROUTE), ("Traffic", route_state.INFORM)):
        route.send(alice, 1, agency_.desk(unit), RAW, act)
    for unit_officer in (bob, carol):
        unit_officer.refresh()
    case.open_(carol, 1)
    case.open_(bob, 1)
    assert [(entry.officer_name, entry.action) for entry in case.open_(bob, 1).audit] == [
        ("Bob", "opened")
    ] * 2
    seen = [(entry.officer_name, entry.action) for entry in case.open_(alice, 1).audit]
    by_alice = [("Alice", "informed"), ("Alice", "opened"), ("Alice", "routed")]
    assert sorted(seen) == [*by_alice, ("Bob", "opened"), ("Bob", "opened"), ("Carol", "opened")]
    with db.writing(agency_.engine) as connection:
        connection.execute(update(tables.audit).where(tables.audit.c.seq == 1).values(signature=bytes(64)))
    assert not all(entry.holds for entry in case.open_(alice, 1).audit)


def test_a_unit_reading_does_not_answer_for_triage(agency_):
    """What the tipster wrote again stays so until the triage desk has opened it."""
    agency_.tip()
    alice, bob = agency_.work("Alice"), agency_.work("Bob")
    route.send(alice, 1, agency_.desk("Narcotics"), RAW)
    bob.refresh()
    with db.writing(agency_.engine) as connection:
        connection.execute(update(tables.case).values(status="again"))
    assert case.open_(bob, 1).status == "again"
    assert case.open_(alice, 1).status == "read"
