"""An officer of a unit with a whole copy of the database from before their case was withdrawn."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from tests.closing import shredded
from tests.conftest import PASSPHRASE, RAW, Agency
from tipline import db, tables
from tipline.keys import desk as desk_keys
from tipline.keys import officer, rest_lock
from tipline.papers.reason import Reason
from tipline.routing import route
from tipline.seal import rewrap


def opens(copy: Path, keys: Path, name: str) -> bool:
    """Tell whether an officer's passphrase opens a message in a copy, with the key files in a folder."""
    engine = db.open_engine(copy / "console.db")
    with engine.connect() as connection:
        me = connection.execute(select(tables.officer).where(tables.officer.c.name == name)).one()
        own = tables.member_key
        sealed = connection.execute(select(own).where(own.c.officer == me.id)).all()
        stanzas = connection.execute(select(tables.stanza)).all()
    engine.dispose()
    unlocked = officer.unlock(me.sealed, PASSPHRASE)
    opened = (
        desk_keys.open_as_member(
            unlocked, row.desk, row.epoch, row.sealed, rest_lock.read(keys, row.desk, row.epoch)
        )
        for row in sealed
    )
    held = [key for key in opened if key is not None]
    return any(rewrap.unwrap(key, row.envelope, row.desk, row.sealed) for key in held for row in stanzas)


def test_the_copy_is_closed_once_the_units_key_was_renewed(agency_: Agency, tmp_path: Path):
    """The lock of the key of then is overwritten by the unit's next officer; until then the copy opens."""
    agency_.tip("words")
    alice, unit = agency_.work("Alice"), agency_.desk("Narcotics")
    route.send(alice, 1, unit, RAW)
    copies = shredded.copy(agency_, tmp_path / "before")
    route.withdraw(alice, 1, unit, Reason("mistake"))
    assert opens(copies.folder, agency_.keys, "Bob")
    bob = agency_.work("Bob")
    for _ in range(3):
        bob.refresh()
    assert not opens(copies.folder, agency_.keys, "Bob")
    # With the key files of then it does: so it is the lock that holds.
    assert opens(copies.folder, copies.keys, "Bob")
