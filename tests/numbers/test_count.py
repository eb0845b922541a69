from __future__ import annotations

import secrets

from sqlalchemy import insert

from tests.conftest import Agency
from tipline import clock, db, tables
from tipline.cases import case, reply
from tipline.numbers import count, month
from tipline.numbers.count import NOT_YET

THIS = month.of_today()


def add(agency: Agency, table: str, **row: object) -> None:
    with db.writing(agency.engine) as connection:
        connection.execute(insert(tables.metadata.tables[table]).values(row))


def closed(agency: Agency, number: int, code: str) -> None:
    alice = agency.work("Alice").member.id
    add(agency, "closing", case=number, desk=agency.desk(), code=code, officer=alice, at=clock.seconds())


def reported(agency: Agency, number: int, **what: object) -> bytes:
    row = {"id": secrets.token_bytes(16), "unit": agency.desk("Narcotics"), "at": clock.seconds(), **what}
    add(agency, "outcome", case=number, officer=agency.work("Bob").member.id, **row)
    return row["id"]


def test_a_month_is_counted_by_what_came_and_what_became_of_it(agency_: Agency):
    """A correction counts instead of what it corrects; a case that was opened again is not closed."""
    agency_.tip(category="drugs", lang="es", danger="yes")
    agency_.tip(category="fraud")
    agency_.tip(category="drugs")
    alice = agency_.work("Alice")
    case.open_(alice, 1)
    reply.send(alice, 1, "Thank you.", reply.new_id())
    closed(agency_, 1, "actioned")
    closed(agency_, 2, "spam")
    closed(agency_, 2, "")
    wrong = reported(agency_, 1, kind="arrests", count=9)
    reported(agency_, 1, kind="arrests", count=2, corrects=wrong)
    reported(agency_, 1, kind="cash", value=500, currency="EUR")
    reported(agency_, 3, kind="arrests", count=1)
    found = count.month(alice, THIS)
    assert found.received == 3
    assert (found.category, found.language) == ({"drugs": 2, "fraud": 1}, {"es": 1, "en": 2})
    assert found.priority == {0: 1, 3: 2}
    assert (found.read, found.answered) == ({0: 1, NOT_YET: 2}, {0: 1, NOT_YET: 2})
    assert found.dispositions == {"actioned": 1}
    assert found.outcomes == {("arrests", "", ""): (3, 0, 0), ("cash", "", "EUR"): (0, 0, 500)}
    assert count.month(alice, THIS.before).received == 0


def test_only_the_desks_that_one_triages_for_are_counted(agency_: Agency):
    agency_.tip()
    assert count.month(agency_.work("Bob"), THIS).received == 0
    assert count.standing(agency_.work("Bob")).statuses == {}


def test_what_is_open_is_counted_by_status_and_age(agency_: Agency):
    agency_.tip()
    agency_.tip()
    alice = agency_.work("Alice")
    with db.writing(agency_.engine) as connection:
        old = tables.case.update().where(tables.case.c.id == 2)
        connection.execute(old.values(day=clock.day_number() - 40))
    case.open_(alice, 1)
    now = count.standing(alice)
    assert now.statuses == {"read": 1, "new": 1}
    assert now.ages == {0: 1, 5: 1}
    assert now.oldest == {"read": 0, "new": 40}
