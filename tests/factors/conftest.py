"""Officers in a database of their own, with a security key each."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.factors.authenticator import Key
from tipline import db, tables
from tipline.factors import rows, security_key
from tipline.factors.party import Party
from tipline.factors.rows import Factor
from tipline.factors.security_key import Asked
from tipline.keys import officer
from tipline.keys import rows as key_rows
from tipline.keys.officer import CHEAPEST
from tipline.seal.suite import HYBRID
from tipline.staff.member import Member

ORIGIN = "https://desk.agency.example"
PARTY = Party("desk.agency.example", "Test Agency", (ORIGIN,))


@dataclass
class Holder:
    """An officer signed in, with a security key that is enrolled."""

    engine: Engine
    member: Member
    key: Key

    def enrol(self, key: Key, name: str = "Key", origin: str = ORIGIN) -> Factor:
        with db.writing(self.engine) as connection:
            asked = security_key.ask_by(PARTY)
            options = security_key.ask_to_enrol(asked, self.member, rows.of(connection, self.member))
            return security_key.enrol(connection, self.member, asked, name, key.create(options, origin))

    def ask(self) -> tuple[Asked, str]:
        with self.engine.connect() as connection:
            asked = security_key.ask_by(PARTY)
            return asked, security_key.ask(asked, rows.of(connection, self.member))

    def check(self, asked: Asked, answer: str) -> Factor:
        with db.writing(self.engine) as connection:
            return security_key.check(connection, self.member, asked, answer)

    def factors(self) -> rows.Factors:
        with self.engine.connect() as connection:
            return rows.of(connection, self.member)


def holder(engine: Engine, name: str) -> Holder:
    """Make an officer whose keys are unlocked, and who has no factor yet."""
    name = f"{name} {secrets.token_hex(4)}"
    keys, sealed = officer.create(HYBRID, "correct horse battery", CHEAPEST)
    with db.writing(engine) as connection:
        made = key_rows.add_officer(connection, name, keys, sealed)
    return Holder(engine, Member(made, name, keys, Path()), Key())


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database with officers and nothing else: each test makes its own."""
    opened = db.open_engine(tmp_path_factory.mktemp("factors") / "console.db")
    tables.metadata.create_all(opened)
    with db.writing(opened) as connection:
        key_rows.add_administration(connection)
    yield opened
    opened.dispose()


@pytest.fixture
def alice(engine: Engine) -> Holder:
    """Alice and her key."""
    made = holder(engine, "Alice")
    made.enrol(made.key)
    return made


@pytest.fixture
def bob(engine: Engine) -> Holder:
    """Bob and his."""
    made = holder(engine, "Bob")
    made.enrol(made.key)
    return made
