"""Accounts: made, lost and ended, and what an administrator never gets by it."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, text, update

from tests.conftest import PASSPHRASE, Agency
from tests.staff.test_invitation import NEW, find
from tipline import db, tables
from tipline.audit import actions as words
from tipline.audit.database import Database
from tipline.audit.verify import verify
from tipline.cases import audit, case
from tipline.errors import AccessError, AuditError
from tipline.keys import key_words, officer, rosters
from tipline.keys.officer import CHEAPEST
from tipline.keys.rows import ADMINISTRATORS
from tipline.seal.message import to_base64
from tipline.seal.suite import HYBRID
from tipline.staff import account, member
from tipline.staff.account import Account
from tipline.staff.member import Member

OTHER = "another horse battery"


def join(agency: Agency, name: str, code: str, passphrase: str = PASSPHRASE) -> Member:
    return account.join(agency.engine, agency.keys, find(agency, name, code), passphrase, NEW)


def sign_in(agency: Agency, name: str, passphrase: str = PASSPHRASE) -> Member:
    return member.sign_in(agency.engine, agency.keys, name, passphrase)


def accounts(agency: Agency) -> dict[str, Account]:
    alice = agency.work("Alice").member
    with agency.engine.connect() as connection:
        return {one.name: one for one in account.all_(connection, alice.rosters)}


def actions(agency: Agency) -> list[str]:
    """What the administration's chain holds, once it was checked."""
    with agency.engine.connect() as connection:
        audit.verify(connection, ADMINISTRATORS)
        own = tables.audit.c
        rows = connection.scalars(select(own.entry).where(own.desk == ADMINISTRATORS).order_by(own.seq))
        return [audit.parse(row).action for row in rows]


def test_an_officer_makes_their_own_keys(agency_: Agency):
    """The administrator knows a name and a code; the passphrase is chosen by whom it is for."""
    code = account.make(agency_.engine, agency_.work("Alice").member, "Dora")
    dora = join(agency_, "Dora", code)
    assert sign_in(agency_, "Dora").keys.public == dora.keys.public
    assert len(key_words.spoken(dora.keys.public, dora.keys.verify).split()) == 6
    assert (dora.desks, dora.administers) == ({}, False)
    assert actions(agency_)[-2:] == [words.INVITED, words.JOINED]


def test_a_passphrase_that_is_too_short_uses_nothing_up(agency_: Agency):
    """The invitation is still there."""
    code = account.make(agency_.engine, agency_.work("Alice").member, "Dora")
    with pytest.raises(AccessError, match="at least"):
        join(agency_, "Dora", code, "short")
    assert join(agency_, "Dora", code).name == "Dora"


def test_new_keys_read_nothing_of_before(agency_: Agency):
    """Nobody resets a passphrase: what was sealed to the old keys stays closed."""
    agency_.tip("words")
    alan = sign_in(agency_, "Alan")
    code = account.invite_again(agency_.engine, agency_.work("Alice").member, alan.id, "keys")
    assert sign_in(agency_, "Alan").desks
    new = join(agency_, "Alan", code, OTHER)
    assert new.desks == sign_in(agency_, "Alan", OTHER).desks == {}
    assert new.keys.public != alan.keys.public
    with agency_.engine.connect() as connection:
        left = select(tables.member_key).where(tables.member_key.c.officer == alan.id)
        assert connection.execute(left).all() == []
    with pytest.raises(AccessError):
        sign_in(agency_, "Alan")


def test_old_entries_hold_after_new_keys(agency_: Agency):
    """What somebody signed before is still theirs, and every chain is whole."""
    agency_.tip("words")
    alan = agency_.work("Alan")
    case.open_(alan, 1)
    account.change_passphrase(agency_.engine, alan.member, PASSPHRASE, OTHER, CHEAPEST)
    code = account.invite_again(agency_.engine, agency_.work("Alice").member, alan.member.id, "keys")
    join(agency_, "Alan", code)
    account.change_passphrase(agency_.engine, sign_in(agency_, "Alan"), PASSPHRASE, OTHER, CHEAPEST)
    with agency_.engine.connect() as connection:
        audit.verify(connection, agency_.desk())
        report = verify(Database(connection, rosters.installed(agency_.keys.parent)))
    assert report.faults == ()
    assert actions(agency_)[-3:] == [words.INVITED, words.JOINED, words.PASSPHRASE_CHANGED]


def test_an_entry_of_somebody_whom_nobody_invited_does_not_hold(agency_: Agency):
    """Whoever writes in the database makes keys, but no administrator's word for them."""
    bob = agency_.work("Bob").member
    keys, _ = officer.create(HYBRID, PASSPHRASE, CHEAPEST)
    stranger = Member(bytes(15) + b"x", "Mallory", keys, agency_.keys)
    object_ = {"verify": to_base64(keys.verify), "invitation": to_base64(bytes(32))}
    with db.writing(agency_.engine) as connection:
        audit.append(connection, stranger, ADMINISTRATORS, (words.JOINED, object_))
    with pytest.raises(AuditError, match="unknown officer"):
        actions(agency_)
    with db.writing(agency_.engine) as connection:
        connection.execute(delete(tables.audit).where(tables.audit.c.desk == ADMINISTRATORS))
        audit.append(connection, bob, ADMINISTRATORS, (words.INVITED, {"officer": to_base64(bob.id)}))
    with pytest.raises(AuditError, match="not at the desk"):
        actions(agency_)


