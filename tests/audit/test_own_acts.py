"""The administration's chain: who joined by an invitation signs what is their own, and nobody else does."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.audit.conftest import Audited
from tests.conftest import PASSPHRASE
from tipline import db, tables
from tipline.audit import actions, own_acts
from tipline.audit.signers import OWN_ACTS
from tipline.cases import audit, chains
from tipline.keys import officer
from tipline.keys.officer import CHEAPEST
from tipline.keys.rows import ADMINISTRATORS
from tipline.seal.message import to_base64
from tipline.seal.suite import HYBRID
from tipline.staff import account, invitation
from tipline.staff.member import Member

NEW = (HYBRID, CHEAPEST)


@pytest.fixture
def joined(audited: Audited) -> Member:
    """Dora, whom Alice invited, and who is at no desk yet."""
    engine, alice = audited.agency.engine, audited.member("Alice")
    code = account.make(engine, alice, "Dora")
    with engine.connect() as connection:
        what = invitation.find(connection, alice.rosters, "Dora", code)
    return account.join(engine, audited.agency.keys, what, PASSPHRASE, NEW)


def write(audited: Audited, who: Member, action: str, **object_: object) -> None:
    with db.writing(audited.agency.engine) as connection:
        audit.append(connection, who, ADMINISTRATORS, (action, object_))


def test_who_was_invited_signs_what_is_their_own(audited: Audited, joined: Member):
    """With the key they made, from the entry of their joining on; so does every officer of a desk."""
    write(audited, joined, actions.PASSPHRASE_CHANGED)
    write(audited, audited.member("Bob"), actions.FACTOR_ADDED)
    assert audited.verify().faults == ()


def test_it_is_shown_to_administrators_as_holding(audited: Audited, joined: Member):
    """On their page, too; nobody else has it."""
    page = chains.of_desk(audited.agency.work("Alice"), ADMINISTRATORS)
    assert [one.entry.action for one in page.entries] == [actions.JOINED, actions.INVITED]
    assert all(one.entry.holds for one in page.entries)
    assert page.entries[0].entry.officer_name == "Dora"


def test_who_was_not_invited_is_found(audited: Audited):
    """An officer's row, and an entry of joining by a code that nobody gave out."""
    keys, _ = officer.create(HYBRID, PASSPHRASE, CHEAPEST)
    stranger = Member(secrets.token_bytes(16), "Mallory", keys, audited.agency.keys)
    named = {"verify": to_base64(keys.verify), "invitation": to_base64(bytes(32))}
    write(audited, stranger, actions.JOINED, **named)
    assert any("unknown officer" in fault for fault in audited.verify().faults)


def test_a_code_serves_one_officer(audited: Audited, joined: Member):
    """Another joining by the same invitation is nobody's."""
    with audited.agency.engine.connect() as connection:
        last = connection.execute(
            select(tables.audit.c.entry).where(tables.audit.c.desk == ADMINISTRATORS)
        ).all()[-1]
    keys, _ = officer.create(HYBRID, PASSPHRASE, CHEAPEST)
    named = audit.parse(last.entry).object | {"verify": to_base64(keys.verify)}
    write(audited, replace(joined, keys=keys), actions.JOINED, **named)
    assert any("changed, or signed with another key" in fault for fault in audited.verify().faults)


def test_an_officer_who_plays_the_administrator_is_found(audited: Audited, joined: Member):
    """Neither who joined nor an officer of a desk invites or disables anybody."""
    for who in (joined, audited.member("Bob")):
        write(audited, who, actions.DISABLED, officer=to_base64(who.id), name="Alice")
    faults = audited.verify().faults
    assert sum("Administration" in fault and "was not at the desk" in fault for fault in faults) == 2


def test_it_is_the_administrators():
    """The id is written down twice, so that a verification loads nothing that makes keys."""
    assert own_acts.ADMINISTRATION == ADMINISTRATORS
    assert set(OWN_ACTS) <= actions.ACTIONS.keys()
