"""A seat whose overseer left is given to another one by its recovery shares, and to nobody who has one."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from tests import quorum
from tests.conftest import PASSPHRASE
from tests.quorum import Oversight
from tipline import db, tables
from tipline.ceremony import shares
from tipline.errors import AccessError, SettingsError
from tipline.keys import epoch_rows, officer, rows
from tipline.keys.officer import CHEAPEST
from tipline.seal.suite import HYBRID, PrivateKey
from tipline.staff import membership, recover
from tipline.staff.member import Member
from tipline.together import sealed, together
from tipline.together.openings import Openings

TEXT = "They took the money from the safe."


@pytest.fixture
def oversight(tmp_path: Path) -> Oversight:
    made = quorum.make(tmp_path / "data")
    made.tip(TEXT)
    for name in ("Ada", "Ben", "Cem"):
        made.work(name)
    return made


def holders(oversight: Oversight, place: int) -> PrivateKey:
    """Put a seat's recovery key together of three shares."""
    return HYBRID.private(shares.combine(oversight.made.shares[oversight.seats[place]][:3]))


def given(oversight: Oversight, place: int, name: str) -> None:
    """Give a seat to a new overseer."""
    keys, locked = officer.create(HYBRID, PASSPHRASE, CHEAPEST)
    with db.writing(oversight.engine) as connection:
        id_ = rows.add_officer(connection, name, keys, locked)
        who = Member(id_, name, keys, oversight.keys)
        recover.recover(connection, holders(oversight, place), oversight.seats[place], who)


def test_a_seat_changes_hands(oversight: Oversight):
    """The new overseer has the seat's share of what is there; who left has the seat no more."""
    given(oversight, 1, "Dan")
    dan, ben = oversight.work("Dan"), oversight.work("Ben")
    assert [desk.id for desk in dan.member.desks.values() if desk.seat_of] == [oversight.seats[1]]
    assert not [desk for desk in ben.member.desks.values() if desk.seat_of]
    with pytest.raises(AccessError):
        together.give(ben, Openings(), 1)
    with oversight.engine.connect() as connection:
        assert epoch_rows.floor(connection) > oversight.made.epoch


def test_the_new_overseer_opens_with_the_others(oversight: Oversight):
    """Once the lead has admitted them to the desk, with what was there before, and with new keys at rest."""
    given(oversight, 1, "Dan")
    ada, openings = oversight.work("Ada"), Openings()
    before = ada.member.desks[oversight.desk()].newest
    together.ask(ada, openings, 1, "Because")
    with oversight.engine.connect() as connection:
        own = tables.officer.c
        ids = {row.name: row.id for row in connection.execute(select(own.id, own.name))}
        dans = rows.listed(connection, ids["Dan"]).keys
    membership.admit(ada, oversight.desk(), ids["Dan"], dans)
    membership.remove(ada, oversight.desk(), ids["Ben"])
    dan = oversight.work("Dan")
    dan.refresh()
    dan.refresh()
    (seat,) = [desk for desk in dan.member.desks.values() if desk.seat_of]
    assert seat.newest < 0
    assert dan.member.desks[oversight.desk()].newest < before
    assert together.give(dan, openings, 1)
    assert [one.message.text for one in sealed.read(dan, openings, 1).said] == [TEXT]
    assert [one.text for one in sealed.look(dan, openings, 1).asked] == ["Because"]


def test_a_thread_and_an_answer_outlive_a_key_at_rest(oversight: Oversight):
    """After an overseer was taken off the desk its older key goes, and what came later still joins."""
    openings, (ada, ben) = Openings(), [oversight.work(name) for name in ("Ada", "Ben")]
    keys = oversight.receipt()
    oversight.receive(oversight.seal(keys, "First"))
    for own in (ada, ben):
        own.refresh()
    together.ask(ada, openings, 2, "Because")
    together.give(ben, openings, 2)
    sealed.answer(ada, openings, 2, "Thank you.", bytes(16))
    openings.close(2)
    with oversight.engine.connect() as connection:
        cem = connection.scalar(select(tables.officer.c.id).where(tables.officer.c.name == "Cem"))
    membership.remove(ada, oversight.desk(), cem)
    oversight.receive(oversight.seal(keys, "Later", kind="follow-up", counter=1))
    for own in (ada, ben) * 3:
        own.refresh()
    at_rest = [number for number in ada.member.desks[oversight.desk()].keys if number <= 0]
    assert at_rest == [-1]
    together.ask(ada, openings, 3, "Because")
    together.give(ben, openings, 3)
    assert sealed.look(ada, openings, 3).joined == 2
    said = sealed.read(ada, openings, 2).conversation
    assert [part.message.text if isinstance(part, sealed.Said) else part.text for part in said] == [
        "First",
        "Thank you.",
        "Later",
    ]


def test_nobody_gets_a_second_seat(oversight: Oversight):
    """By shares neither: two seats in one hand would be two shares."""
    ada = oversight.work("Ada")
    with (
        pytest.raises(SettingsError, match="a seat at that desk already"),
        db.writing(oversight.engine) as connection,
    ):
        recover.recover(connection, holders(oversight, 1), oversight.seats[1], ada.member)


def test_the_others_go_on(oversight: Oversight):
    given(oversight, 1, "Dan")
    openings, (ada, cem) = Openings(), [oversight.work(name) for name in ("Ada", "Cem")]
    together.ask(ada, openings, 1, "Because")
    assert together.give(cem, openings, 1)
    assert [one.message.text for one in sealed.read(ada, openings, 1).said] == [TEXT]
