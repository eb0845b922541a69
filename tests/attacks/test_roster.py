"""Somebody who writes to the database goes for who is at a desk: rows of rosters, members, officers, keys."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests.conftest import PASSPHRASE, Agency
from tipline import db, tables
from tipline.collector import holding
from tipline.collector.rosters import note
from tipline.errors import RosterError
from tipline.keys import officer, rest_lock, roll, roster, rosters, rosters_seen, rows
from tipline.keys.desk import DeskKey, seal_to_member
from tipline.keys.rosters import Rosters
from tipline.routing import route_keys
from tipline.seal.suite import HYBRID
from tipline.staff import membership

MINE, SEALED = officer.create(HYBRID, PASSPHRASE, officer.CHEAPEST)


def write(agency_: Agency, *statements: object) -> None:
    with db.writing(agency_.engine) as connection:
        for one in statements:
            connection.execute(one)


def of(agency_: Agency, name: str = "Triage") -> roster.Roster:
    with agency_.engine.connect() as connection:
        return Rosters(agency_.keys).of(connection, agency_.desk(name))


def next_week(agency_: Agency) -> tuple[str, ...]:
    """Make the keys of a further week, as the collector's child process does."""
    with db.writing(agency_.engine) as connection:
        return roll.make(connection, agency_.keys, agency_.made.epoch + 1, agency_.recovery)


def sealed_to(agency_: Agency) -> set[bytes]:
    own = tables.member_key.c
    with agency_.engine.connect() as connection:
        return set(connection.scalars(select(own.officer).where(own.epoch == agency_.made.epoch + 1)))


@pytest.mark.parametrize("by", ["signer", "lead", "herself"])
def test_a_version_that_was_put_there_by_sql_admits_nobody(agency_: Agency, by: str):
    """Carol signs it with her own key, whatever name she puts: the desk closes, and no key is made for it."""
    with db.writing(agency_.engine) as connection:
        chain = rosters.versions(connection, agency_.desk())
        before, carol = roster.read(chain[-1]), agency_.made.officers["Carol"]
        names = {"signer": b"", "lead": before.members[0].officer, "herself": carol}
        members = (*before.members, rows.listed(connection, carol))
        what = roster.follow(before, chain[-1], members=members, by=names[by])
        version = roster.sign_as_officer(agency_.work("Carol").member.keys.audit, what)
        rosters.add(connection, what, version)
    with pytest.raises(RosterError):
        of(agency_)
    alice = agency_.work("Alice")
    assert agency_.desk() not in alice.member.desks
    assert set(alice.member.refused) == {"Triage"}
    assert next_week(agency_)
    assert not sealed_to(agency_)


def test_the_rows_of_an_officer_are_not_the_officer(agency_: Agency):
    """Alan's public keys are swapped: from then on nothing is sealed to that row, and Alice works on."""
    own = tables.officer
    values = {"public": MINE.public, "verify": MINE.verify, "sealed": SEALED}
    write(agency_, own.update().where(own.c.name == "Alan").values(values))
    assert agency_.work("Alan").member.desks == {}
    assert next_week(agency_) == ()
    assert sealed_to(agency_) == {agency_.made.officers["Alice"]}


def test_a_member_key_with_a_key_of_ones_own_is_not_sealed_to(agency_: Agency):
    """Anybody can seal to Alice: a newer key at rest that only the attacker made stays unused."""
    alice, mine = agency_.work("Alice"), HYBRID.generate()
    number, lock = rest_lock.make(agency_.keys, agency_.desk(), 0)
    key = DeskKey(agency_.desk(), number, mine, lock)
    sealed = seal_to_member(alice.member.keys.public, key)
    row = {"desk": agency_.desk(), "epoch": -1}
    write(
        agency_,
        tables.desk_key.insert().values(**row, public=mine.public),
        tables.member_key.insert().values(**row, officer=alice.member.id, sealed=sealed),
    )
    agency_.tip("words")
    alice.refresh()
    assert alice.member.desks[agency_.desk()].newest == 0
    with agency_.engine.connect() as connection:
        assert connection.scalars(select(tables.stanza.c.key)).all() == [0]


@pytest.mark.parametrize("what", ["key", "kind", "name"])
def test_a_unit_that_is_not_as_it_was_signed_gets_nothing(agency_: Agency, what: str):
    """Its key at rest swapped: it is no unit. Its kind or name in the row: what was signed counts."""
    alice, unit = agency_.work("Alice").member, agency_.desk("Traffic")
    desk, key = tables.desk, tables.desk_key
    write(
        agency_,
        {
            "key": key.update().where(key.c.desk == unit).values(public=HYBRID.generate().public),
            "kind": desk.update().where(desk.c.id == unit).values(kind="triage"),
            "name": desk.update().where(desk.c.id == unit).values(name="Narcotics again"),
        }[what],
    )
    with agency_.engine.connect() as connection:
        found = {one.name for one in route_keys.units(connection, alice)}
    assert found == ({"Narcotics", "Traffic"} if what == "name" else {"Narcotics"})


