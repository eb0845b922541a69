"""Finding the cases of a lane: the same whichever way is taken, and by no way through all cases there are."""

from __future__ import annotations

import hashlib
import itertools
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, insert, select

from tests.conftest import Agency, small_agency
from tipline import clock, db, tables
from tipline.cases import disposition
from tipline.cases.index import Item
from tipline.cases.work import Work
from tipline.lanes import find
from tipline.lanes.find import Finder
from tipline.lanes.wanted import EVERYTHING, Wanted

COUNT = 400
OVER = {"closed", "shredded"}
#: Filters of every kind, and of several kinds at once.
WANTED = {
    "everything": EVERYTHING,
    "status": Wanted(status="back"),
    "closed": Wanted(status="closed"),
    "category": Wanted(category="drugs"),
    "rare": Wanted(lang="zu"),
    "files": Wanted(files="without", lang="uk"),
    "young": Wanted(age="7-days"),
    "old": Wanted(age="over-30-days", files="with"),
    "mine": Wanted(holder="me"),
    "nobody": Wanted(holder="nobody", category="drugs"),
    "unread": Wanted(unread=True),
    "graded": Wanted(grade="source-2", unread=True),
    "ungraded": Wanted(grade="none", status="read"),
}


class Facts:
    """What is true of the cases that were made, by number, to find them by looking at each."""

    def __init__(self, agency: Agency, own: Work) -> None:
        self.own, self.rows, dice, day = own, {}, random.Random(5), clock.day_number()
        self.items: dict[int, Item] = {}
        self.read, self.taken, self.graded = set(), set(), {}
        opened = []
        for number in range(1, COUNT + 1):
            status = dice.choice(disposition.STATUSES)
            # So few in the last lane that a walk through it finds them late.
            lane = dice.choices(range(5), [1, 5, 20, 60, 14])[0]
            self.rows[number] = (status, lane, day - (COUNT - number) // 4)
            envelope = hashlib.sha256(b"%d" % number).digest()
            lang, category = dice.choices(["en", "uk", "zu"], [60, 36, 4])[0], dice.choice(["drugs", "arms"])
            self.items[number] = Item(
                envelope=envelope, seq=number, day=number, case=number, desk=agency.desk(), whole=True,
                kind="tip", lang=lang, category=category, danger="no", thread=envelope[:16], counter=0,
                files=dice.choice([0, 0, 1]), words=3, digest=envelope, unverified=False, alarm=False,
            )  # fmt: skip
            own.known._desks[agency.desk()].facets.add(self.items[number])
            if dice.random() < 0.7:
                self.read.add(number)
                opened.append({"envelope": envelope, "officer": own.member.id, "at": number})
            if dice.random() < 0.1:
                self.taken.add(number)
            if dice.random() < 0.2:
                self.graded[number] = dice.choice("12")
        self._write(agency, opened)

    def _write(self, agency: Agency, opened: list[dict[str, object]]) -> None:
        me, desk = self.own.member.id, agency.desk()
        cases = [
            {"id": one, "desk": desk, "status": status, "priority": lane, "day": day, "next_slot": 0}
            for one, (status, lane, day) in self.rows.items()
        ]
        envelopes = [
            {"seq": one, "id": item.envelope, "day": item.day, "case": one, "bytes": b""}
            for one, item in self.items.items()
        ]
        taken = [{"case": one, "desk": desk, "officer": me, "at": 1} for one in self.taken]
        code = {"scheme": "3x5x2", "information": "A", "handling": "P", "tlp": "AMBER"}
        code |= {"officer": me, "at": 1}
        graded = [
            {"case": one, "source": source, "officer": me, "at": 1} | code
            for one, source in self.graded.items()
        ]
        routes = [
            {"case": one, "unit": agency.desk("Narcotics"), "part": "information", "gives": "raw",
             "state": "sent", "officer": me, "at": 1} for one in range(1, COUNT, 9)
        ]  # fmt: skip
        with db.writing(agency.engine) as connection:
            for table, rows in (
                (tables.case, cases), (tables.envelope, envelopes), (tables.opened, opened),
                (tables.taken, taken), (tables.grading, graded), (tables.route, routes),
            ):  # fmt: skip
                connection.execute(insert(table), rows)

    def lane(self, wanted: Wanted, lane: int) -> list[int]:
        """Return what a filter lets through of a lane, by looking at every case."""
        return [one for one in range(COUNT, 0, -1) if self.rows[one][1] == lane and self._fits(one, wanted)]

    def _is_graded(self, one: int, grade: str | None) -> bool:
        return {"none": one not in self.graded, "source-2": self.graded.get(one) == "2"}.get(grade, True)

    def _fits(self, one: int, wanted: Wanted) -> bool:
        (status, _, day), item = self.rows[one], self.items[one]
        ago = clock.day_number() - day
        return all((
            status == wanted.status if wanted.status else status not in OVER,
            wanted.category in {None, item.category},
            wanted.lang in {None, item.lang},
            wanted.files in {None, "with" if item.files else "without"},
            {None: True, "7-days": ago <= 7, "over-30-days": ago > 30}[wanted.age],
            {None: True, "me": one in self.taken, "nobody": one not in self.taken}[wanted.holder],
            self._is_graded(one, wanted.grade),
            not wanted.unread or one not in self.read,
        ))  # fmt: skip


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Facts]:
    with small_agency(Path(tmp_path_factory.mktemp("lanes"))) as agency:
        yield Facts(agency, agency.work("Alice"))


