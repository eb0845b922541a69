"""The index of a desk: shared in memory, sealed on disk, and never of more than its keys open."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from tests.conftest import RAW, Agency
from tests.papers.test_report import write as write_report
from tipline import db, tables
from tipline.cases import index, reply
from tipline.cases.work import Work
from tipline.drill.encodings import of_text
from tipline.drill.search import Sieve
from tipline.papers import notes, paper_box
from tipline.papers.reason import Reason
from tipline.routing import recused, route, route_state
from tipline.search import desk_index, entry, segment_box, segments, sources
from tipline.search.facts import Filter
from tipline.staff import rekey

#: Words that are nowhere else, in the form in which somebody writes them and in which the index knows them.
TIP, FILE, NOTE, REPORT, REPLY, PLATE = (
    "Krakatauvulkan", "Popocatepetl.jpg", "Stromboliaetna", "Vesuviusfuji", "Mauna-Loa-Kea", "HH-QX 98765",
)  # fmt: skip


@pytest.fixture
def busy(agency_: Agency) -> Agency:
    """An agency with a tip, a file, a note, a report that a unit has, and a reply, all of them indexed."""
    agency_.tip(f"{TIP} was seen in {PLATE}", files=(agency_.file(b"picture", FILE),))
    agency_.tip("Another one")
    alice = agency_.work("Alice")
    notes.note(alice, 1, NOTE, paper_box.new_id())
    write_report(alice, REPORT)
    reply.send(alice, 1, REPLY)
    route.send(alice, 1, agency_.desk("Narcotics"), RAW)
    alice.refresh()
    return agency_


def on_disk(agency: Agency, desk: str = "Triage") -> list[int]:
    """Return the numbers of a desk's segments."""
    with agency.engine.connect() as connection:
        return segments.numbers(connection, agency.desk(desk))


