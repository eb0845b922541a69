from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from tests.rosters import of
from tipline import db, tables
from tipline.errors import SettingsError
from tipline.keys import desk, officer, recovery, rows
from tipline.keys.desk import DeskKey
from tipline.keys.officer import CHEAPEST
from tipline.seal.suite import HYBRID

HOLDERS = HYBRID.generate()
KEYS, SEALED = officer.create(HYBRID, "a passphrase of hers", CHEAPEST)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = db.open_engine(tmp_path / "console.db")
    tables.metadata.create_all(engine)
    with db.writing(engine) as connection:
        yield connection
    engine.dispose()


def test_it_adds_an_officer_to_a_desk_later(connection: Connection):
    """A new member gets the keys that the desk has."""
    first, second = officer.create(HYBRID, "first", CHEAPEST)[0], KEYS
    one = rows.add_officer(connection, "One", first, b"sealed")
    desk_id = rows.add_desk(connection, "Triage", rows.TRIAGE)
    private = HYBRID.generate()
    key = DeskKey(desk_id, 7, private, bytes(32))
    rows.add_desk_key(connection, key, HOLDERS.public, of(desk_id, rows.listed(connection, one)))
    two = rows.add_officer(connection, " Two ", second, SEALED)
    rows.give(connection, [key], (two, second.public))
    table = tables.member_key
    sealed = connection.execute(select(table.c.sealed).where(table.c.officer == two)).scalar_one()
    opened = desk.open_as_member(second, desk_id, 7, sealed, bytes(32))
    assert opened is not None
    assert opened.public == private.public
    assert connection.scalar(select(tables.officer.c.name).where(tables.officer.c.id == two)) == "Two"


def test_a_desks_key_is_sealed_to_all_its_members_and_its_holders(connection: Connection):
    """Whoever inserts a key cannot forget one of them: the members are those on the roster."""
    officers = {name: officer.create(HYBRID, name, CHEAPEST)[0] for name in ("One", "Two")}
    key = DeskKey(rows.add_desk(connection, "Triage", rows.TRIAGE), 7, HYBRID.generate(), bytes(32))
    added = [rows.add_officer(connection, name, keys, b"sealed") for name, keys in officers.items()]
    who = of(key.desk, *(rows.listed(connection, one) for one in added))
    rows.add_desk_key(connection, key, HOLDERS.public, who)
    sealed = connection.execute(select(tables.member_key.c.sealed)).scalars().all()
    for keys in officers.values():
        opened = [desk.open_as_member(keys, key.desk, 7, row, key.lock) for row in sealed]
        assert [own.seed for own in opened if own] == [key.private.seed]
    kept = connection.execute(select(tables.recovery_key.c.sealed)).scalar_one()
    assert recovery.open_as_holders(HOLDERS, key.desk, 7, kept) == key.enclosed


def test_it_refuses_a_name_twice(connection: Connection):
    """Who signs in as Maria is one person; a composed and a decomposed name are one name."""
    rows.add_officer(connection, "José", KEYS, SEALED)
    for name in ("José", "Jose\N{COMBINING ACUTE ACCENT}", " José "):
        with pytest.raises(SettingsError, match="already"):
            rows.add_officer(connection, name, KEYS, SEALED)
    rows.add_desk(connection, "José", rows.UNIT)
    with pytest.raises(SettingsError, match="already"):
        rows.add_desk(connection, "José", rows.TRIAGE)


def test_it_refuses_a_key_that_nobody_holds(connection: Connection):
    """A desk's key sealed to no member would be lost at once."""
    desk_id = rows.add_desk(connection, "Triage", rows.TRIAGE)
    key = DeskKey(desk_id, 7, HYBRID.generate(), bytes(32))
    with pytest.raises(SettingsError):
        rows.add_desk_key(connection, key, HOLDERS.public, of(desk_id))


def test_a_key_is_sealed_to_the_keys_that_were_signed_and_no_others(connection: Connection):
    """An officer whose row has other public keys since gets nothing; nor does a desk by another's roster."""
    one, two = (rows.add_officer(connection, name, KEYS, SEALED) for name in ("One", "Two"))
    desk_id = rows.add_desk(connection, "Triage", rows.TRIAGE)
    key = DeskKey(desk_id, 7, HYBRID.generate(), bytes(32))
    who = of(desk_id, rows.listed(connection, one), rows.listed(connection, two))
    mine = officer.create(HYBRID, "an attacker's own", CHEAPEST)[0]
    swapped = tables.officer.update().where(tables.officer.c.id == one)
    connection.execute(swapped.values(public=mine.public))
    rows.add_desk_key(connection, key, HOLDERS.public, who)
    assert connection.scalars(select(tables.member_key.c.officer)).all() == [two]
    other = rows.add_desk(connection, "Other", rows.TRIAGE)
    with pytest.raises(SettingsError):
        rows.add_desk_key(connection, DeskKey(other, 7, HYBRID.generate(), bytes(32)), HOLDERS.public, who)


def test_it_refuses_other_kinds_and_codes(connection: Connection):
    """A desk is triage or unit, and a code is what a message can carry."""
    with pytest.raises(SettingsError):
        rows.add_desk(connection, "Triage", "boss")
    desk_id = rows.add_desk(connection, "Triage", rows.TRIAGE)
    for code in ("", "Drugs", "1st", "a" * 33, "a b", "drugs\n"):
        with pytest.raises(SettingsError):
            rows.add_category(connection, code, "Name", desk_id)
