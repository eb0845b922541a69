"""Writing to a chain, and what only its officers can try. What rows can be made to say is in tests/audit."""

from __future__ import annotations

import hashlib
import json

import pytest
from sqlalchemy import delete, select, text, update

from tipline import db, tables
from tipline.cases import audit
from tipline.errors import AuditError
from tipline.keyring.signature import to_be_signed
from tipline.seal.message import to_base64


@pytest.fixture
def chain(agency_):
    """Six entries by two officers at the triage desk, and one at a unit."""
    desk, unit = agency_.desk(), agency_.desk("Narcotics")
    alice, alan, bob = (agency_.work(name).member for name in ("Alice", "Alan", "Bob"))
    with db.writing(agency_.engine) as connection:
        for member in (alice, alan) * 3:
            audit.append(connection, member, desk, (audit.OPENED, {"about": "something"}), {"n": 1})
        audit.append(connection, bob, unit, (audit.OPENED, {}))
    return agency_


def verify(agency_, known: audit.Head | None = None) -> audit.Head:
    with agency_.engine.connect() as connection:
        return audit.verify(connection, agency_.desk(), known)


def change(agency_, statement) -> None:
    with db.writing(agency_.engine) as connection:
        connection.execute(statement)


def test_it_holds(chain):
    """A chain that nobody touched is whole, and its head is the last entry."""
    head = verify(chain)
    assert head.seq == 6
    with chain.engine.connect() as connection:
        assert audit.head(connection, chain.desk()) == head
        assert audit.verify(connection, chain.desk("Narcotics")).seq == 1
        assert audit.verify(connection, chain.desk("Traffic")).seq == 0


def test_an_entry_says_what_the_design_says(chain):
    """Version, desk, number, hash of the one before, second, officer, action, object, detail."""
    with chain.engine.connect() as connection:
        query = select(tables.audit).where(tables.audit.c.desk == chain.desk())
        rows = connection.execute(query.order_by(tables.audit.c.seq)).all()
    fields = json.loads(rows[1].entry)
    assert set(fields) == {"v", "desk", "seq", "prev", "at", "officer", "action", "object", "detail"}
    assert fields["seq"] == 2
    first = rows[0].entry + rows[0].signature
    assert fields["prev"] == to_base64(hashlib.sha256(first).digest())


def test_it_finds_a_cut_off_end_by_a_head_seen_before(chain):
    """What was the end once must still be there."""
    head = verify(chain)
    change(chain, delete(tables.audit).where(tables.audit.c.desk == chain.desk(), tables.audit.c.seq == 6))
    assert verify(chain).seq == 5
    with pytest.raises(AuditError, match="entry 6"):
        verify(chain, head)


def test_a_longer_chain_contains_the_head_seen_before(chain):
    """Growing is not a fault."""
    head = verify(chain)
    with db.writing(chain.engine) as connection:
        audit.append(connection, chain.work("Alan").member, chain.desk(), (audit.OPENED, {}))
    assert verify(chain, head).seq == 7


def test_it_finds_an_officer_who_signs_for_another(chain):
    """Alan writes that Alice opened something."""
    forger, own = chain.work("Alan").member, tables.audit.c
    with chain.engine.connect() as connection:
        row = connection.execute(select(tables.audit).where(own.desk == chain.desk(), own.seq == 5)).one()
    signature = forger.keys.audit.sign(to_be_signed(audit.LABEL, row.entry))
    change(
        chain, update(tables.audit).where(own.desk == chain.desk(), own.seq == 5).values(signature=signature)
    )
    with pytest.raises(AuditError, match="entry 5 was changed"):
        verify(chain)


def test_it_finds_an_officer_who_rewrites_their_own_past(chain):
    """Alice changes what she did and signs it anew: the entry after it carries the hash of the old one."""
    alice, own = chain.work("Alice").member, tables.audit.c
    with chain.engine.connect() as connection:
        row = connection.execute(select(tables.audit).where(own.desk == chain.desk(), own.seq == 3)).one()
    entry = row.entry.replace(b"something", b"nothing at all")
    values = {"entry": entry, "signature": alice.keys.audit.sign(to_be_signed(audit.LABEL, entry))}
    change(chain, update(tables.audit).where(own.desk == chain.desk(), own.seq == 3).values(values))
    with pytest.raises(AuditError, match="entry 4"):
        verify(chain)


def test_a_signature_serves_the_audit_alone(chain):
    """What an officer signs here can never pass for anything else."""
    with chain.engine.connect() as connection:
        row = connection.execute(select(tables.audit).where(tables.audit.c.seq == 1)).first()
    key = chain.work("Alice").member.keys.audit
    assert row.signature == key.sign(b"tipline/1 sign audit\n" + row.entry)


def test_it_says_so_when_it_cannot_be_written(chain):
    """A full disk or a broken table is an AuditError, so that nothing is shown."""
    with chain.engine.begin() as connection:
        connection.execute(
            text("CREATE TRIGGER no BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END")
        )
    with pytest.raises(AuditError), db.writing(chain.engine) as connection:
        audit.append(connection, chain.work("Alice").member, chain.desk(), (audit.OPENED, {}))


def test_it_has_a_word_for_whatever_it_is_told(chain):
    """An action that the pages could not name is not written."""
    with pytest.raises(AuditError, match="no word"), db.writing(chain.engine) as connection:
        audit.append(connection, chain.work("Alice").member, chain.desk(), ("danced", {}))


def test_an_entry_is_read_once_and_a_changed_one_anew(chain):
    """A page of a case reads its entries several times, and a signature costs as much as all the rest."""
    chain.tip()
    chain.work("Alice")
    unit = chain.desk("Narcotics")
    bob = chain.work("Bob").member
    with db.writing(chain.engine) as connection:
        for _ in range(3):
            audit.append(connection, bob, unit, (audit.OPENED, {"case": 1}))
    with chain.engine.connect() as connection:
        first = audit.of_case(connection, [unit], 1)
        before = audit._known.cache_info().misses
        assert audit.of_case(connection, [unit], 1) == first
        assert audit._known.cache_info().misses == before
    own = tables.audit.c
    change(chain, update(tables.audit).where(own.desk == unit, own.seq == 3).values(signature=bytes(64)))
    with chain.engine.connect() as connection:
        assert [entry.holds for entry in audit.of_case(connection, [unit], 1)] == [True, False, True]
    change(chain, update(tables.roster).where(tables.roster.c.desk == unit).values(signature=bytes(64)))
    with chain.engine.connect() as connection:
        assert not any(entry.holds for entry in audit.of_case(connection, [unit], 1))
