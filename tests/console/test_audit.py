"""Who sees what of the audit, and that a signature that does not hold is shown loudly."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from tests.console.conftest import Desk
from tipline import clock, db, tables
from tipline.audit import heads
from tipline.cases import chains


@pytest.fixture
def opened(desk: Desk) -> Desk:
    """A tip that Alice answered and Alan opened."""
    desk.agency.tip()
    alice = desk.browser("Alice")
    alice.get("/case/1")
    alice.post("/case/1/reply", text="Thank you.", act="send")
    desk.browser("Alan").get("/case/1?why=none")
    return desk


def entries(desk: Desk, number: int | None = None):
    own = tables.audit.c
    with desk.agency.engine.connect() as connection:
        query = select(tables.audit).where(own.case == number) if number else select(tables.audit)
        return connection.execute(query.order_by(own.desk, own.seq)).all()


def publish(desk: Desk) -> None:
    with db.writing(desk.agency.engine) as connection:
        heads.for_board(connection, "agency", 1, clock.today())


def test_a_lead_reads_all_of_the_desk_s_chain(opened: Desk):
    """Every entry, its end, and whether what was published is still there."""
    publish(opened)
    page = opened.browser("Alice").get(f"/audit/{opened.agency.desk().hex()}")
    assert page.status_code == 200
    assert "answered the tipster" in page.text
    assert "These entries are still as they were then" in page.text
    assert "does not hold" not in page.text


def test_who_leads_no_desk_reads_no_chain(opened: Desk):
    """Neither one of the desk's officers who is no lead of it, nor a lead of another desk."""
    for name in ("Alan", "Bob"):
        answer = opened.browser(name).get(f"/audit/{opened.agency.desk().hex()}")
        assert answer.status_code in {403, 404}
        assert "answered the tipster" not in answer.text


def test_it_goes_on_page_by_page(opened: Desk, monkeypatch: pytest.MonkeyPatch):
    """Every entry is on one page, whatever was added in between."""
    monkeypatch.setattr(chains, "PAGE", 2)
    alice, path = opened.browser("Alice"), f"/audit/{opened.agency.desk().hex()}"
    seen, where = "", path
    for _ in range(10):
        page = alice.get(where).text
        seen += page
        if "?before=" not in page:
            break
        where = f"{path}?before=" + page.partition("?before=")[2].partition('"')[0]
    count = len([row for row in entries(opened) if row.desk == opened.agency.desk()])
    assert count > 4
    assert [f"Triage</bdi> {seq}</span>" in seen for seq in range(1, count + 1)] == [True] * count
    assert alice.get(f"{path}?before=x").status_code == 404
    assert alice.get("/audit/xyz").status_code == 404


@pytest.mark.parametrize("part", ["entry", "signature"])
def test_a_changed_entry_is_shown_loudly(opened: Desk, part: str):
    """On the desk's page and on the case's, which opens by itself then."""
    row = entries(opened, 1)[0]
    data = getattr(row, part)
    own = tables.audit.c
    with db.writing(opened.agency.engine) as connection:
        this = update(tables.audit).where(own.desk == row.desk, own.seq == row.seq)
        connection.execute(this.values({part: data[:-2] + bytes([data[-2] ^ 1]) + data[-1:]}))
    alice = opened.browser("Alice")
    assert "This entry does not hold" in alice.get(f"/audit/{row.desk.hex()}").text
    page = alice.get("/case/1").text
    assert "1 entry about this case does not hold" in page
    assert "<details open>" in page


def test_officers_see_who_opened_their_cases(opened: Desk):
    """Alice wrote in it, and Alan opened it; who wrote in none sees nothing; nobody sees their own."""
    page = opened.browser("Alice").get("/audit").text
    assert "<bdi>Alan</bdi> opened the case" in page
    assert "<bdi>Alice</bdi> opened" not in page
    assert "Nobody else has opened" in opened.browser("Carol").get("/audit").text


def test_openings_go_on_page_by_page(opened: Desk, monkeypatch: pytest.MonkeyPatch):
    """By a key that later openings do not move."""
    monkeypatch.setattr(chains, "PAGE", 2)
    alan = opened.browser("Alan")
    for _ in range(4):
        alan.get("/case/1")
    own = opened.agency.work("Alice")
    first = chains.openings(own)
    second = chains.openings(own, first.after)
    third = chains.openings(own, second.after)
    seqs = [one.seq for page in (first, second, third) for one in page.entries]
    assert seqs == sorted(seqs, reverse=True)
    assert len(set(seqs)) == 5
    assert third.after is None


def test_every_page_warns_when_what_was_published_is_gone(opened: Desk):
    """Cheaply, by the ends of the last day heads."""
    alice = opened.browser("Alice")
    publish(opened)
    assert "Entries of the audit are gone" not in alice.get("/").text
    last = max(row.seq for row in entries(opened) if row.desk == opened.agency.desk())
    own = tables.audit.c
    with db.writing(opened.agency.engine) as connection:
        gone = tables.audit.delete().where(own.desk == opened.agency.desk(), own.seq >= last - 1)
        connection.execute(gone)
    assert "Entries of the audit are gone" in alice.get("/").text
    assert "are not here any more" in alice.get(f"/audit/{opened.agency.desk().hex()}").text


def test_indexing_is_not_opening(desk: Desk):
    """A session files and indexes a hundred tips: no entry, no opened row, no unread mark changes."""
    for _ in range(100):
        desk.agency.tip()
    alice = desk.browser("Alice")
    page = alice.get("/").text
    assert page.count('class="dot">unread') == 50
    assert [row.case for row in entries(desk)] == [None]
    assert desk.agency.count("opened") == 0
    assert desk.browser("Alan").get("/").text.count('class="dot">unread') == 50
    alice.get("/case/1")
    assert [row.case for row in entries(desk) if row.case] == [1]
    assert desk.agency.count("opened") == 1
