"""The holding text: to all that wait, in one act, once, and answering nothing."""

from __future__ import annotations

from sqlalchemy import select

from tests.cases.test_reply import slots
from tipline import tables
from tipline.cases import audit, reply
from tipline.routing import taken
from tipline.seal import slot
from tipline.seal.suite import HYBRID
from tipline.talk import holding
from tipline.talk.holding import Waiting


def sent(own, words: str = "Come back.") -> int:
    return holding.send(own, holding.waiting(own), lambda one: f"{words} {one.lang}").done


def test_it_goes_once_to_each_who_waits(agency_):
    """In their language; a case that has an answer, or is a colleague's, gets none; the case stays new."""
    keys = [agency_.tip(lang=lang) for lang in ("en", "ar", "pt-BR", "fr")]
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    reply.send(alice, 1, "An answer.")
    taken.take(alan, 4)
    assert holding.waiting(alice) == [Waiting(2, 2, "ar"), Waiting(3, 3, "pt-BR")]
    assert sent(alice) == 2
    alan.refresh()
    assert [one.number for one in holding.waiting(alan)] == [4]
    assert sent(alice) == 0
    found = [[one.text for one in slot.find(HYBRID, one.reply, slots(agency_))] for one in keys]
    assert found == [["An answer."], ["Come back. ar"], ["Come back. pt-BR"], []]
    with agency_.engine.connect() as connection:
        assert (
            connection.scalars(select(tables.case.c.status).order_by(tables.case.c.id)).all()[1:]
            == ["new"] * 3
        )
        (entry,) = audit.of_case(connection, [agency_.desk()], 2)
    assert (entry.action, entry.detail) == ("replied", {"slots": 1, "holding": True})


def test_two_officers_at_once_send_one(agency_):
    """Both saw it wait; and when the tipster writes again, it waits again."""
    keys = agency_.tip()
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    seen = holding.waiting(alan)
    assert sent(alice) == 1
    assert holding.send(alan, seen, lambda _: "Come back.").done == 0
    agency_.receive(agency_.seal(keys, "more", kind="follow-up", counter=1))
    alice.refresh()
    assert [one.number for one in holding.waiting(alice)] == [1]


def test_a_unit_sends_none(agency_):
    agency_.tip()
    agency_.work("Alice")
    assert holding.waiting(agency_.work("Bob")) == []
