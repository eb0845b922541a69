"""Tips that a call taker typed: sealed like every other, and the receipt works as the page's does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.cases.test_reply import slots
from tipline import clock, tables
from tipline.audit import actions
from tipline.calls import taking
from tipline.calls.taking import Told
from tipline.cases import audit, case, reply
from tipline.errors import AccessError, FormatError
from tipline.seal import acknowledgement, receipt, slot
from tipline.seal.suite import HYBRID

TOLD = Told("They said: سوف a van comes at six.", "drugs", "yes", "ar", taking.PHONE)


def test_it_is_a_case_like_every_other(agency_):
    """An envelope of the one size, opened by the desk, proven, urgent; its words are nowhere on the disk."""
    alice = agency_.work("Alice")
    number = taking.take(alice, agency_.id, TOLD).number
    opened = case.open_(agency_.work("Alan"), number)
    (said,) = opened.said
    message = said.message
    assert (message.text, message.lang, message.category, message.via) == (TOLD.text, "ar", "drugs", "phone")
    assert (said.verified, opened.priority, opened.alarm, opened.triage) == (True, 0, False, True)
    with agency_.engine.connect() as connection:
        (row,) = connection.execute(select(tables.envelope)).all()
    assert (len(row.bytes), row.desk, row.danger) == (24824, agency_.desk(), "yes")
    on_disk = b"".join(path.read_bytes() for path in agency_.made.data.rglob("console.db*"))
    assert b"a van comes" not in on_disk


def test_the_receipt_works_on_the_board(agency_):
    """As it is read out: it finds the answer, and that the tip was stored; what follows is proven by it."""
    alice = agency_.work("Alice")
    filed = taking.take(alice, agency_.id, TOLD)
    spoken = receipt.format_(filed.entropy).lower().replace("-", " ")
    keys = receipt.keys(HYBRID, receipt.parse(spoken), agency_.id)
    reply.send(alice, filed.number, "Thank you for calling.")
    assert [one.text for one in slot.find(HYBRID, keys.reply, slots(agency_))] == ["Thank you for calling."]
    with agency_.engine.connect() as connection:
        tokens = connection.scalars(select(tables.token.c.token)).all()
    assert acknowledgement.token(HYBRID, keys.acknowledgement, clock.day_number()) in tokens
    agency_.receive(agency_.seal(keys, "It came at seven.", kind="follow-up", counter=1))
    alice.refresh()
    first, second = case.open_(alice, filed.number).said
    assert (first.verified, second.verified, second.message.text) == (True, True, "It came at seven.")


def test_the_audit_says_who_typed_it(agency_):
    """And how it came, once, and no word of it; the receipt is in no row and no file."""
    alice = agency_.work("Alice")
    filed = taking.take(alice, agency_.id, replace(TOLD, via=taking.WALK_IN))
    with agency_.engine.connect() as connection:
        audit.verify(connection, agency_.desk())
        (entry,) = audit.of_case(connection, [agency_.desk()], filed.number)
    assert (entry.action, entry.officer_name, entry.detail) == (
        actions.CALL_TYPED,
        "Alice",
        {"via": "walk-in"},
    )
    code = receipt.format_(filed.entropy).encode()
    kept = b"".join(path.read_bytes() for path in agency_.made.data.rglob("*") if path.is_file())
    assert not any(one in kept for one in (code, code.replace(b"-", b""), filed.entropy))


def test_other_officers_sessions_find_it(agency_):
    """And nobody files it a second time."""
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    for _ in range(2):
        taking.take(alice, agency_.id, TOLD)
        alan.refresh()
    agency_.tip()
    alan.refresh()
    assert agency_.count("case") == 3
    assert [len(alan.known.items(number)) for number in (1, 2, 3)] == [1, 1, 1]


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        ({"text": " "}, "empty"), ({"text": "\ud800"}, "empty"), ({"text": "x" * 16400}, "too long"),
        ({"category": ""}, "category"), ({"danger": "perhaps"}, "danger"), ({"lang": "<b>"}, "lang"),
        ({"via": "page"}, "via"),
    ],
)  # fmt: skip
def test_what_is_no_tip_is_refused(agency_, changes: dict[str, str], failure: str):
    with pytest.raises(FormatError) as refused:
        taking.take(agency_.work("Alice"), agency_.id, replace(TOLD, **changes))
    assert refused.value.failure == failure
    assert agency_.count("envelope") == 0


@pytest.mark.parametrize(("name", "category"), [("Bob", "drugs"), ("Alice", "police-officials")])
def test_it_is_filed_at_a_desk_of_one_s_own(agency_, name: str, category: str):
    """A unit takes none, and nobody takes one for a desk that they cannot open it at."""
    with pytest.raises(AccessError):
        taking.take(agency_.work(name), agency_.id, replace(TOLD, category=category))
