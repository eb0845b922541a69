"""What the keyring names: desks with their key, and the seats of one that opens only together."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update

from tests import quorum
from tests.quorum import Oversight
from tipline import db, tables
from tipline.collector import desks
from tipline.collector.desks import Receiving
from tipline.errors import KeyringError
from tipline.keyring.section import Desk
from tipline.keys import epoch_key, rows
from tipline.seal.suite import HYBRID


@pytest.fixture(scope="module")
def oversight(tmp_path_factory: pytest.TempPathFactory) -> Oversight:
    folder: Path = tmp_path_factory.mktemp("oversight") / "data"
    return quorum.make(folder)


def receiving(oversight: Oversight) -> list[Receiving]:
    lock = epoch_key.read(oversight.keys, oversight.made.epoch)
    assert lock
    with oversight.engine.connect() as connection:
        return list(desks.receiving(connection, oversight.made.epoch, lock, HYBRID))


def test_a_desk_that_opens_together_has_the_keys_of_its_seats(oversight: Oversight):
    """Under its own id and name, whatever its seats are called; the desk itself has no key to receive."""
    (desk,) = desks.named(receiving(oversight), 2)
    assert (desk.id, desk.name, desk.k) == (oversight.desk(), quorum.DESK, 2)
    assert set(desk.keys) == set(oversight.seat_keys())


def test_how_many_open_together_is_not_in_the_database(oversight: Oversight):
    """Who can write there can take a seat out, and cannot have fewer open a tip."""
    with db.writing(oversight.engine) as connection:
        own = tables.desk
        connection.execute(
            update(own).where(own.c.id == oversight.seats[0]).values(kind=rows.TRIAGE, seat_of=None)
        )
        try:
            lock = epoch_key.read(oversight.keys, oversight.made.epoch)
            assert lock
            named = desks.named(desks.receiving(connection, oversight.made.epoch, lock, HYBRID), 2)
        finally:
            connection.rollback()
    assert {desk.id: desk.k for desk in named}[oversight.desk()] == 2
    with pytest.raises(KeyringError, match="names no quorum"):
        desks.named(receiving(oversight), None)


def test_a_desk_with_too_few_seats_is_left_out():
    """One key of two that are needed: nobody could ever open what is sealed to it."""
    one = Receiving(b"together", "Together", b"key", is_seat=True)
    assert desks.named([one], 2) == ()
    other = Receiving(b"alone", "Alone", b"another key", is_seat=False)
    assert desks.named([one, other], 2) == (Desk(b"alone", "Alone", (b"another key",)),)
