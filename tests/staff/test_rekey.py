"""A desk's key at rest is renewed and what is stored sealed anew, in batches, by whoever is there."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select

from tests.conftest import Agency
from tipline import db, tables
from tipline.cases import case, reply
from tipline.errors import AccessError
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
