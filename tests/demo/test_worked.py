"""What the demo's officers have done before anybody looks."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from tipline import db, tables
from tipline.cases import disposition
from tipline.demo import agency, invented, many, worked
from tipline.keys.officer import CHEAPEST
from tipline.settings import ConsoleSettings, load

CASES = 44


def test_a_desk_that_has_worked(tmp_path, monkeypatch):
    """The newest wait unread; of the others some are answered, routed, closed, merged, linked, translated."""
    monkeypatch.setattr(agency, "DEMO", CHEAPEST)
    monkeypatch.setattr(
        many, "ProcessPoolExecutor", lambda _, __, begin, given: ThreadPoolExecutor(1, "", begin, given)
    )
    demo, said = agency.prepare(tmp_path / "demo", 0, 0), []
    settings = load(ConsoleSettings, demo.console_settings)
    many.fill_new(settings, agency.OFFICERS[0], CASES, said.append, worked.by_all(settings, said.append))
    engine = db.open_engine(settings.folder / "console.db")
    own = tables.case.c
    with engine.connect() as connection:
        cases = connection.execute(select(own.id, own.status, own.into).order_by(own.id.desc())).all()
        papers = Counter(connection.scalars(select(tables.paper.c.kind)))
        links = connection.execute(select(tables.link)).all()
        read = set(connection.scalars(select(tables.reads.c.code)))
        shifts = connection.execute(select(tables.shift)).all()
    engine.dispose()
    assert [case.status for case in cases if not invented.tip(CASES - case.id).acts][:8] == ["new"] * 8
    statuses = Counter(case.status for case in cases)
    assert {disposition.READ, disposition.ANSWERED, disposition.ROUTED} <= statuses.keys()
    assert len([case for case in cases if case.into is not None]) == 2
    assert papers["report"] >= 3
    assert papers["translation"] == 1
    assert len(links) >= 1
    assert {"vi", "ar", "zh"} <= read
    assert "ka" not in read
    assert len(shifts) == 4 * 7
