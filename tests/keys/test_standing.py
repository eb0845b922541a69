"""The warnings of a real agency's files and rows, on days that matter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from tests import agencies
from tipline import clock, db, tables, warning
from tipline.ceremony import root
from tipline.keyring.signature import fingerprint
from tipline.keys import files, signer, standing
from tipline.keys.expiry import in_words
from tipline.keys.officer import CHEAPEST
from tipline.keys.signing import SigningKey
from tipline.settings import ConsoleSettings, load
from tipline.setup.agency import Created
from tipline.setup.plan import OfficerPlan, Plan

OFFICERS = (OfficerPlan("Maria", "maria maria maria", ("Triage",)),)


@pytest.fixture
def made(tmp_path: Path) -> Created:
    return agencies.create(Plan(tmp_path / "data", "X", OFFICERS, profile=CHEAPEST))


@pytest.fixture
def connection(made: Created) -> Iterator[Connection]:
    engine = db.open_engine(made.console.parent / "console.db")
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def said(made: Created, connection: Connection, today: date) -> list[str]:
    found = warning.notices(load(ConsoleSettings, made.console), connection, today)
    # That there is no backup is another source's word, and tested beside it.
    return [f"{notice.label}: {notice.title}" for notice in found if "backup" not in notice.title]


def test_a_new_agency_has_nothing_to_say(made: Created, connection: Connection):
    """It is asked every day: 59 days later it is still silent."""
    assert said(made, connection, clock.today()) == []
    assert said(made, connection, clock.today() + timedelta(days=58)) == []
    (line,) = said(made, connection, clock.today() + timedelta(days=59))
    assert line.startswith("Soon: The certificate of this agency's signer ends in 30 days")


def test_a_section_that_was_not_renewed_is_told(made: Created, connection: Connection):
    """A section renews itself with a week left; it says so when that did not happen."""
    until = clock.today() + timedelta(days=13)
    posted(connection, until, until - timedelta(days=6))
    assert said(made, connection, until - timedelta(days=6)) == []
    (line,) = said(made, connection, until - timedelta(days=5))
    assert line.startswith("This week: The keyring on the public page ends in 5 days")
    (line,) = said(made, connection, until + timedelta(days=1))
    assert line.startswith("Over: The keyring on the public page ended yesterday")


def test_a_relay_that_takes_nothing_is_told_before_the_section_ends(made: Created, connection: Connection):
    """It may refuse, be gone, or have dropped what it had; the section itself says a week and a half more."""
    today, day = clock.today(), timedelta(days=1)
    posted(connection, today + 13 * day, today)
    assert said(made, connection, today + day) == []
    (line,) = said(made, connection, today + 2 * day)
    assert line == f"Urgent: The public page has had no word from here since {in_words(today)}"
    assert said(made, connection, today + 7 * day) == [line]
    assert [line.partition(" ")[0] for line in said(made, connection, today + 8 * day)] == ["This"]
    assert said(made, connection, today - day) == []


def posted(connection: Connection, until: date, on: date) -> None:
    """Write down what the collector does: the last day of its section, and when it was handed over."""
    for name, value in ((standing.UNTIL, until), (standing.POSTED, f"205000000 {on}")):
        connection.execute(tables.state.insert().values(name=name, value=str(value)))


def test_a_revoked_signer_is_told_at_once(made: Created, connection: Connection):
    path = made.console.parent / "revocations"
    own = standing.read(load(ConsoleSettings, made.console), connection).certificate.signer
    key = SigningKey(files.read(made.root_key, files.ROOT))
    listed = root.revoke(key, signer.read_revocations(path), [fingerprint(own)])
    files.replace(path, files.REVOCATIONS, listed.pack())
    assert said(made, connection, clock.today()) == ["Over: The root has revoked this agency's signer"]


def test_a_file_that_cannot_be_read_is_a_warning(made: Created, connection: Connection):
    """Neither silence nor an error page."""
    (made.console.parent / "revocations").unlink()
    (line,) = said(made, connection, clock.today())
    assert line.startswith("Over: A file of the keys cannot be used")
    assert "revocations" in line
