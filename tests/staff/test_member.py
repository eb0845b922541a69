"""Signing in: the keys, or the same refusal for whatever is wrong."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update

from tests.conftest import PASSPHRASE
from tipline import db, tables
from tipline.errors import AccessError
from tipline.keys import epoch_key, epoch_rows, officer, roll, stretch
from tipline.seal.suite import HYBRID
from tipline.staff import member


def test_it_unlocks_the_officers_desks(agency_):
    """Alice holds the triage desk's key of the epoch and its key at rest."""
    alice = member.sign_in(agency_.engine, agency_.keys, "Alice", PASSPHRASE)
    (desk,) = alice.desks.values()
    assert (desk.id, desk.kind, set(desk.keys)) == (agency_.desk(), "triage", {0, agency_.made.epoch})
    assert alice.triages
    assert not member.sign_in(agency_.engine, agency_.keys, "Bob", PASSPHRASE).triages


@pytest.mark.parametrize(
    ("name", "passphrase"),
    [("Alice", "wrong"), ("Nobody", PASSPHRASE), ("Nobody", "wrong"), ("", ""), ("alice\0", PASSPHRASE)],
)
def test_it_refuses_alike(agency_, name: str, passphrase: str, monkeypatch):
    """An unknown name and a wrong passphrase: one sentence, and one Argon2id each."""
    stretched = []
    real = stretch.key
    monkeypatch.setattr(stretch, "key", lambda *given: stretched.append(1) or real(*given))
    with pytest.raises(AccessError) as refused:
        member.sign_in(agency_.engine, agency_.keys, name, passphrase)
    assert str(refused.value) == member._REFUSAL
    assert stretched == [1]


def test_an_unknown_name_with_somebodys_passphrase_is_nobody(agency_):
    """The keys that serve as a stand-in for unknown names let nobody in."""
    with agency_.engine.begin() as connection:
        keep = agency_.made.officers["Carol"]
        connection.execute(delete(tables.member_key).where(tables.member_key.c.officer != keep))
        connection.execute(delete(tables.officer).where(tables.officer.c.id != keep))
    with pytest.raises(AccessError):
        member.sign_in(agency_.engine, agency_.keys, "Nobody", PASSPHRASE)


def test_keys_of_another_officer_under_my_name_are_refused(agency_):
    """A database that gives Alice another person's sealed keys does not make an officer of that person."""
    _, sealed = officer.create(HYBRID, "a passphrase of theirs", officer.CHEAPEST)
    with agency_.engine.begin() as connection:
        connection.execute(
            update(tables.officer).where(tables.officer.c.name == "Alice").values(sealed=sealed)
        )
    with pytest.raises(AccessError):
        member.sign_in(agency_.engine, agency_.keys, "Alice", "a passphrase of theirs")


def test_a_new_epoch_comes_in_and_a_lost_desk_goes_out(agency_):
    """Without signing in again: keys follow the database."""
    own = agency_.work("Alice")
    following = agency_.made.epoch + 1
    with db.writing(agency_.engine) as connection:
        roll.make(connection, agency_.keys, following, agency_.recovery)
    own.refresh()
    assert own.member.desks[agency_.desk()].keys[following].public == agency_.public(epoch=following)

    agency_.tip()
    own.refresh()
    assert own.known.items(1)
    with db.writing(agency_.engine) as connection:
        connection.execute(delete(tables.member_key).where(tables.member_key.c.officer == own.member.id))
    own.refresh()
    assert own.member.desks == {}
    assert own.known.items(1) == []


def test_a_member_key_of_another_officer_opens_nothing(agency_):
    """A row copied to Bob by hand gives Bob no desk."""
    with db.writing(agency_.engine) as connection:
        connection.execute(
            update(tables.member_key)
            .where(tables.member_key.c.officer == agency_.made.officers["Alan"])
            .values(officer=agency_.made.officers["Bob"])
        )
    assert set(agency_.work("Bob").member.desks) == {agency_.desk("Narcotics")}


def test_without_its_lock_an_epochs_key_stays_closed(agency_):
    """A key file that is away holds the line: nothing is passed over, and once it is back all is opened."""
    path = epoch_key.path_of(agency_.keys, agency_.made.epoch)
    agency_.tip()
    away = path.rename(path.with_suffix(".away"))
    own = agency_.work("Alice")
    assert set(own.member.desks[agency_.desk()].keys) == {0}
    assert own.known.items(1) == []
    away.rename(path)
    own.refresh()
    assert len(own.known.items(1)) == 1


def test_a_destroyed_epochs_key_is_dropped_by_an_open_session(agency_):
    """Its rows are gone, those for members and for holders, so the next look forgets the key."""
    own = agency_.work("Alice")
    with db.writing(agency_.engine) as connection:
        epoch_rows.delete_keys(connection, agency_.made.epoch, 20_000)
        for table in (tables.desk_key, tables.member_key, tables.recovery_key):
            assert set(connection.scalars(select(table.c.epoch))) == {0}
    own.refresh()
    assert set(own.member.desks[agency_.desk()].keys) == {0}
