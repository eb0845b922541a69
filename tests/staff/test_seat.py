"""Arrivals at seats: each keeps its share under its own key, and nobody knows what is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from tests import quorum
from tests.quorum import Oversight
from tipline import clock, tables
from tipline.cases import arrival, filing
from tipline.keys import epoch_rows
from tipline.keys.epoch import Epoch
from tipline.seal import rewrap, stanza
from tipline.seal.suite import HYBRID


@pytest.fixture
def oversight(tmp_path: Path) -> Oversight:
    return quorum.make(tmp_path / "data")


def cases(oversight: Oversight) -> list[tuple[int, bytes, int]]:
    own = tables.case.c
    with oversight.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(own.id, own.desk, own.priority))]


def test_a_case_is_filed_once_by_its_docket_alone(oversight: Oversight):
    """Number, desk, day and danger; whichever overseers come first, and none of them can read it."""
    oversight.tip("They took the money from the safe.", danger="yes")
    oversight.tip("Second")
    for name in ("Ben", "Ada", "Ben", "Cem"):
        work = oversight.work(name)
        assert work.known.items(1) == []
    assert sorted(cases(oversight)) == [(1, oversight.desk(), 0), (2, oversight.desk(), 3)]


def test_each_seat_keeps_its_share_under_its_own_key(oversight: Oversight):
    """The epoch's keys can be destroyed; what is kept is a share, for this seat alone."""
    oversight.tip()
    works = {name: oversight.work(name) for name in ("Ada", "Ben", "Cem")}
    at = tables.stanza.c
    with oversight.engine.connect() as connection:
        rows = connection.execute(select(at.envelope, at.desk, at.sealed)).all()
    assert {row.desk for row in rows} == set(oversight.seats)
    shares = []
    for work, seat in zip(works.values(), oversight.seats, strict=True):
        own = work.member.desks[seat].at_rest
        opened = [rewrap.unwrap(own, row.envelope, row.desk, row.sealed) for row in rows]
        (share,) = [one for one in opened if one is not None]
        assert (share.kind, share.k, share.n) == (stanza.SHARE, 2, 3)
        shares.append(share)
    assert len({share.x for share in shares}) == len({share.key for share in shares}) == 3


def test_a_seat_that_was_given_no_share_is_an_alarm(oversight: Oversight):
    """The docket names the desk, and a seat's key opens nothing: page or relay did not play by the rules."""
    oversight.others = [HYBRID.generate().public for _ in range(3)]
    oversight.tip()
    oversight.work("Ben")
    with oversight.engine.connect() as connection:
        (trouble,) = arrival.troubles(connection)
    assert trouble.broken == filing.NO_KEY


def test_a_whole_key_for_a_seat_is_refused(oversight: Oversight):
    """What one overseer could open alone is not taken: it would be read without the others."""
    keys = oversight.receipt()
    oversight.k = 1
    oversight.receive(oversight.seal(keys))
    assert oversight.work("Ada").known.items(1) == []
    assert cases(oversight) == []
    with oversight.engine.connect() as connection:
        assert [row.broken for row in arrival.troubles(connection)] == ["stanza"]


def test_an_epoch_waits_for_every_seat(oversight: Oversight):
    """A seat whose overseer was not there would lose its share with the epoch's key."""
    oversight.tip()
    for name in ("Ada", "Cem"):
        oversight.work(name)
    what = Epoch(oversight.made.epoch, clock.day_number())
    with oversight.engine.connect() as connection:
        waiting = {desk.name: (desk.untried, desk.own) for desk in epoch_rows.desks_of(connection, what)}
    assert waiting == {"Overseers, seat 1": (0, 0), "Overseers, seat 2": (1, 1), "Overseers, seat 3": (0, 0)}
