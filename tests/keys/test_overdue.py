"""Keys that should be gone and are not: somebody is told, whoever it is that holds the end up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collector.rolling import DAY, Rolling, Shelf, Time, found
from tipline import clock, warning
from tipline.keys.expiry import Notice
from tipline.wire.shapes import Offer


class Teasing(Shelf):
    """A relay that lists an envelope which it never gives."""

    def list(self) -> Offer:
        return Offer({**super().list().envelopes, bytes(32): 1}, {})


def told(rolling: Rolling) -> list[Notice]:
    with rolling.office.engine.connect() as connection:
        found = warning.notices(rolling.office.holding.settings, connection, clock.today())
    return [notice for notice in found if "destroyed" in notice.title]


def live(rolling: Rolling, days: int) -> None:
    for _ in range(days):
        rolling.round()
        rolling.work()
        rolling.round()
        rolling.time.go(DAY)


@pytest.fixture
def lives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Rolling]]:
    """Begin an agency with a relay of some kind."""
    time, office = Time(monkeypatch), found(tmp_path / "data")
    yield lambda relay: Rolling(office, time, relay(office.made, time))
    office.engine.dispose()


def test_a_relay_that_lists_what_it_never_gives_is_seen(lives):
    """It can keep the keys from their end for as long as it likes, and not unnoticed."""
    rolling = lives(Teasing)
    live(rolling, 35)
    assert told(rolling) == []
    live(rolling, 1)
    (notice,) = told(rolling)
    assert rolling.office.made.epoch in rolling.living()
    assert "a collection" in notice.todo
    assert (notice.step, notice.is_loud) == (14, False)
    live(rolling, 14)
    assert told(rolling)[0].is_loud


def test_a_desk_that_is_away_is_named(lives):
    """To everybody, and not only on the page of the keys."""
    rolling = lives(Shelf)
    rolling.away = {"Jonas"}
    rolling.round()
    rolling.tip()
    live(rolling, 42)
    assert "Harbour: 1 arrival" in told(rolling)[0].todo
    rolling.away = set()
    live(rolling, 2)
    assert told(rolling) == []


def test_where_all_goes_well_nobody_is_told(lives):
    rolling = lives(Shelf)
    for _ in range(8):
        live(rolling, 7)
        assert told(rolling) == []
