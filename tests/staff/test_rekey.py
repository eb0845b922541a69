"""A desk's key at rest is renewed and what is stored sealed anew, in batches, by whoever is there."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select

from tests.conftest import Agency
from tipline import db, tables
from tipline.cases import case, reply
from tipline.cases.work import Work
from tipline.errors import AccessError
from tipline.keys import rest_lock
from tipline.papers import notes, paper_box
from tipline.staff import rekey


def ask(agency_: Agency) -> None:
    with db.writing(agency_.engine) as connection:
        rekey.ask(connection, agency_.desk())


def numbers(agency_: Agency, table: str) -> set[int]:
    own = tables.metadata.tables[table].c
    column = own.epoch if "epoch" in own else own.key
    with agency_.engine.connect() as connection:
        query = select(column).where(own.desk == agency_.desk(), column <= 0)
        return set(connection.scalars(query))


@pytest.fixture
def asked(agency_: Agency, monkeypatch) -> Agency:
    """An agency with three cases, an answer and two notes, whose desk is to get a new key; batches of one."""
    monkeypatch.setattr(rekey, "BATCH", 1)
    for text in ("one", "two", "three"):
        agency_.tip(text)
    alice = agency_.work("Alice")
    reply.send(alice, 1, "answer")
    for text in ("first note", "second note"):
        notes.note(alice, 1, text, paper_box.new_id())
    ask(agency_)
    return agency_


def test_it_is_renewed_by_a_member_who_is_no_lead(asked: Agency):
    """What is stored follows batch by batch and opens all the while; then the old key is nowhere."""
    alan = asked.work("Alan")
    assert alan.member.desks[asked.desk()].newest == -1
    seen = []
    for _ in range(5):
        assert [len(case.open_(alan, number).said) for number in (1, 2, 3)] == [1, 1, 1]
        assert [one.text for one in case.open_(alan, 1).papers] == ["first note", "second note"]
        seen.append(len(numbers(asked, "stanza")))
        alan.refresh()
    assert 2 in seen
    assert numbers(asked, "stanza") == numbers(asked, "reply") == numbers(asked, "paper_key") == {-1}
    for table in ("desk_key", "member_key", "recovery_key"):
        assert numbers(asked, table) == {-1}
    assert [part.text for part in case.open_(asked.work("Alice"), 1).conversation if hasattr(part, "text")]


def test_killed_between_two_batches_another_officer_goes_on(asked: Agency):
    """Each batch stands by itself; both keys are there until the last row has moved."""
    asked.work("Alan").refresh()
    assert numbers(asked, "desk_key") == {0, -1}
    alice = asked.work("Alice")
    for _ in range(5):
        alice.refresh()
    assert numbers(asked, "desk_key") == {-1}
    assert [len(case.open_(alice, number).said) for number in (1, 2, 3)] == [1, 1, 1]


def test_what_does_not_open_holds_nothing_up(asked: Agency):
    """A forged row stays, with the old key; the others move."""
    with db.writing(asked.engine) as connection:
        first = connection.scalar(select(tables.stanza.c.seq).order_by(tables.stanza.c.seq).limit(1))
        own = tables.stanza
        connection.execute(own.update().where(own.c.seq == first).values(sealed=b"forged"))
    alan = asked.work("Alan")
    for _ in range(5):
        alan.refresh()
    with asked.engine.connect() as connection:
        keys = connection.scalars(select(tables.stanza.c.key).order_by(tables.stanza.c.seq)).all()
    assert keys == [0, -1, -1]


def test_no_batch_reads_all_that_is_left(asked: Agency):
    """A desk with a hundred thousand tips is sealed anew while its officers work, a few rows in memory."""
    alan = asked.work("Alan")
    read: list[str] = []
    event.listen(asked.engine, "before_cursor_execute", lambda *given: read.append(given[2]))
    for _ in range(2):
        with db.writing(asked.engine) as connection:
            assert sum(rekey._rewrap(connection, alan.member.desks[asked.desk()]))
    old = [one for one in read if one.startswith("SELECT") and '"key" >' in one]
    assert len(old) >= 4
    assert all("LIMIT" in one for one in old)


def test_a_session_that_knows_the_old_key_alone_writes_nothing_unreadable(asked: Agency):
    """The database refuses a row under a key that is gone; the next look has the new one."""
    alice, alan = asked.work("Alice"), asked.work("Alan")
    old = alan.member.desks[asked.desk()]
    for _ in range(6):
        alice.refresh()
    asked.tip("four")
    row = {"envelope": b"", "desk": asked.desk(), "key": old.newest, "sealed": b""}
    assert old.newest in {0, -1}
    alan.refresh()
    alice.refresh()
    assert case.open_(alan, 4).said
    with pytest.raises(Exception, match="FOREIGN KEY"), db.writing(asked.engine) as connection:
        connection.execute(tables.stanza.insert().values({**row, "key": -9}))


def test_nobody_of_another_desk_renews_it(asked: Agency):
    """A session of the unit's does nothing about it."""
    asked.work("Bob").refresh()
    assert numbers(asked, "desk_key") == {0}
    own, bob = asked.work("Alice").member.desks[asked.desk()], asked.work("Bob").member
    with pytest.raises(AccessError), db.writing(asked.engine) as connection:
        rekey.renew(connection, bob, own)


