"""Invitations: who may write one, and what one is good for."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, insert, select, update

from tests.conftest import PASSPHRASE, Agency
from tipline import clock, db, tables
from tipline.errors import AccessError, SettingsError
from tipline.keys.officer import CHEAPEST
from tipline.seal.suite import HYBRID
from tipline.staff import account, invitation
from tipline.staff.invitation import HOURS, Invitation

NEW = (HYBRID, CHEAPEST)


def find(agency: Agency, name: str, code: str) -> Invitation:
    """What somebody gets who types these, whose console has been started anew."""
    from tipline.keys.rosters import Rosters  # noqa: PLC0415 -- beside its only use

    with agency.engine.connect() as connection:
        return invitation.find(connection, Rosters(agency.keys), name, code)


def rows_of(agency: Agency) -> list[dict[str, object]]:
    with agency.engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(select(tables.invitation))]


def write(agency: Agency, statement: object) -> None:
    with db.writing(agency.engine) as connection:
        connection.execute(statement)


def test_who_has_name_and_code_is_let_on(agency_: Agency):
    """In any case and spacing, as codes are typed."""
    code = account.make(agency_.engine, agency_.work("Alice").member, "Dora")
    assert find(agency_, "Dora", code.lower().replace("-", " ")).name == "Dora"


def test_nothing_of_the_code_is_in_the_database(agency_: Agency):
    """A hash of it: the file is no help to a thief."""
    code = account.make(agency_.engine, agency_.work("Alice").member, "Dora")
    held = b"".join(path.read_bytes() for path in agency_.keys.parent.glob("console.db*"))
    assert code.encode() not in held
    assert code.replace("-", "").encode() not in held


def test_a_wrong_code_is_refused_for_every_name_alike(agency_: Agency):
    """Also that of another's invitation."""
    alice = agency_.work("Alice").member
    account.make(agency_.engine, alice, "Dora")
    other = account.make(agency_.engine, alice, "Friedl")
    for name in ("Dora", "Bob", "Nobody"):
        with pytest.raises(AccessError, match="do not belong together"):
            find(agency_, name, other)


def test_a_code_with_a_typing_mistake_says_so(agency_: Agency):
    """It is not looked up."""
    code = account.make(agency_.engine, agency_.work("Alice").member, "Dora")
    with pytest.raises(AccessError, match="typing mistake"):
        find(agency_, "Dora", code[:-1] + ("0" if code[-1] != "0" else "1"))


def test_it_ends_after_three_days(agency_: Agency, monkeypatch: pytest.MonkeyPatch):
    """To the second."""
    seconds = [clock.seconds()]
    monkeypatch.setattr(clock, "seconds", lambda: seconds[0])
    code = account.make(agency_.engine, agency_.work("Alice").member, "Dora")
    seconds[0] += HOURS * 3600
    assert find(agency_, "Dora", code)
    seconds[0] += 1
    with pytest.raises(AccessError):
        find(agency_, "Dora", code)


def test_it_works_once(agency_: Agency):
    """Not even for who kept what was looked up, and not when its row is put back."""
    code = account.make(agency_.engine, agency_.work("Alice").member, "Dora")
    what, (row,) = find(agency_, "Dora", code), rows_of(agency_)
    account.join(agency_.engine, agency_.keys, what, PASSPHRASE, NEW)
    with pytest.raises(AccessError):
        account.join(agency_.engine, agency_.keys, what, PASSPHRASE, NEW)
    write(agency_, insert(tables.invitation).values(row))
    with pytest.raises(AccessError):
        find(agency_, "Dora", code)


def test_a_newer_one_takes_its_place(agency_: Agency):
    """The code that went astray opens nothing any more."""
    alice = agency_.work("Alice").member
    old = account.make(agency_.engine, alice, "Dora")
    new = account.invite_again(agency_.engine, alice, find(agency_, "Dora", old).officer, "keys")
    assert find(agency_, "Dora", new).kind == "account"
    with pytest.raises(AccessError):
        find(agency_, "Dora", old)


def test_a_name_is_given_once(agency_: Agency):
    """Whether its owner has joined or not."""
    alice = agency_.work("Alice").member
    account.make(agency_.engine, alice, "Dora")
    for name in ("Bob", "Dora", " Dora "):
        with pytest.raises(SettingsError, match="already"):
            account.make(agency_.engine, alice, name)


def test_who_is_no_administrator_invites_nobody(agency_: Agency):
    """A statement that an officer signed is none, even where it names an administrator."""
    bob = agency_.work("Bob").member
    code = account.make(agency_.engine, bob, "Dora")
    with pytest.raises(AccessError):
        find(agency_, "Dora", code)


def test_who_writes_in_the_database_invites_nobody(agency_: Agency):
    """Not by another officer's id on a genuine invitation, nor by other words in it."""
    alice = agency_.work("Alice").member
    code = account.make(agency_.engine, alice, "Dora")
    bob = agency_.work("Bob").member.id
    (row,) = rows_of(agency_)
    write(agency_, update(tables.invitation).values(officer=bob))
    with pytest.raises(AccessError):
        find(agency_, "Dora", code)
    write(agency_, delete(tables.invitation))
    forged = {**row, "statement": row["statement"].replace(b'"account"', b'"factors"')}
    write(agency_, insert(tables.invitation).values(forged))
    with pytest.raises(AccessError):
        find(agency_, "Dora", code)
