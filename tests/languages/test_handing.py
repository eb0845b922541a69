"""One text for translators: by key that and nothing else, and nothing at all once it was taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select

from tests import agencies
from tests.cases import attack
from tests.conftest import PASSPHRASE, Agency
from tests.papers.test_report import write as write_report
from tipline import db, tables
from tipline.assessment import second
from tipline.audit import actions
from tipline.cases import audit, case, reply
from tipline.cases.work import Work
from tipline.closing import closing, final, shredding
from tipline.closing.disposition import Disposition
from tipline.closing.settings import Retention
from tipline.errors import AccessError, StateError
from tipline.keys.officer import CHEAPEST
from tipline.languages import handing
from tipline.papers import notes, paper, paper_box
from tipline.papers.paper_box import HANDOUT, TRANSLATION
from tipline.setup.plan import OfficerPlan, Plan

TEXT, MADE = "Se ven en el muelle siete.", "They meet at pier seven."
PEOPLE = (("Alice", "Triage"), ("Alan", "Triage"), ("Sami", "Interpreters"), ("Noor", "Other interpreters"))


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[Agency]:
    """Two desks of translators; a case with a file, a note, a report and a reply, and a second message."""
    officers = tuple(OfficerPlan(name, PASSPHRASE, (desk,)) for name, desk in PEOPLE)
    plan = Plan(
        tmp_path / "data", "Agency", officers, profile=CHEAPEST,
        translators=("Interpreters", "Other interpreters"),
    )  # fmt: skip
    own = Agency(agencies.create(plan), db.open_engine(tmp_path / "data" / "agency" / "console.db"))
    keys = own.tip(TEXT, lang="es", files=(own.file(b"picture"),))
    own.receive(own.seal(keys, "Mañana otra vez.", kind="follow-up", counter=1))
    alice = own.work("Alice")
    notes.note(alice, 1, "A note.", paper_box.new_id())
    write_report(alice, "A report.")
    reply.send(alice, 1, "An answer.")
    yield own
    own.engine.dispose()


def hand_out(agency: Agency, alice: Work, desk: str = "Interpreters") -> bytes:
    first, new = alice.known.items(1)[0], paper_box.new_id()
    assert handing.hand_out(alice, 1, first.envelope, agency.desk(desk), new)
    return new


def opens(agency: Agency, name: str) -> set[tuple[str, bytes]]:
    """Return all that somebody's keys open of the database, but their own desk's keys."""
    own = agency.work(name)
    found = attack.opens(agency.engine, own.member.suite, attack.private_keys(own))
    return {one for one in found if one[0] != "member_key"}


def handed(alice: Work) -> list[handing.Handed]:
    opened = case.open_(alice, 1)
    return handing.of_case(opened.papers, opened.audit, opened.desk.id)


def test_a_translator_s_keys_open_that_text_alone(agency: Agency):
    """And what was made of it: no envelope, file, reply, note or report. Once taken back, nothing."""
    alice, sami = agency.work("Alice"), agency.work("Sami")
    assert opens(agency, "Sami") == set()
    text = hand_out(agency, alice)
    of_text = {("paper", text), ("paper_key", text)}
    assert opens(agency, "Sami") == of_text
    assert opens(agency, "Noor") == set()
    made = paper_box.new_id()
    assert handing.translate(sami, text, MADE, made)
    assert opens(agency, "Sami") == of_text | {("paper", made), ("paper_key", made)}
    before = attack.private_keys(sami)
    handing.take_back(alice, 1, text)
    assert opens(agency, "Sami") == set()
    # A copy of the rows from before opens with no key that their desk has from then on.
    sami.refresh()
    assert {key.public for key in attack.private_keys(agency.work("Sami"))} != {key.public for key in before}
    with pytest.raises(AccessError):
        handing.open_(sami, text)
    with pytest.raises(AccessError):
        handing.translate(sami, text, MADE, paper_box.new_id())
    with pytest.raises(StateError):
        handing.take_back(alice, 1, text)
    (one,) = handed(alice)
    assert (one.text.text, [made.text for made in one.translations], one.is_out) == (TEXT, [MADE], False)


def test_it_is_read_and_written_back(agency: Agency):
    """Each step is in the audit, before the text is shown; the case itself is no translator's."""
    alice, sami = agency.work("Alice"), agency.work("Sami")
    text = hand_out(agency, alice)
    with agency.engine.connect() as connection:
        (task,) = handing.tasks(connection, sami)
    assert (task.paper, task.number, task.by, task.done) == (text, 1, "Alice", False)
    given, made = handing.open_(sami, text)
    assert (given.text, made) == (TEXT, [])
    new = paper_box.new_id()
    assert handing.translate(sami, text, "They meet.", new)
    assert not handing.translate(sami, text, "They meet.", new)
    assert handing.translate(sami, text, MADE, paper_box.new_id())
    (one,) = handed(alice)
    assert one.envelope == alice.known.items(1)[0].envelope
    assert [made.text for made in one.translations] == [MADE, "They meet."]
    with agency.engine.connect() as connection:
        desks = [agency.desk(), agency.desk("Interpreters")]
        entries = [entry.action for entry in audit.of_case(connection, desks, 1) if entry.holds]
        assert handing.tasks(connection, sami)[0].done
    assert entries.count(actions.TEXT_READ) == 1
    assert entries.count(actions.HANDED_OUT) == 1
    for act in (lambda: case.open_(sami, 1), lambda: notes.note(sami, 1, "x", paper_box.new_id())):
        with pytest.raises(AccessError):
            act()


