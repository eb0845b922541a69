"""Somebody who writes to the agency's database, and is no officer of the desk: Carol, with all of SQL.

What such a one can do to keys that are yet to be made is not held by any test: see docs/attacks.md.
"""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tipline import db, tables
from tipline.cases import case, inbox
from tipline.collector import holding
from tipline.collector.post_keyring import post_keyring
from tipline.errors import AccessError, KeyringError
from tipline.seal.suite import HYBRID


def copy(agency_, table: str, name: str, **changes: object) -> None:
    """Insert the rows that are *name*'s again, with *changes*."""
    own = tables.metadata.tables[table]
    with db.writing(agency_.engine) as connection:
        id_ = connection.scalar(select(tables.officer.c.id).where(tables.officer.c.name == name))
        for row in connection.execute(select(own).where(own.c.officer == id_)).all():
            connection.execute(own.insert().values({**row._mapping, **changes}))


def id_of(agency_, name: str) -> bytes:
    with agency_.engine.connect() as connection:
        return connection.execute(
            select(tables.officer.c.id).where(tables.officer.c.name == name)
        ).scalar_one()


@pytest.mark.parametrize("half", ["public", "verify"])
def test_an_officer_whose_public_keys_were_swapped_is_told(agency_, half: str):
    """What is sealed or signed for Alice from now on would be Carol's: so Alice is not signed in."""
    own = tables.officer
    with db.writing(agency_.engine) as connection:
        key = connection.scalar(select(own.c[half]).where(own.c.name == "Carol"))
        connection.execute(own.update().where(own.c.name == "Alice").values({half: key}))
    with pytest.raises(AccessError):
        agency_.work("Alice")
    assert agency_.work("Alan").member.triages


def test_a_member_made_by_sql_opens_nothing(agency_):
    """Carol becomes a member of Triage, with copies of all of Alice's sealed keys."""
    agency_.tip("words")
    agency_.work("Alice")
    copy(agency_, "member_key", "Alice", officer=id_of(agency_, "Carol"))
    carol = agency_.work("Carol")
    assert agency_.desk() not in carol.member.desks
    assert inbox.page(carol).lines == ()
    with pytest.raises(AccessError):
        case.open_(carol, 1)


def test_a_unit_made_triage_by_sql_opens_nothing(agency_):
    """Her desk is called a triage desk, and every envelope and case is said to be its own."""
    agency_.tip("words")
    agency_.work("Alice")
    traffic = agency_.desk("Traffic")
    with db.writing(agency_.engine) as connection:
        connection.execute(tables.desk.update().where(tables.desk.c.id == traffic).values(kind="triage"))
        connection.execute(tables.envelope.update().values(desk=traffic))
        connection.execute(tables.case.update().values(desk=traffic))
        connection.execute(tables.stanza.update().values(desk=traffic))
    carol = agency_.work("Carol")
    assert inbox.page(carol).lines == ()
    with pytest.raises(AccessError):
        case.open_(carol, 1)


def test_a_tip_that_was_routed_by_sql_is_not(agency_):
    """A route to her unit, and the triage desk's re-wrapped key as her unit's."""
    agency_.tip("words")
    alice = agency_.work("Alice")
    traffic = agency_.desk("Traffic")
    with db.writing(agency_.engine) as connection:
        row = connection.execute(select(tables.stanza)).one()
        values = {"envelope": row.envelope, "desk": traffic, "sealed": row.sealed}
        connection.execute(tables.stanza.insert().values(values))
        to = {"case": 1, "unit": traffic, "part": "responsible", "gives": "raw", "state": "accepted"}
        connection.execute(tables.route.insert().values(to | {"officer": alice.member.id, "at": 0}))
    carol = agency_.work("Carol")
    assert inbox.page(carol).lines == ()
    with pytest.raises(AccessError):
        case.open_(carol, 1)


@pytest.mark.parametrize("proof", [None, bytes(32)])
def test_a_published_key_that_was_put_there_by_sql_is_not_published(agency_, proof: bytes | None):
    """What people seal to Triage would be Carol's to open: the rows are hers, the epoch's lock is not."""
    own, posted = tables.desk_key, []
    with db.writing(agency_.engine) as connection:
        there = (own.c.desk == agency_.desk()) & (own.c.epoch == agency_.made.epoch)
        changed = {"public": HYBRID.generate().public} | ({} if proof is None else {"proof": proof})
        connection.execute(own.update().where(there).values(changed))
    relay = type("Kept", (), {"put_keyring": lambda _, body: posted.append(body)})()
    with pytest.raises(KeyringError) as refused:
        post_keyring(relay, agency_.engine, holding.read(agency_.made.console))
    assert (refused.value.failure, posted) == ("desk key", [])
