"""The report: versions by triage, approved by a second officer, in the audit and nowhere else."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from tests.conftest import Agency
from tests.papers.test_paper import papers
from tipline import db, tables
from tipline.cases import audit
from tipline.cases.work import Work
from tipline.errors import AccessError
from tipline.papers import paper, paper_box, report
from tipline.papers.paper import Draft
from tipline.papers.paper_box import Label


def write(own: Work, text: str = "the report", after: int = 0) -> bytes:
    """Write a version of the report on case 1; return its id."""
    paper_id = paper_box.new_id()
    assert report.write(own, 1, text, paper_id, after)
    return paper_id


def versions(own: Work) -> list[report.Version]:
    with own.engine.connect() as connection:
        return report.versions(connection, own.member, 1)


def for_units(own: Work, approval: bool = True) -> str | None:
    with own.engine.connect() as connection:
        found = report.for_units(connection, own.member, 1, approval)
    return found and found.text


def hash_of(own: Work, paper_id: bytes) -> bytes:
    return next(one.paper.hash for one in versions(own) if one.paper.label.id == paper_id)


def test_a_version_is_approved_by_a_second_officer(agency_: Agency):
    """Units get the newest approved version; a later one waits for an approval of its own."""
    agency_.tip()
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    first = write(alice)
    assert for_units(alice) is None
    assert for_units(alice, approval=False) == "the report"
    report.approve(alan, 1, first, hash_of(alan, first))
    assert for_units(alice) == "the report"
    write(alan, "second", after=1)
    assert for_units(alice) == "the report"
    assert for_units(alice, approval=False) == "second"
    assert [(one.paper.label.version, bool(one.approval)) for one in versions(alice)] == [
        (2, False),
        (1, True),
    ]
    with agency_.engine.connect() as connection:
        audit.verify(connection, agency_.desk())


def test_nobody_approves_what_they_wrote(agency_: Agency):
    """Refused; and an entry of the author's own is no approval, should it be there."""
    agency_.tip()
    alice = agency_.work("Alice")
    first = write(alice)
    with pytest.raises(AccessError, match="who wrote"):
        report.approve(alice, 1, first, hash_of(alice, first))
    with db.writing(agency_.engine) as connection:
        (one,) = report.versions(connection, alice.member, 1)
        report._enter(connection, alice.member, alice.access(1), audit.APPROVED, one.paper)
    assert for_units(alice) is None


def test_an_officer_of_another_desk_approves_and_writes_nothing(agency_: Agency):
    """A unit's officer who can write to the database signs into the chain of triage: it does not hold."""
    agency_.tip()
    alice, bob = agency_.work("Alice"), agency_.work("Bob")
    write(alice)
    forged = Draft(Label(paper_box.new_id(), 1, paper.REPORT, 2), agency_.desk(), "Arrest the mayor.")
    with db.writing(agency_.engine) as connection:
        (one,) = report.versions(connection, alice.member, 1)
        report._enter(connection, bob.member, alice.access(1), audit.APPROVED, one.paper)
        to = paper.reader(connection, bob.member, agency_.desk())
        paper.write(connection, bob.member, forged, [to])
    assert [(one.paper.text, one.approval) for one in versions(alice)] == [(None, None), ("the report", None)]
    assert for_units(alice) is None
    assert for_units(alice, approval=False) == "the report"


def test_it_approves_what_was_seen(agency_: Agency):
    """Not what was put in its place meanwhile."""
    agency_.tip()
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    first = write(alice)
    with pytest.raises(AccessError, match="as it was shown"):
        report.approve(alan, 1, first, bytes(32))
    assert for_units(alice) is None


def test_an_approval_is_taken_back(agency_: Agency):
    """And can be given again; each act is an entry."""
    agency_.tip()
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    first = write(alice)
    report.approve(alan, 1, first, hash_of(alan, first))
    report.take_back(alice, 1, first)
    assert for_units(alice) is None
    report.approve(alan, 1, first, hash_of(alan, first))
    assert for_units(alice) == "the report"