def test_who_may_and_who_may_not(agency: Agency):
    """Triage gives, to translators alone; who was not asked cannot answer; who is off the case reads none."""
    alice, noor = agency.work("Alice"), agency.work("Noor")
    first = alice.known.items(1)[0].envelope
    with pytest.raises(AccessError):
        handing.hand_out(alice, 1, first, agency.desk(), paper_box.new_id())
    with pytest.raises(AccessError):
        handing.hand_out(alice, 1, bytes(32), agency.desk("Interpreters"), paper_box.new_id())
    text = hand_out(agency, alice)
    with pytest.raises(AccessError):
        handing.open_(noor, text)
    with pytest.raises(AccessError):
        handing.translate(noor, text, MADE, paper_box.new_id())
    # By the database: a translation signed by a desk that was not asked is shown to nobody.
    with db.writing(agency.engine) as connection:
        label = paper_box.Label(paper_box.new_id(), 1, TRANSLATION, about=text)
        reader = paper.reader(connection, noor.member, agency.desk())
        paper.write(
            connection, noor.member, paper.Draft(label, agency.desk("Other interpreters"), "x"), [reader]
        )
    assert handed(alice)[0].translations == ()
    sami = agency.work("Sami")
    with db.writing(agency.engine) as connection:
        row = {"case": 1, "officer": sami.member.id, "at": 1}
        connection.execute(insert(tables.recused).values(row))
        assert handing.tasks(connection, sami) == []
    with pytest.raises(AccessError):
        handing.open_(sami, text)


def test_a_text_that_no_officer_gave_is_translated_by_nobody(agency: Agency):
    """A row that somebody sealed to the translators without an officer's entry opens as nothing."""
    alice, sami = agency.work("Alice"), agency.work("Sami")
    text = hand_out(agency, alice)
    with agency.engine.begin() as connection:
        own = tables.audit
        rows = connection.execute(select(own).where(own.c.desk == agency.desk())).all()
        forged = next(row for row in rows if audit.parse(row.entry).object.get("kind") == HANDOUT)
        connection.execute(delete(own).where(own.c.desk == forged.desk, own.c.seq == forged.seq))
    assert handing.open_(sami, text)[0].text is None
    with pytest.raises(AccessError):
        handing.translate(sami, text, MADE, paper_box.new_id())


def test_translators_who_had_it_are_waited_for_when_it_is_shredded(agency: Agency):
    """A copy from then opens by their key of then, until their next officer has renewed that."""
    alice, alan = agency.work("Alice"), agency.work("Alan")
    handing.take_back(alice, 1, hand_out(agency, alice))
    case.open_(alice, 1)
    closing.close(alice, 1, Disposition("spam"))
    shredding.ask(alice, 1, "erasure", Retention())
    with agency.engine.connect() as connection:
        (seen,) = second.waiting(connection, agency.desk(), 1)
    shredding.confirm(alan, 1, seen.seq, Retention())
    (one,) = final.standing(alice)
    assert one.waits == ("Interpreters", "Triage")