@pytest.fixture
def no_opening(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have it fail to open an original for the index."""
    monkeypatch.setattr(index, "read", lambda *_: pytest.fail("an envelope was opened"))


def found(own: Work) -> dict[str, list[int]]:
    return {asked: own.known.search(asked) for asked in (TIP, FILE, NOTE, REPORT, REPLY, "HHQX98765")}


def test_everything_that_a_key_opens_is_found_and_nothing_else(busy: Agency):
    """By triage all of it; by the unit the report and the tip; by another unit nothing."""
    assert set(map(tuple, found(busy.work("Alice")).values())) == {(1,)}
    assert found(busy.work("Bob")) == {
        TIP: [1], FILE: [1], REPORT: [1], "HHQX98765": [1], NOTE: [], REPLY: [],
    }  # fmt: skip
    assert set(map(tuple, found(busy.work("Carol")).values())) == {()}


def test_signing_in_again_opens_no_envelope(busy: Agency, no_opening: None):
    """What was found out once is on disk, sealed."""
    gc.collect()
    alan = busy.work("Alan")
    assert found(alan)[TIP] == [1]
    assert {number: len(alan.known.items(number)) for number in (1, 2)} == {1: 1, 2: 1}
    assert alan.known.matching(Filter(files=True)) == {1}


def test_sessions_of_a_desk_share_it_and_the_last_one_takes_it_along(busy: Agency):
    """A unit has its own."""
    alice, alan, bob = (busy.work(name) for name in ("Alice", "Alan", "Bob"))
    shared = weakref.ref(alice.known._desks[busy.desk()])
    assert alan.known._desks[busy.desk()] is shared()
    assert shared() not in bob.known._desks.values()
    alice.wipe()
    assert alice.known.search(TIP) == []
    assert alan.known.search(TIP) == [1]
    alan.wipe()
    gc.collect()
    assert shared() is None


def files_of(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path, path.read_bytes()


def words_in(folder: Path) -> set[str]:
    """Return which of the words lie in any file below a folder, in any of some twenty encodings."""
    written = {word: (word, word.lower(), word.upper()) for word in (TIP, FILE, NOTE, REPORT, REPLY, PLATE)}
    written[PLATE] += ("hhqx98765", "r56789")
    needles = [
        needle
        for word, forms in written.items()
        for form in forms
        if len(form) >= 8
        for needle in of_text(word, form)
    ]
    sieve = Sieve(needles)
    return {hit.needle.canary for _, data in files_of(folder) for hit in sieve.find(data)}


def test_no_word_is_on_disk(busy: Agency):
    """The whole data folder, index, journal and settings, while sessions are open that searched for them."""
    for name in ("Alice", "Bob"):
        found(busy.work(name))
    assert on_disk(busy)
    assert on_disk(busy, "Narcotics")
    assert words_in(busy.made.data) == set()


@pytest.mark.parametrize("fault", ["segment", "memory"])
def test_a_word_on_disk_is_seen(busy: Agency, fault: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """A fault: segments are not sealed, or the words' database has a file."""
    if fault == "segment":
        monkeypatch.setattr(segment_box, "seal", lambda *given: b"\n".join(given[2]))
    else:
        real = desk_index.Memory.__init__.__globals__["sqlite3"].connect
        at = str(busy.made.data / "words.db")
        monkeypatch.setattr("tipline.search.memory.sqlite3.connect", lambda _, **more: real(at, **more))
    with db.writing(busy.engine) as connection:
        segments.forget(connection, [1, 2])
    gc.collect()
    busy.work("Alan")
    assert TIP in words_in(busy.made.data)


def test_what_is_forgotten_is_gone_from_disk_and_from_sessions_without_any_key(busy: Agency):
    """The case's rows are deleted with it; what stood beside it in its segments is made anew."""
    alice, bob = busy.work("Alice"), busy.work("Bob")
    before = {*on_disk(busy), *on_disk(busy, "Narcotics")}
    with db.writing(busy.engine) as connection:
        segments.forget(connection, [1])
        of = select(tables.envelope.c.id).where(tables.envelope.c.case == 1)
        papers = select(tables.paper.c.id).where(tables.paper.c.case == 1)
        connection.execute(delete(tables.stanza).where(tables.stanza.c.envelope.in_(of)))
        connection.execute(delete(tables.paper_key).where(tables.paper_key.c.paper.in_(papers)))
        connection.execute(delete(tables.reply).where(tables.reply.c.case == 1))
    assert not before & {*on_disk(busy), *on_disk(busy, "Narcotics")}
    for own in (alice, bob):
        own.refresh()
        assert set(map(tuple, found(own).values())) == {()}
        assert own.known.items(1) == []
        assert own.known.with_entity("plate", "HHQX98765") == set()
    assert alice.known.search("another") == [2]
    assert len(on_disk(busy)) == 1


def test_a_unit_s_index_forgets_what_was_withdrawn(busy: Agency):
    """Its segments with the case go in the same transaction as its keys; what else it has stays found."""
    busy.tip("A third one")
    alice = busy.work("Alice")
    route.send(alice, 3, busy.desk("Narcotics"), RAW)
    bob = busy.work("Bob")
    assert bob.known.search("third") == [3]
    before = on_disk(busy, "Narcotics")
    route.withdraw(alice, 1, busy.desk("Narcotics"), Reason("mistake"))
    assert not set(before) & set(on_disk(busy, "Narcotics"))
    bob.refresh()
    assert set(map(tuple, found(bob).values())) == {()}
    assert bob.known.search("third") == [3]


def indexed(own: Work) -> set[bytes]:
    """Return what a segment has an entry of, of all that an officer's newest keys open."""
    desks = own.member.desks.values()
    with own.engine.connect() as connection:
        lines = [
            lines
            for desk in desks
            for _, lines in segments.read(connection, desk, segments.numbers(connection, desk.id))
        ]
    return {one.text.source for each in lines for one in entry.decode(each or [])}


def withdrawn(busy: Agency, alice: Work) -> set[bytes]:
    """Withdraw case 1 from the unit; return what no index of it may have from then on."""
    with busy.engine.connect() as connection:
        of = select(tables.envelope.c.id).where(tables.envelope.c.case == 1)
        papers = select(tables.paper.c.id).where(tables.paper.c.case == 1)
        theirs = {*connection.scalars(of), *connection.scalars(papers)}
    route.withdraw(alice, 1, busy.desk("Narcotics"), Reason("mistake"))
    return theirs


def test_what_was_withdrawn_while_it_was_read_is_not_written_down(busy: Agency):
    """A session that opened it a moment ago: reading a large index takes seconds."""
    with db.writing(busy.engine) as connection:
        segments.drop(connection, on_disk(busy, "Narcotics"))
    alice, bob = busy.work("Alice"), Work(busy.engine, busy.work("Bob").member)
    with busy.engine.connect() as connection:
        segments.drop(connection, on_disk(busy, "Narcotics"))
        bob.known.read_new(connection, bob.member)
    theirs = withdrawn(busy, alice)
    bob.known.write_new(busy.engine, bob.member)
    assert not indexed(bob) & theirs
    assert bob.known.search(TIP) == []


def test_a_segment_whose_cases_were_made_unknown_ends_with_its_key(busy: Agency):
    """Who writes to the database deletes what says which cases are in it: nothing of them is sealed anew."""
    alice, bob = busy.work("Alice"), busy.work("Bob")
    with db.writing(busy.engine) as connection:
        connection.execute(delete(tables.segment_case))
    theirs = withdrawn(busy, alice)
    assert indexed(bob) & theirs
    for _ in range(4):
        bob.refresh()
    assert bob.member.desks[busy.desk("Narcotics")].newest == -1
    assert not indexed(bob) & theirs


def test_a_new_key_at_rest_seals_the_index_anew(busy: Agency, no_opening: None):
    """The segments stay the same to who has read them; the old key opens none, and goes."""
    alice = busy.work("Alice")
    old, before = alice.member.desks[busy.desk()].at_rest, on_disk(busy)
    with db.writing(busy.engine) as connection:
        rekey.ask(connection, busy.desk())
    for _ in range(4):
        alice.refresh()
    own = alice.member.desks[busy.desk()]
    assert (own.newest, own.keys.keys() & {0}) == (-1, set())
    assert on_disk(busy) == before
    with busy.engine.connect() as connection:
        rows = connection.execute(select(tables.segment).where(tables.segment.c.desk == own.id)).all()
    assert [segment_box.open_(old, own.id, row.sealed) for row in rows] == [None] * len(rows)
    assert all(segment_box.open_(own.at_rest, own.id, row.sealed) for row in rows)
    alice.wipe()
    gc.collect()
    assert found(busy.work("Alan"))[TIP] == [1]


def test_a_segment_that_nobody_with_the_key_wrote_says_nothing(busy: Agency):
    """Who writes to the database has the desk's public key, and not what segments are sealed under."""
    alice = busy.work("Alice")
    desk = alice.member.desks[busy.desk()]
    with db.writing(busy.engine) as connection:
        (row,) = connection.execute(select(tables.segment).where(tables.segment.c.desk == desk.id)).all()
        stranger = desk.at_rest.suite.generate()
        lines = segment_box.open_(desk.at_rest, desk.id, row.sealed) or []
        forged = [line.replace(b"Another one", b"Forged words") for line in lines]
        sealed = segment_box.seal(stranger, desk.id, forged)
        connection.execute(
            update(tables.segment).where(tables.segment.c.seq == row.seq).values(sealed=sealed)
        )
    alice.wipe()
    gc.collect()
    alan = busy.work("Alan")
    assert alan.known.search("forged") == []
    assert alan.known.search("another") == [2]


def test_an_entry_for_what_the_desk_has_not_got_is_left_out(busy: Agency):
    """Not even a colleague who can seal puts another desk's case, or none, among its own."""
    alice = busy.work("Alice")
    desk = alice.member.desks[busy.desk()]
    with db.writing(busy.engine) as connection:
        lines = [
            sources.of_message(
                b"?" * 32, busy.message(busy.receipt(), "Smuggled"), whole=True, country=""
            ).encode()
        ]
        segments.write(connection, desk, lines, [])
    alice.refresh()
    assert alice.known.search("smuggled") == []
    assert desk_index.of(busy.engine, desk).facets.numbers() == {1, 2}


def test_many_go_into_segments_of_one_size(agency_: Agency, monkeypatch: pytest.MonkeyPatch):
    """The newest is filled up before the next is begun, and all are read again."""
    monkeypatch.setattr(segment_box, "SIZE", 4096)
    monkeypatch.setattr(segment_box, "ROOM", 4091)
    for number in range(9):
        agency_.tip(f"number {number} " + "word " * 150)
        agency_.work("Alice").refresh()
    with agency_.engine.connect() as connection:
        sizes = [len(one) for one in connection.scalars(select(tables.segment.c.sealed))]
    assert set(sizes) == {32 + 4096 + 16}
    assert len(sizes) == 3
    gc.collect()
    assert agency_.work("Alan").known.search("number") == list(range(9, 0, -1))


def test_a_row_that_fails_is_looked_for_again(agency_: Agency, monkeypatch: pytest.MonkeyPatch):
    """Nothing is taken for read before it is."""
    agency_.tip("one")
    alice = agency_.work("Alice")
    agency_.tip("two")
    with monkeypatch.context() as patched:
        patched.setattr(sources, "open_", lambda *_: (_ for _ in ()).throw(RuntimeError))
        with pytest.raises(RuntimeError):
            alice.refresh()
    alice.refresh()
    assert alice.known.search("two") == [2]


def test_what_changed_in_the_database_is_seen_by_the_next_session(busy: Agency):
    """Although it shares the index of one that was there before."""
    alice = busy.work("Alice")
    with db.writing(busy.engine) as connection:
        connection.execute(update(tables.envelope).where(tables.envelope.c.case == 2).values(unverified=True))
    assert [item.unverified for item in busy.work("Alan").known.items(2)] == [True]
    assert alice.known.matching(Filter(unverified=True)) == {2}


def test_facts_and_texts(busy: Agency):
    """Of what a session may know, and of nothing else."""
    alice, carol = busy.work("Alice"), busy.work("Carol")
    facts = alice.known.facts(1)
    assert facts is not None
    assert (facts.category, facts.files, facts.words, facts.messages) == ("drugs", 1, 6, 1)
    assert {one.kind for one in alice.known.texts(1)} == {"tip", "note", "report", "reply"}
    assert alice.known.matching(Filter(categories=frozenset({"drugs"}), files=False)) == {2}
    assert alice.known.matching(Filter(langs=frozenset({"xx"}))) == set()
    assert alice.known.values("category") == {"drugs": 2}
    assert (carol.known.facts(1), carol.known.texts(1), carol.known.matching(Filter())) == (None, (), set())


@pytest.mark.parametrize("ends", ["recused", "ended"])
def test_what_stands_between_an_officer_and_a_case_stands_before_its_words(busy: Agency, ends: str):
    """They know a person in it; or the unit's route ended, whatever keys were left behind."""
    own = busy.work("Alice" if ends == "recused" else "Bob")
    assert found(own)[TIP] == [1]
    if ends == "recused":
        recused.recuse(own, 1)
    else:
        with db.writing(busy.engine) as connection:
            connection.execute(update(tables.route).values(state=route_state.WITHDRAWN))
    own.refresh()
    assert set(map(tuple, found(own).values())) == {()}
    assert 1 not in own.known.matching(Filter())
    assert (own.known.facts(1), own.known.texts(1), own.known.entities(1)) == (None, (), ())
    assert own.known.with_entity("plate", "HHQX98765") == set()
    assert not own.known.may(1)
