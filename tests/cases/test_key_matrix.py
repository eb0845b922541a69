"""Need-to-know by keys alone: every person's private keys against every sealed value of the database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, select

from tests.cases import attack, scene
from tests.conftest import Agency
from tipline import db, tables
from tipline.drill.encodings import of_text
from tipline.drill.search import Sieve
from tipline.keys import rest_lock, rows
from tipline.keys.desk import AT_REST, DeskKey

#: Columns of bytes that are not sealed to anybody: ids, hashes, public keys, and what is signed or published.
OPEN = {
    "audit.entry", "audit.signature", "audit_head.opening", "desk_key.proof", "desk_key.public",
    "envelope.bytes", "officer.public", "parcel.bytes", "roster.signature", "roster.statement",
    "roster.vouching", "slot.bytes", "invitation.statement",
}  # fmt: skip
_SHORT = 64
#: Words that are in a table of their name, each row with an id.
_WITH_ID = ("reply", "template", "handover")


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agency]:
    made = scene.make(tmp_path_factory.mktemp("matrix") / "data")
    yield made
    made.engine.dispose()


def rows_of(agency: Agency) -> dict[str, set[tuple[str, bytes]]]:
    """Return where each of the words stands sealed: (table, id), as *attack.opens* has them."""
    with agency.engine.connect() as connection:
        rows_ = connection.execute(select(tables.envelope.c.id, tables.envelope.c.case)).all()
    tips = {number: {("envelope", row.id) for row in rows_ if row.case == number} for number in (1, 2)}
    papers = {
        kind: {
            (table, one) for one in scene.ids(agency, "paper", kind=kind) for table in ("paper", "paper_key")
        }
        for kind in ("report", "note", "handout", "given-out")
    }
    rows_ = {what: {(what, one) for one in scene.ids(agency, what)} for what in _WITH_ID}
    drafts = {("draft", agency.made.officers["Alice"])}
    return {"tip": tips[1], "other": tips[2], "draft": drafts, **papers, **rows_}


def wanted(agency: Agency, name: str) -> set[tuple[str, bytes]]:
    """Return all that an officer is to open: what they are to know, and their own desk's keys."""
    known = scene.BY_KEY[name]
    found = set().union(*(places for what, places in rows_of(agency).items() if what in known))
    if known & {"tip", "other"}:
        # The stanzas beside the envelopes have numbers, and no id of their own.
        found.add(("stanza", b""))
    desk = scene.OFFICERS[name]
    return found | ({("member_key", agency.desk(desk))} if desk else set())


@pytest.mark.parametrize("name", scene.OFFICERS)
def test_a_person_s_keys_open_what_they_are_to_know(agency: Agency, name: str):
    """And nothing else in any table, whatever its row says it is for."""
    own = agency.work(name)
    assert attack.opens(agency.engine, own.member.suite, attack.private_keys(own)) == wanted(agency, name)


def test_each_of_the_words_is_somewhere(agency: Agency):
    """So that nothing is held closed by not being there."""
    assert all(rows_of(agency).values())
    assert rows_of(agency).keys() == scene.WORDS.keys()


def test_no_word_is_in_any_file(agency: Agency):
    """Of all that has any: database, journal, keys, settings, in some twenty encodings."""
    assert set(words_in(agency, *scene.WORDS.values())) == set()
    assert set(words_in(agency, "Interpreters")) == {"Interpreters"}  # a desk's name lies in the clear


def words_in(agency: Agency, *words: str) -> Iterator[str]:
    sieve = Sieve(
        [needle for word in words for form in {word, word.lower()} for needle in of_text(word, form)]
    )
    for path in agency.made.data.rglob("*"):
        if path.is_file():
            yield from (hit.needle.canary for hit in sieve.find(path.read_bytes()))


def test_a_key_that_strayed_is_found(tmp_path: Path):
    """A fault: triage's key at rest is sealed to an officer of a unit too."""
    made = scene.make(tmp_path / "data")
    (triage,) = made.work("Alice").member.desks.values()
    dora = made.work("Dora")
    with db.writing(made.engine) as connection:
        lock = rest_lock.read(made.keys, triage.id, AT_REST)
        key = DeskKey(triage.id, AT_REST, triage.keys[AT_REST], lock)
        rows.give(connection, [key], (dora.member.id, dora.member.keys.public))
    found = attack.opens(made.engine, dora.member.suite, attack.private_keys(dora))
    assert found - wanted(made, "Dora") == {("member_key", triage.id)}
    made.engine.dispose()


def test_every_column_of_bytes_is_known_here():
    """A new one must be said to be open, or be sealed to something that *attack* tries."""
    bytes_ = {
        f"{table.name}.{column.name}"
        for table in tables.metadata.sorted_tables
        for column in table.c
        if isinstance(column.type, LargeBinary) and (column.type.length or 1024) > _SHORT
    }
    sealed = {f"{name}.sealed" for name in attack.BOUND | attack.NOT_TO_A_DESK | attack.DERIVED}
    new = {one for one in bytes_ - sealed - OPEN if not one.endswith((".id", ".signature"))}
    assert new == set(), f"say in this test or in tests/cases/attack.py what these are: {sorted(new)}"