@pytest.mark.parametrize("way", [(2000, 2000, 250), (0, 10**9, 7), (0, 20, 7)], ids=["few", "walk", "both"])
@pytest.mark.parametrize("name", WANTED)
def test_every_way_finds_the_same(
    facts: Facts, monkeypatch: pytest.MonkeyPatch, name: str, way: tuple[int, int, int]
):
    """A small set that goes to the rows, rows that are looked through, and the one after the other."""
    for constant, value in zip(("FEW", "WALK", "_BATCH"), way, strict=True):
        monkeypatch.setattr(find, constant, value)
    with facts.own.engine.connect() as connection:
        finder = Finder(connection, facts.own, WANTED[name])
        for lane in disposition.PRIORITIES:
            whole = facts.lane(WANTED[name], lane)
            assert finder.lane(lane, None, COUNT) == whole
            assert finder.lane(lane, None, 3) == whole[:3]
            if whole:
                before = whole[len(whole) // 2]
                assert finder.lane(lane, before, COUNT) == [one for one in whole if one < before]
        everywhere = {one for lane in disposition.PRIORITIES for one in facts.lane(WANTED[name], lane)}
        assert finder.among(range(1, COUNT, 2)) == {one for one in everywhere if one % 2}


def test_where_a_case_went_is_for_its_triage_to_ask(facts: Facts):
    """It finds the cases that a unit was given."""
    own = tables.desk.c
    with facts.own.engine.connect() as connection:
        narcotics = connection.scalar(select(own.id).where(own.name == "Narcotics"))
    given = [one for one in range(1, COUNT, 9) if facts.rows[one][0] not in OVER]
    with facts.own.engine.connect() as connection:
        finder = Finder(connection, facts.own, Wanted(desk=narcotics))
        found = [one for lane in disposition.PRIORITIES for one in finder.lane(lane, None, COUNT)]
    assert sorted(found) == given


def plans(connection: Connection, own: Work, wanted: Wanted) -> list[str]:
    """Return how the database goes about the lanes of a filter."""
    asked: list[tuple[str, object]] = []

    def note(*what: object) -> None:
        asked.append((str(what[2]), what[3]))

    event.listen(connection.engine, "before_cursor_execute", note)
    finder = Finder(connection, own, wanted)
    for lane in disposition.PRIORITIES:
        finder.lane(lane, None, 100)
    event.remove(connection.engine, "before_cursor_execute", note)
    explain = (connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given).all() for sql, given in asked)
    return [row.detail for row in itertools.chain(*explain)]


@pytest.mark.parametrize("few", [0, 2000])
@pytest.mark.parametrize("name", WANTED)
def test_no_lane_is_found_by_looking_at_all_cases(
    facts: Facts, monkeypatch: pytest.MonkeyPatch, name: str, few: int
):
    """By an index in the order of the lane, by number, or by the days that are asked for."""
    monkeypatch.setattr(find, "FEW", few)
    with facts.own.engine.connect() as connection:
        steps = plans(connection, facts.own, WANTED[name])
    assert not [step for step in steps if step.startswith("SCAN case")]
    ways = (
        "ix_case_open (desk=? AND priority=?",
        "ix_case_status (desk=? AND status=? AND priority=?",
        "INTEGER PRIMARY KEY (rowid=?",
        "ix_case_day (day>?",
        "ix_case_into (into",
    )
    searches = [step for step in steps if step.startswith("SEARCH case")]
    assert searches
    assert not [step for step in searches if not any(way in step for way in ways)]
