"""Papers open for the desks they are sealed to, as what they were written as, and only with their entry."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, Table, delete, insert, select, update

from tests.conftest import Agency
from tipline import clock, db, tables
from tipline.cases import audit
from tipline.cases.work import Work
from tipline.errors import AccessError, AuditError, FormatError
from tipline.papers import paper, paper_box
from tipline.papers.paper import NOTE, QUESTION, REPORT, Draft, Paper, Reader
from tipline.papers.paper_box import Label
from tipline.seal.suite import HYBRID
from tipline.staff.member import Desk

WORDS = "A person stores weapons at an address known to us."


def write(own: Work, text: str = WORDS, kind: str = NOTE, to: tuple[bytes, ...] = (), case: int = 1) -> Label:
    """Write a paper as an officer's only desk does, for that desk and for the desks *to*."""
    (desk,) = own.member.desks.values()
    label = Label(paper_box.new_id(), case, kind)
    with db.writing(own.engine) as connection:
        readers = [paper.reader(connection, own.member, one) for one in (desk.id, *to)]
        paper.write(connection, own.member, Draft(label, desk.id, text), readers)
    return label


def papers(own: Work, case: int = 1) -> list[Paper]:
    with own.engine.connect() as connection:
        return paper.of_case(connection, own.member, case)


def test_a_paper_opens_for_its_desks_alone(agency_: Agency):
    """For the unit that wrote it and for triage; another unit does not even see that it is there."""
    agency_.tip()
    alice, bob, carol = (agency_.work(name) for name in ("Alice", "Bob", "Carol"))
    write(bob, "Which dock?", QUESTION, to=(agency_.desk(),))
    for own in (alice, bob):
        (one,) = papers(own)
        assert (one.text, one.officer_name, one.vouched) == ("Which dock?", "Bob", True)
        assert one.readers == {agency_.desk(), agency_.desk("Narcotics")}
    assert papers(carol) == []


def test_a_paper_is_given_and_taken_away(agency_: Agency):
    """Given once, by a desk that can read it; taken away, the unit keeps only what it wrote itself."""
    agency_.tip()
    alice, bob, carol = (agency_.work(name) for name in ("Alice", "Bob", "Carol"))
    label, own_note = write(alice, kind=REPORT), write(bob, "our own")
    with db.writing(agency_.engine) as connection:
        unit = paper.reader(connection, alice.member, agency_.desk("Narcotics"))
        with pytest.raises(AccessError):
            paper.give(connection, carol.member.desks[agency_.desk("Traffic")], label.id, unit)
        assert paper.give(connection, alice.member.desks[agency_.desk()], label.id, unit)
        assert not paper.give(connection, alice.member.desks[agency_.desk()], label.id, unit)
    assert {one.text for one in papers(bob)} == {WORDS, "our own"}
    with db.writing(agency_.engine) as connection:
        assert paper.take(connection, 1, agency_.desk("Narcotics")) == 1
    assert [one.label for one in papers(bob)] == [own_note]


@pytest.mark.parametrize("changed", ["id", "case", "kind", "version", "about"])
def test_a_paper_is_bound_to_what_it_is(changed: str):
    """A row of another paper does not stand in for it."""
    label = Label(bytes(16), 1, REPORT, 1, bytes(16))
    sealed, key = paper_box.seal(HYBRID, label, WORDS)
    other = {"id": b"\1" * 16, "case": 2, "kind": NOTE, "version": 2, "about": b"\1" * 16}[changed]
    assert paper_box.open_(HYBRID, label, key, sealed) == WORDS
    assert paper_box.open_(HYBRID, Label(**{**vars(label), changed: other}), key, sealed) is None


def test_a_changed_row_shows_nothing(agency_: Agency):
    """What the database says a paper is must be what its officer signed and sealed."""
    agency_.tip()
    agency_.tip()
    alice = agency_.work("Alice")
    label, other = write(alice, kind=REPORT), write(alice)
    own = tables.paper.c.id == label.id
    for changed in ({"kind": NOTE}, {"version": 2}, {"case": 2}, {"about": other.id}):
        with db.writing(agency_.engine) as connection:
            before = connection.execute(select(tables.paper).where(own)).one()._mapping
            connection.execute(update(tables.paper).where(own).values(changed))
        (one,) = (one for number in (1, 2) for one in papers(alice, number) if one.label.id == label.id)
        assert (one.text, one.vouched) == (None, False), changed
        with db.writing(agency_.engine) as connection:
            connection.execute(update(tables.paper).where(own).values(dict(before)))
    assert [one.text for one in papers(alice)] == [WORDS, WORDS]


def test_swapped_words_show_nothing(agency_: Agency):
    """Neither the sealed words nor the sealed keys of two papers can change places."""
    agency_.tip()
    alice = agency_.work("Alice")
    first, second = write(alice, "first"), write(alice, "second")
    (desk,) = alice.member.desks.values()
    for table, own in ((tables.paper, tables.paper.c.id), (tables.paper_key, tables.paper_key.c.paper)):
        swap(agency_, table, own, (first.id, second.id))
        assert {one.text for one in papers(alice)} == {None}
        with agency_.engine.connect() as connection:
            assert all(_opened(connection, desk, label) is None for label in (first, second))
        swap(agency_, table, own, (first.id, second.id))
    assert {one.text for one in papers(alice)} == {"first", "second"}


