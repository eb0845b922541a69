"""Who signs in a chain: not who was removed, not with keys that were given up, nobody by a hash alone."""

from __future__ import annotations

import hashlib

import pytest

from tests import rosters as signed
from tests.conftest import PASSPHRASE, Agency
from tests.staff.test_account import join
from tests.staff.test_membership import admit, keys_of, remove
from tipline import db
from tipline.audit import actions
from tipline.audit.database import Database
from tipline.audit.verify import verify
from tipline.cases import audit
from tipline.errors import RosterError
from tipline.keys import officer, rosters, rows
from tipline.keys.rosters import Rosters
from tipline.keys.rows import ADMINISTRATORS
from tipline.seal.message import from_base64, to_base64
from tipline.seal.suite import HYBRID
from tipline.staff import account, membership
from tipline.staff.member import Member

MINE, SEALED = officer.create(HYBRID, PASSPHRASE, officer.CHEAPEST)


def enter(agency_: Agency, who: Member, desk: bytes, what: str, object_: dict[str, object]) -> None:
    """Write an entry as whoever writes to the database does, with the keys that they have."""
    with db.writing(agency_.engine) as connection:
        audit.append(connection, who, desk, (what, object_))


def faults(agency_: Agency) -> list[str]:
    with agency_.engine.connect() as connection:
        return list(verify(Database(connection, rosters.installed(agency_.keys.parent))).faults)


def assert_found(agency_: Agency, words: str) -> None:
    assert any(words in fault for fault in faults(agency_)), faults(agency_)


def versions(agency_: Agency) -> list[rosters.Version]:
    with agency_.engine.connect() as connection:
        return rosters.versions(connection, agency_.desk())


@pytest.mark.parametrize("back", [2, 3])
def test_a_leaver_writes_nothing_more_by_naming_an_old_roster(agency_: Agency, back: int):
    """An entry that notes a version from when they were there is none of a change."""
    alice, alan = agency_.work("Alice"), agency_.work("Alan").member
    admit(alice, agency_, "Carol")
    remove(alice, agency_, "Alan")
    assert faults(agency_) == []
    there = versions(agency_)[-back]
    noted = {"roster": len(versions(agency_)) - back + 1, "hash": there.hash.hex()}
    enter(agency_, alan, agency_.desk(), actions.OPENED, noted)
    assert_found(agency_, "not at the desk any more")


def test_keys_that_were_given_up_sign_nothing_more(agency_: Agency):
    """Alan has new keys, and the desk has him with these: a thief of the old ones writes in no chain."""
    alice, old = agency_.work("Alice"), agency_.work("Alan").member
    join(agency_, "Alan", account.invite_again(agency_.engine, alice.member, old.id, "keys"))
    membership.admit(alice, agency_.desk(), old.id, keys_of(agency_, "Alan"))
    assert faults(agency_) == []
    enter(agency_, old, agency_.desk(), actions.OPENED, {})
    assert_found(agency_, "desk Triage: entry")
    assert_found(agency_, "is signed with keys that its officer had no more")
    enter(agency_, old, ADMINISTRATORS, actions.PASSPHRASE_CHANGED, {})
    assert_found(agency_, "desk Administration: entry")


@pytest.mark.parametrize("used", [False, True])
def test_an_invitation_s_hash_introduces_no_keys(agency_: Agency, used: bool):
    """It is in the chain for all to read: the code is what only the invited has, and it serves once."""
    alice = agency_.work("Alice").member
    code = account.make(agency_.engine, alice, "Dora")
    dora = next(one.id for one in all_(agency_, alice) if one.name == "Dora")
    if used:
        join(agency_, "Dora", code)
        assert faults(agency_) == []
    with agency_.engine.connect() as connection:
        chain = [audit.parse(row.entry) for _, row in audit.stored(connection)]
    said = [one.object for one in chain if one.action in {actions.INVITED, actions.JOINED}]
    forged = {name: value for one in said for name, value in one.items()} | {"verify": to_base64(MINE.verify)}
    enter(agency_, Member(dora, "Dora", MINE, agency_.keys), ADMINISTRATORS, actions.JOINED, forged)
    assert_found(agency_, "desk Administration: entry")


def all_(agency_: Agency, who: Member) -> list[account.Account]:
    with agency_.engine.connect() as connection:
        return account.all_(connection, who.rosters)


def test_who_has_the_signer_s_key_admits_nobody_without_a_trace(agency_: Agency):
    """The collector's user has it: a member whom it adds by SQL is in no entry, and is none."""
    with db.writing(agency_.engine) as connection:
        carol = rows.listed(connection, agency_.made.officers["Carol"])
        before = Rosters(agency_.keys).of(connection, agency_.desk())
        signed.sign(connection, agency_.keys, agency_.desk(), members=(*before.members, carol))
    assert_found(agency_, "of the roster is in no entry")
    with agency_.engine.connect() as connection, pytest.raises(RosterError, match="does not have version"):
        Rosters(agency_.keys).of(connection, agency_.desk())


def test_what_introduced_them_is_in_the_entry(agency_: Agency):
    """An auditor recomputes the invitation's hash from the code, which is of no use any more."""
    alice = agency_.work("Alice").member
    join(agency_, "Dora", account.make(agency_.engine, alice, "Dora"))
    with agency_.engine.connect() as connection:
        (_, last) = audit.stored(connection)[-1]
    says = audit.parse(last.entry).object
    assert to_base64(hashlib.sha256(from_base64(says["code"], 16)).digest()) == says["invitation"]