def test_without_a_recovery_key_the_pages_go_on(asked: Agency):
    """No key is made that nobody could recover, and no work is held up: it is tried again."""
    path = asked.made.console.parent / "recovery.pub"
    away = path.rename(path.with_suffix(".away"))
    alan = asked.work("Alan")
    assert alan.member.desks[asked.desk()].newest == 0
    away.rename(path)
    alan.refresh()
    assert alan.member.desks[asked.desk()].newest == -1


def locks(agency_: Agency) -> frozenset[int]:
    return rest_lock.there(agency_.keys, agency_.desk())


def opens_all(agency_: Agency, name: str = "Alice") -> bool:
    own = agency_.work(name)
    return [len(case.open_(own, number).said) for number in (1, 2, 3)] == [1, 1, 1]


def test_the_old_lock_is_overwritten_and_the_new_one_stays(asked: Agency):
    """Of other desks nothing is touched; who signs in afterwards opens everything."""
    others = rest_lock.there(asked.keys, asked.desk("Narcotics"))
    alan = asked.work("Alan")
    assert locks(asked) == {0, -1}
    for _ in range(5):
        alan.refresh()
    assert locks(asked) == {-1}
    assert rest_lock.there(asked.keys, asked.desk("Narcotics")) == others == {0}
    assert opens_all(asked)


def test_a_lock_goes_when_the_database_has_let_its_key_go(asked: Agency, monkeypatch):
    """Committed and seen by everybody, with nothing left that is sealed to it: never a moment before."""
    seen = []
    path = asked.made.console.parent / "console.db"

    def look(_: object, desk: bytes, number: int) -> bool:
        with db.reading(path) as connection:
            columns = (tables.desk_key.c.epoch, *(one.c.key for one in (tables.stanza, tables.reply)))
            for one in (*columns, tables.paper_key.c.key):
                there = connection.scalars(select(one).where(one.table.c.desk == desk))
                seen.append(number in set(there))
        return True

    monkeypatch.setattr(rest_lock, "destroy", look)
    alan = asked.work("Alan")
    for _ in range(8):
        alan.refresh()
    assert seen
    assert not any(seen)


def test_killed_before_the_lock_is_overwritten_the_next_officer_does_it(asked: Agency, monkeypatch):
    """The rows are gone, and the file with them at the next look."""
    with monkeypatch.context() as killed:
        killed.setattr(rest_lock, "destroy", stop)
        alan = asked.work("Alan")
        with pytest.raises(KilledError):
            refresh(alan)
    assert numbers(asked, "desk_key") == {-1}
    assert locks(asked) == {0, -1}
    asked.work("Bob")
    assert locks(asked) == {0, -1}
    assert opens_all(asked, "Alan")
    assert locks(asked) == {-1}


def test_killed_between_the_lock_and_its_key_nothing_is_lost(asked: Agency, monkeypatch):
    """No file is overwritten: the next key has another number, and what was left over goes in the end."""
    with monkeypatch.context() as killed:
        killed.setattr(rekey.rows, "add_desk_key", stop)
        with pytest.raises(KilledError):
            asked.work("Alan")
    assert locks(asked) == {0, -1}
    assert numbers(asked, "desk_key") == {0}
    alan = asked.work("Alan")
    assert alan.member.desks[asked.desk()].newest == -2
    for _ in range(8):
        alan.refresh()
    assert locks(asked) == {-2}
    assert opens_all(asked)


def test_a_missing_lock_is_named(asked: Agency):
    """Officers are told which file to put back, and nothing is destroyed meanwhile."""
    path = rest_lock.path_of(asked.keys, asked.desk(), 0)
    away = path.rename(path.with_suffix(".away"))
    alan = asked.work("Alan")
    assert alan.member.desks == {}
    assert path.name in alan.member.refused["Triage"]
    away.rename(path)
    alan.refresh()
    assert alan.member.desks[asked.desk()].newest == -1


def test_every_table_that_names_a_key_at_rest_holds_it():
    """What is sealed to a desk's key at rest says so by a foreign key: then neither rows nor lock can go."""
    sealed = {
        one.name for one in tables.metadata.sorted_tables if {"desk", "key", "sealed"} <= set(one.c.keys())
    }
    assert {"stanza", "reply", "paper_key"} <= sealed
    held = {one.name for one in tables.metadata.sorted_tables if rekey._is_sealed_to_a_desk(one)}
    assert sealed == held


class KilledError(Exception):
    pass


def refresh(own: Work) -> None:
    for _ in range(8):
        own.refresh()


def stop(*_: object) -> None:
    raise KilledError