def swap(agency: Agency, table: Table, own: Column[bytes], papers_: tuple[bytes, bytes]) -> None:
    """Let two rows change what they have sealed."""
    with db.writing(agency.engine) as connection:
        sealed = [connection.scalar(select(table.c.sealed).where(own == one)) for one in papers_]
        for one, other in zip(papers_, reversed(sealed), strict=True):
            connection.execute(update(table).where(own == one).values(sealed=other))


def _opened(connection, desk: Desk, label: Label) -> str | None:
    """Open a paper whatever the audit says."""
    row = connection.execute(select(tables.paper).where(tables.paper.c.id == label.id)).one()
    key = paper._key(connection, desk, label.id)
    return None if key is None else paper_box.open_(HYBRID, label, key, row.sealed)


def test_words_that_nobody_signed_are_not_shown(agency_: Agency):
    """Who writes to the database can seal to any desk's public key, and has no officer's signature."""
    agency_.tip()
    alice = agency_.work("Alice")
    label = Label(paper_box.new_id(), 1, REPORT)
    sealed, key = paper_box.seal(HYBRID, label, "Arrest the mayor.")
    with db.writing(agency_.engine) as connection:
        row = {"id": label.id, "case": 1, "kind": REPORT, "version": 1, "at": clock.seconds()}
        row |= {"desk": agency_.desk(), "officer": alice.member.id, "sealed": sealed}
        connection.execute(insert(tables.paper).values(row))
        to = paper.reader(connection, alice.member, agency_.desk())
        paper._give(connection, HYBRID, (label.id, key), to)
    (one,) = papers(alice)
    assert (one.text, one.vouched) == (None, False)


def test_one_paper_cannot_say_two_things(agency_: Agency):
    """A second key that AES-GCM would take for the same bytes does not fit the commitment."""
    label = Label(bytes(16), 1, REPORT)
    sealed, _ = paper_box.seal(HYBRID, label, WORDS)
    _, other_key = paper_box.seal(HYBRID, label, WORDS)
    _, text_key = paper_box._derived(HYBRID, label, other_key)
    forged = sealed[:32] + paper_box.encrypt(text_key, paper_box._pad("other words"), label.aad)
    assert paper_box.open_(HYBRID, label, other_key, forged) is None


def test_a_key_is_for_one_paper_and_one_desk():
    """It opens for no other, although the private key is the right one."""
    private, paper_id, desk = HYBRID.generate(), bytes(16), b"\1" * 16
    sealed = paper_box.seal_key(HYBRID, private.public, paper_id, desk, b"k" * 32)
    assert paper_box.open_key(private, paper_id, desk, sealed) == b"k" * 32
    assert paper_box.open_key(private, desk, desk, sealed) is None
    assert paper_box.open_key(private, paper_id, paper_id, sealed) is None


def test_the_length_of_a_paper_says_little():
    """A multiple of 1 KiB and 48 bytes, for every length; nothing, too much and half a character refuse."""
    label = Label(bytes(16), 1, NOTE)
    sizes = {}
    for length in (1, 1019, 1020, 1021, 2044, 2045, 16384):
        sealed, key = paper_box.seal(HYBRID, label, "x" * length)
        sizes[length] = len(sealed) - 48
        assert paper_box.open_(HYBRID, label, key, sealed) == "x" * length
    assert list(sizes.values()) == [1024, 1024, 1024, 2048, 2048, 3072, 17408]
    for text, failure in (("", "empty"), ("x" * 16385, "too long"), ("\ud800", "text")):
        with pytest.raises(FormatError) as refused:
            paper_box.seal(HYBRID, label, text)
        assert refused.value.failure == failure


def test_papers_follow_to_a_new_key_at_rest(agency_: Agency):
    """In batches; what was sealed to the old key opens all the while, and then without it."""
    agency_.tip()
    alice = agency_.work("Alice")
    desk = alice.member.desks[agency_.desk()]
    for text in ("one", "two", "three"):
        write(alice, text)
    new = HYBRID.generate()
    desk.keys[-1] = new
    with db.writing(agency_.engine) as connection:
        row = {"desk": desk.id, "epoch": -1, "public": new.public}
        connection.execute(insert(tables.desk_key).values(row))
    to = Reader(desk.id, -1, new.public)
    for left in (2, 1, 0):
        with db.writing(agency_.engine) as connection:
            assert paper.rewrap(connection, desk, to, 2) == (2 if left == 2 else left)
        assert {one.text for one in papers(alice)} == {"one", "two", "three"}
    del desk.keys[0]
    assert {one.text for one in papers(alice)} == {"one", "two", "three"}


def test_nothing_is_written_without_the_audit(agency_: Agency):
    """The paper, its keys and its entry are one act."""
    agency_.tip()
    alice = agency_.work("Alice")
    with agency_.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER no BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    with pytest.raises(AuditError):
        write(alice)
    assert [agency_.count(name) for name in ("paper", "paper_key")] == [0, 0]


def test_the_audit_holds_no_word(agency_: Agency):
    """An entry names a paper by its id and hash; without it the paper is not shown."""
    agency_.tip()
    alice = agency_.work("Alice")
    write(alice)
    with agency_.engine.connect() as connection:
        (entry,) = (row.entry for row in connection.execute(select(tables.audit)))
        assert b'"wrote"' in entry
        assert not any(word.encode() in entry for word in WORDS.split() if len(word) > 3)
        audit.verify(connection, agency_.desk())
    with db.writing(agency_.engine) as connection:
        connection.execute(delete(tables.audit))
    assert [one.text for one in papers(alice)] == [None]