def test_a_unit_called_triage_gets_no_weekly_key(agency_: Agency):
    """The others get theirs, and what is wrong is said."""
    own = tables.desk
    write(agency_, own.update().where(own.c.id == agency_.desk("Traffic")).values(kind="triage"))
    (refused,) = next_week(agency_)
    assert "Traffic is a unit" in refused
    with agency_.engine.connect() as connection:
        key = tables.desk_key.c
        made = connection.scalars(select(key.desk).where(key.epoch == agency_.made.epoch + 1)).all()
    assert made == [agency_.desk()]


@pytest.fixture
def removed(agency_: Agency) -> Agency:
    """An agency from whose triage desk Alan was removed."""
    membership.remove(agency_.work("Alice"), agency_.desk(), agency_.made.officers["Alan"])
    return agency_


def _roll_back(agency_: Agency) -> None:
    own = tables.roster.c
    newest = select(own.version).where(own.desk == agency_.desk()).order_by(own.version.desc()).limit(1)
    write(
        agency_,
        tables.roster.delete().where(own.desk == agency_.desk(), own.version == newest.scalar_subquery()),
    )


def test_a_roster_that_is_put_back_is_found_by_the_audit(removed: Agency):
    """The version before names Alan, and its signatures hold: the entry with the later hash tells."""
    _roll_back(removed)
    with pytest.raises(RosterError, match="put back"):
        of(removed)
    assert next_week(removed)
    assert not sealed_to(removed)


def test_a_version_that_the_audit_does_not_have_is_found(removed: Agency):
    """The entry taken out of the chain's end, with the roster as it is."""
    own = tables.audit.c
    newest = select(own.seq).where(own.desk == removed.desk()).order_by(own.seq.desc()).limit(1)
    write(
        removed, tables.audit.delete().where(own.desk == removed.desk(), own.seq == newest.scalar_subquery())
    )
    with pytest.raises(RosterError, match="the audit does not have"):
        of(removed)


def cut_back_together(agency_: Agency) -> None:
    """Take the newest version of the roster away, and the audit from its entry on."""
    _roll_back(agency_)
    own = tables.audit.c
    mark = b'"action":"removed"'
    seq = select(own.seq).where(own.desk == agency_.desk(), func.instr(own.entry, mark) > 0)
    write(agency_, tables.audit.delete().where(own.desk == agency_.desk(), own.seq >= seq.scalar_subquery()))


def test_both_cut_back_together_are_found_by_a_published_head_alone(removed: Agency):
    """Stated, not held, where the collector has not run since: nothing tells. See `tipline audit verify`."""
    before = of(removed)
    cut_back_together(removed)
    assert of(removed).version == before.version - 1


def test_what_the_collector_has_seen_is_not_put_back_by_rows(removed: Agency):
    """It notes each round which versions there are, in a file: the desk closes, and gets no key."""
    held = holding.read(removed.made.console)
    note(removed.engine, held, Rosters(removed.keys))
    cut_back_together(removed)
    with pytest.raises(RosterError, match="this session has seen version"):
        of(removed)
    assert agency_desks(removed, "Alice") == agency_desks(removed, "Alan") == set()
    assert next_week(removed)
    assert not sealed_to(removed)
    note(removed.engine, held, Rosters(removed.keys))
    with pytest.raises(RosterError, match="this session has seen version"):
        of(removed)


def agency_desks(agency_: Agency, name: str) -> set[bytes]:
    return set(agency_.work(name).member.desks)


def test_what_a_session_has_seen_is_not_put_back_under_it(removed: Agency):
    """Alice is signed in: the leaver gets nothing by what she seals from now on."""
    alice = removed.work("Alice")
    assert removed.desk() in alice.member.desks
    cut_back_together(removed)
    for _ in range(2):
        alice.refresh()
        assert removed.desk() not in alice.member.desks
    assert "this session has seen" in alice.member.refused["Triage"]


def test_a_note_of_the_collector_that_is_damaged_closes_the_desks(removed: Agency):
    """Whoever can do that has the machine; nothing is sealed by guess."""
    (removed.keys / rosters_seen.NAME).write_text("TIPLINE ROSTERS SEEN 1\nAAAA\n")
    (removed.keys / rosters_seen.NAME).chmod(0o600)
    with pytest.raises(RosterError, match="is damaged"):
        of(removed)