def test_no_row_makes_a_version_approved(agency_: Agency):
    """Another version's approval is none, as it is or rewritten for this one; nor is a version renamed."""
    agency_.tip()
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    first = write(alice)
    report.approve(alan, 1, first, hash_of(alan, first))
    second = write(alice, "names the tipster", after=1)
    with db.writing(agency_.engine) as connection:
        row = connection.execute(select(tables.audit).where(tables.audit.c.seq == 2)).one()
        entry = json.loads(row.entry)
        assert entry["action"] == audit.APPROVED
        entry["object"] |= {"paper": second.hex(), "version": 2}
        entry["detail"]["hash"] = hash_of(alice, second).hex()
        for seq, forged in ((90, json.dumps(entry).encode()), (91, row.entry)):
            connection.execute(insert(tables.audit).values({**row._mapping, "seq": seq, "entry": forged}))
        connection.execute(update(tables.paper).where(tables.paper.c.version == 1).values(version=9))
    assert [bool(one.approval) for one in versions(alice)] == [False, False]
    assert for_units(alice) is None


def test_two_who_write_at_once_do_not_overwrite_each_other(agency_: Agency):
    """The second is told; the same form sent twice is one version."""
    agency_.tip()
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    first = write(alice)
    assert not report.write(alice, 1, "the report", first, 0)
    with pytest.raises(AccessError, match="meanwhile"):
        report.write(alan, 1, "another", paper_box.new_id(), 0)
    assert [one.paper.text for one in versions(alan)] == ["the report"]


def test_a_report_is_for_triage_alone_until_it_is_given(agency_: Agency):
    """A unit neither writes nor approves, and sees no version by itself."""
    agency_.tip()
    alice, bob = agency_.work("Alice"), agency_.work("Bob")
    first = write(alice)
    assert papers(bob) == []
    for act in (
        lambda: report.write(bob, 1, "mine", paper_box.new_id(), 1),
        lambda: report.approve(bob, 1, first, bytes(32)),
        lambda: report.take_back(bob, 1, first),
    ):
        with pytest.raises(AccessError):
            act()


def test_a_damaged_report_is_not_given(agency_: Agency):
    """Changed bytes are not what was approved."""
    agency_.tip()
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    first = write(alice)
    report.approve(alan, 1, first, hash_of(alan, first))
    with db.writing(agency_.engine) as connection:
        connection.execute(update(tables.paper).values(sealed=bytes(1100)))
    assert for_units(alice) is None
    assert [one.text for one in papers(alice)] == [None]
    assert paper.REPORT == "report"


def test_a_report_survives_being_killed(agency_: Agency):
    """Between any two steps of writing or approving: it is done or it is not, and can be done again."""
    agency_.tip()
    alice, alan = agency_.work("Alice"), agency_.work("Alan")
    first, second = write(alice), paper_box.new_id()
    seen = hash_of(alan, first)
    for step in ("_give", "append", "appended"):
        killed_in(agency_, alice, step, lambda own: report.write(own, 1, "second", second, 1))
    for step in ("append", "appended"):
        killed_in(agency_, alan, step, lambda own: report.approve(own, 1, first, seen))
    assert [(one.paper.text, one.approval) for one in versions(alice)] == [("the report", None)]
    report.approve(alan, 1, first, seen)
    assert report.write(alice, 1, "second", second, 1)
    assert for_units(alice) == "the report"
    with agency_.engine.connect() as connection:
        audit.verify(connection, agency_.desk())


def killed_in(agency: Agency, own: Work, step: str, act: Callable[[Work], object]) -> None:
    """Do *act* in a process of its own that is killed where *step* is reached; fails when it is not."""
    child = os.fork()
    if child == 0:
        try:
            kill, append = partial(os.kill, os.getpid(), signal.SIGKILL), audit.append
            if step == "_give":
                paper._give = lambda *_: kill()
            else:
                audit.append = lambda *what: (step == "appended" and append(*what), kill())
            act(Work(db.open_engine(Path(agency.engine.url.database)), own.member, own.known))
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