def test_new_factors_need_the_passphrase(agency_: Agency):
    """The code alone gives nothing, and the passphrase alone neither."""
    alan = sign_in(agency_, "Alan")
    code = account.invite_again(agency_.engine, agency_.work("Alice").member, alan.id, "factors")
    what = find(agency_, "Alan", code)
    with pytest.raises(AccessError):
        account.reset_factors(agency_.engine, agency_.keys, what, OTHER)
    again = account.reset_factors(agency_.engine, agency_.keys, what, PASSPHRASE)
    assert again.keys.public == alan.keys.public
    assert again.desks
    assert actions(agency_)[-1] == words.FACTORS_RESET


def test_a_disabled_officer_does_not_sign_in(agency_: Agency):
    """With the right passphrase, and the same answer as for a wrong one; enabled again they do."""
    alice, alan = agency_.work("Alice").member, sign_in(agency_, "Alan")
    account.disable(agency_.engine, alice, alan.id, disabled=True)
    with pytest.raises(AccessError) as disabled:
        sign_in(agency_, "Alan")
    with pytest.raises(AccessError) as wrong:
        sign_in(agency_, "Alan", OTHER)
    assert str(disabled.value) == str(wrong.value)
    with agency_.engine.connect() as connection:
        assert not account.stands(connection, alan)
    account.disable(agency_.engine, alice, alan.id, disabled=False)
    assert sign_in(agency_, "Alan").desks
    assert actions(agency_)[-2:] == [words.DISABLED, words.ENABLED]


def test_a_disabled_account_is_not_invited(agency_: Agency):
    """Enabling comes first, so that it is seen."""
    alice, alan = agency_.work("Alice").member, sign_in(agency_, "Alan")
    account.disable(agency_.engine, alice, alan.id, disabled=True)
    with pytest.raises(AccessError, match="disabled"):
        account.invite_again(agency_.engine, alice, alan.id, "keys")


def test_nobody_disables_themselves(agency_: Agency):
    """The last administrator would be gone by one click."""
    alice = agency_.work("Alice").member
    with pytest.raises(AccessError, match="their own"):
        account.disable(agency_.engine, alice, alice.id, disabled=True)


def test_an_invitation_is_withdrawn(agency_: Agency):
    """Its code opens nothing, and the account is not there."""
    alice = agency_.work("Alice").member
    code = account.make(agency_.engine, alice, "Dora")
    account.withdraw(agency_.engine, alice, accounts(agency_)["Dora"].id)
    assert "Dora" not in accounts(agency_)
    with pytest.raises(AccessError):
        find(agency_, "Dora", code)


def test_nothing_is_done_that_the_audit_does_not_hold(agency_: Agency):
    """No account, no invitation, no keys, no other passphrase."""
    alice, alan = agency_.work("Alice").member, sign_in(agency_, "Alan")
    code = account.invite_again(agency_.engine, alice, alan.id, "keys")
    with agency_.engine.begin() as connection:
        connection.execute(
            text("CREATE TRIGGER no BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END")
        )
    acts = (
        lambda: account.make(agency_.engine, alice, "Dora"),
        lambda: account.disable(agency_.engine, alice, alan.id, disabled=True),
        lambda: join(agency_, "Alan", code, OTHER),
        lambda: account.change_passphrase(agency_.engine, alan, PASSPHRASE, OTHER, CHEAPEST),
    )
    for act in acts:
        with pytest.raises(AuditError):
            act()
    assert sign_in(agency_, "Alan").desks
    assert "Dora" not in accounts(agency_)


def test_a_passphrase_is_changed_by_who_knows_it(agency_: Agency):
    """The keys stay, and so does what they open."""
    alan = sign_in(agency_, "Alan")
    for old, new, why in ((OTHER, OTHER, "passphrase"), (PASSPHRASE, "short", "at least")):
        with pytest.raises(AccessError, match=why):
            account.change_passphrase(agency_.engine, alan, old, new, CHEAPEST)
    account.change_passphrase(agency_.engine, alan, PASSPHRASE, OTHER, CHEAPEST)
    assert sign_in(agency_, "Alan", OTHER).desks
    with pytest.raises(AccessError):
        sign_in(agency_, "Alan")
    assert actions(agency_)[-1] == words.PASSPHRASE_CHANGED


def test_keys_that_somebody_put_in_the_place_of_others_do_not_stand(agency_: Agency):
    """A session whose keys are not the account's any more is not one."""
    alan, bob = sign_in(agency_, "Alan"), sign_in(agency_, "Bob")
    own = tables.officer
    with agency_.engine.begin() as connection:
        connection.execute(update(own).where(own.c.id == alan.id).values(verify=bob.keys.verify))
    with agency_.engine.connect() as connection:
        assert not account.stands(connection, alan)
