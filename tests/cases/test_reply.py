"""Answering: only the receipt finds and opens the slots, and no label is ever used twice."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, text, update

from tipline import clock, db, tables
from tipline.cases import audit, case, reply, reply_copy
from tipline.errors import AuditError, FormatError
from tipline.seal import slot
from tipline.seal.suite import HYBRID

WORDS = "Спасибо. We know about it now."


def slots(agency_) -> list[bytes]:
    with agency_.engine.connect() as connection:
        return list(connection.scalars(select(tables.slot.c.bytes)))


def next_slot(agency_) -> int:
    with agency_.engine.connect() as connection:
        return connection.execute(select(tables.case.c.next_slot)).scalar_one()


def test_the_receipt_opens_the_reply(agency_):
    """Word for word, with the desk to write back to and the day; another receipt finds nothing."""
    keys = agency_.tip()
    alice = agency_.work("Alice")
    reply.send(alice, 1, WORDS)
    (found,) = slot.find(HYBRID, keys.reply, slots(agency_))
    assert (found.text, found.desk, found.day) == (WORDS, agency_.desk(), clock.day_number())
    assert slot.find(HYBRID, agency_.receipt().reply, slots(agency_)) == []
    with agency_.engine.connect() as connection:
        (row,) = connection.execute(select(tables.slot)).all()
    assert (row.kind, row.day, row.posted) == ("reply", clock.day_number(), False)


def test_the_desk_keeps_a_copy_that_only_it_opens(agency_):
    """The words are nowhere in the clear."""
    agency_.tip()
    alice = agency_.work("Alice")
    reply.send(alice, 1, WORDS)
    (answer,) = [
        part for part in case.open_(agency_.work("Alan"), 1).conversation if isinstance(part, case.Answer)
    ]
    assert (answer.text, answer.officer) == (WORDS, "Alice")
    with agency_.engine.connect() as connection:
        (row,) = connection.execute(select(tables.reply)).all()
    bob = agency_.work("Bob").member.desks[agency_.desk("Narcotics")]
    assert reply_copy.open_copy(bob, row.id, row.key, row.sealed) is None
    assert WORDS.encode() not in row.sealed


def test_a_long_reply_takes_several_labels(agency_):
    """And comes together again in the page."""
    keys, words = agency_.tip(), "é" * 1200
    alice = agency_.work("Alice")
    reply.send(alice, 1, words)
    reply.send(alice, 1, "short")
    assert next_slot(agency_) == 4
    assert [found.text for found in slot.find(HYBRID, keys.reply, slots(agency_))] == [words, "short"]
    labels = [one[: slot.LABEL_SIZE] for one in slots(agency_)]
    assert sorted(labels) == sorted(slot.label(HYBRID, keys.reply, at) for at in range(4))


def test_a_label_is_taken_before_it_is_used(agency_, monkeypatch):
    """Dying between the two leaves a gap, never a second use."""
    keys = agency_.tip()
    alice = agency_.work("Alice")
    with monkeypatch.context() as planted:
        planted.setattr(slot, "seal", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            reply.send(alice, 1, "lost")
    assert next_slot(agency_) == 1
    reply.send(alice, 1, WORDS)
    (only,) = slots(agency_)
    assert only[: slot.LABEL_SIZE] == slot.label(HYBRID, keys.reply, 1)
    assert [found.text for found in slot.find(HYBRID, keys.reply, [only])] == [WORDS]


def test_nothing_is_sent_that_the_audit_does_not_hold(agency_):
    """No slot, no copy, no status."""
    agency_.tip()
    alice = agency_.work("Alice")
    with agency_.engine.begin() as connection:
        connection.execute(
            text("CREATE TRIGGER no BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END")
        )
    with pytest.raises(AuditError):
        reply.send(alice, 1, WORDS)
    assert agency_.count("slot") == agency_.count("reply") == 0


def test_it_is_in_the_audit(agency_):
    """Without a word of it."""
    agency_.tip()
    alice = agency_.work("Alice")
    reply.send(alice, 1, WORDS)
    with agency_.engine.connect() as connection:
        audit.verify(connection, agency_.desk())
        (entry,) = audit.of_case(connection, [agency_.desk()], 1)
    assert (entry.action, entry.detail, entry.holds) == ("replied", {"slots": 1}, True)


@pytest.mark.parametrize(
    ("words", "used", "failure"),
    [("", 0, "empty"), ("x" * (reply.TEXT_MAX + 1), 0, "too long"), ("x" * 2000, slot.LABELS - 2, "slots")],
)
def test_it_refuses_what_cannot_be_sent(agency_, words: str, used: int, failure: str):
    """Nothing, too much, and more than the receipt has room for; no label is spent."""
    agency_.tip()
    alice = agency_.work("Alice")
    with agency_.engine.begin() as connection:
        connection.execute(update(tables.case).values(next_slot=used))
    with pytest.raises(FormatError) as refused:
        reply.send(alice, 1, words)
    assert refused.value.failure == failure
    assert next_slot(agency_) == used
    assert slots(agency_) == []


def test_the_longest_reply_fits(agency_):
    """The last byte of the last slot."""
    keys = agency_.tip()
    alice = agency_.work("Alice")
    with agency_.engine.connect() as connection:
        measure = reply.measure(connection, 1, "x" * reply.TEXT_MAX)
    assert (measure.fits, measure.slots, measure.left) == (True, 16, 256)
    reply.send(alice, 1, "x" * reply.TEXT_MAX)
    assert slot.find(HYBRID, keys.reply, slots(agency_))[0].text == "x" * reply.TEXT_MAX


def test_a_forged_message_does_not_redirect_the_answer(agency_):
    """The reply key is that of the tip, not of whoever wrote into its thread."""
    keys, forger = agency_.tip(), agency_.receipt()
    alice = agency_.work("Alice")
    agency_.receive(agency_.seal(forger, "trust me", kind="follow-up", counter=1, thread=keys.thread))
    alice.refresh()
    reply.send(alice, 1, WORDS)
    assert slot.find(HYBRID, forger.reply, slots(agency_)) == []
    assert len(slot.find(HYBRID, keys.reply, slots(agency_))) == 1


def test_one_reply_is_sent_once(agency_, monkeypatch):
    """The same id again, one after the other and both at once: no second slot, entry or copy."""
    agency_.tip()
    alice, reply_id = agency_.work("Alice"), reply.new_id()
    real = slot.seal

    def meanwhile(*args: object):
        with monkeypatch.context() as planted:
            planted.setattr(reply.slot, "seal", real)
            assert reply.send(alice, 1, WORDS, reply_id)
        return real(*args)

    with monkeypatch.context() as planted:
        planted.setattr(reply.slot, "seal", meanwhile)
        assert not reply.send(alice, 1, WORDS, reply_id)
    assert not reply.send(alice, 1, WORDS, reply_id)
    assert [agency_.count(table) for table in ("slot", "reply", "audit")] == [1, 1, 1]
    assert reply.send(alice, 1, WORDS)


def test_a_reply_that_no_officer_signed_for_is_shown_without_words(agency_):
    """Who writes to the database can seal a copy to the desk's public key, and say who sent it."""
    agency_.tip()
    alice, desk = agency_.work("Alice"), agency_.desk()
    reply.send(alice, 1, WORDS)
    at_rest, forged = alice.member.desks[desk].at_rest, reply.new_id()
    sealed = at_rest.suite.seal(at_rest.public, reply_copy.info(forged, desk), b"Meet me at pier 7.")
    with db.writing(agency_.engine) as connection:
        row = connection.execute(select(tables.reply)).one()._mapping
        connection.execute(insert(tables.reply).values({**row, "seq": None, "id": forged, "sealed": sealed}))
        connection.execute(update(tables.reply).where(tables.reply.c.id != forged).values(after=0))
    answers = [
        part.text
        for part in case.open_(agency_.work("Alan"), 1).conversation
        if isinstance(part, case.Answer)
    ]
    assert sorted(answers, key=str) == [None, WORDS]
