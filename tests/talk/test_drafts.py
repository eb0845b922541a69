"""Drafts: one a case, its officer's alone, gone when the reply is sent."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from tipline import db, tables
from tipline.cases import reply
from tipline.errors import AccessError, FormatError
from tipline.staff import rekey
from tipline.talk import drafts

WORDS = "Спасибо. Half a sentence,"


def kept(own, number: int = 1) -> str:
    with own.engine.connect() as connection:
        return drafts.kept(connection, own.member, number)


def test_it_is_kept_for_its_officer_alone_until_it_is_sent(agency_):
    """Alan has his own; no word of either is in the database's file; another case has none."""
    agency_.tip()
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    assert drafts.keep(alice, 1, "first")
    assert drafts.keep(alice, 1, WORDS)
    assert drafts.keep(alan, 1, "his own")
    assert (kept(alice), kept(alan), kept(alice, 2), agency_.count("draft")) == (WORDS, "his own", "", 2)
    on_disk = b"".join(path.read_bytes() for path in agency_.made.data.rglob("console.db*"))
    assert WORDS.encode() not in on_disk
    assert b"his own" not in on_disk
    reply.send(alice, 1, WORDS)
    assert (kept(alice), kept(alan)) == ("", "his own")
    assert not drafts.keep(alan, 1, "")
    assert agency_.count("draft") == 0


def test_nobody_can_write_one_for_somebody_else(agency_):
    """A row that was moved between officers or cases opens as nothing; its length says little."""
    agency_.tip()
    agency_.tip()
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    drafts.keep(alan, 1, "his words")
    own = tables.draft
    for moved in ({"officer": alice.member.id}, {"case": 2}):
        with agency_.engine.begin() as connection:
            connection.execute(update(own).values(officer=alan.member.id, case=1))
            assert drafts.kept(connection, alan.member, 1) == "his words"
            connection.execute(update(own).values(moved))
        assert kept(alice, 1) == kept(alice, 2) == kept(alan, 2) == ""
    with agency_.engine.connect() as connection:
        assert len(connection.scalars(select(own.c.sealed)).one()) == 32 + (32 + 1024 + 16) + 16


def test_what_cannot_be_kept(agency_):
    """A case of others, too much, what is no text."""
    agency_.tip()
    with pytest.raises(AccessError):
        drafts.keep(agency_.work("Bob"), 1, "words")
    alice = agency_.work("Alice")
    for words in ("x" * (drafts.TEXT_MAX + 1), "\ud800"):
        with pytest.raises(FormatError):
            drafts.keep(alice, 1, words)
    assert agency_.count("draft") == 0


def test_it_goes_with_the_desk_s_key_and_stays_its_officer_s(agency_):
    """A colleague seals it anew without reading it; the old key goes, and whoever left the desk has none."""
    agency_.tip()
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    drafts.keep(alan, 1, WORDS)
    with db.writing(agency_.engine) as connection:
        rekey.ask(connection, agency_.desk())
    for _ in range(4):
        alice.refresh()
    assert alice.member.desks[agency_.desk()].keys.keys() & {0} == set()
    alan.refresh()
    assert (kept(alan), kept(alice)) == (WORDS, "")
    del alan.member.desks[agency_.desk()]
    assert kept(alan) == ""
