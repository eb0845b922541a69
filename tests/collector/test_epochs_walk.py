"""Whatever the clock, the relay and the officers do: nothing is destroyed too soon, and nothing is lost."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.collector.conftest import Office
from tests.collector.rolling import DAY, Rolling, Shelf, Time, found

HOUR = 3600
#: What can happen, and then a round of the collector is tried.
EVENT = st.one_of(
    st.tuples(st.just("pass"), st.integers(1, 10 * 24)),
    st.tuples(st.just("machine off"), st.integers(1, 30 * 24)),
    st.tuples(st.just("collector stopped"), st.integers(1, 30 * 24)),
    st.tuples(st.just("clock"), st.integers(-60, 60)),
    st.tuples(st.just("clock right"), st.just(0)),
    st.tuples(st.just("relay"), st.sampled_from(["up", "down", "deaf", "stingy"])),
    st.tuples(st.just("away"), st.sets(st.sampled_from(["Maria", "Jonas"]))),
    st.tuples(st.just("work"), st.just(0)),
    st.tuples(st.just("tip"), st.sampled_from(["Triage", "Harbour"])),
    st.tuples(st.just("weeks"), st.integers(1, 6)),
    st.tuples(st.just("other console"), st.integers(-3, 6)),
)


class Walk:
    """Lives through events, and looks after every round."""

    def __init__(self, office: Office, time: Time) -> None:
        self.time = time
        self.rolling = Rolling(office, time, Shelf(office.made, time))

    def live(self, what: str, how: Any) -> None:
        rolling, time = self.rolling, self.time
        happen = {
            "pass": lambda: time.go(how * HOUR),
            "collector stopped": lambda: time.go(how * HOUR),
            "machine off": lambda: time.go(how * HOUR, running=False),
            "clock": lambda: setattr(time, "off", time.off + how),
            "clock right": lambda: setattr(time, "off", 0),
            "relay": lambda: rolling.relay.turn(how),
            "away": lambda: setattr(rolling, "away", how),
            "work": rolling.work,
            "tip": lambda: rolling.tip(how),
            "weeks": lambda: self.weeks(how),
            "other console": lambda: self.other(how),
        }
        happen[what]()
        if what != "collector stopped":
            self.round()

    def other(self, ahead: int) -> None:
        """Another console has a section, of the week that it is or so many later: what envelopes bear."""
        relay = self.rolling.relay
        relay.other = max(relay.other, self.time.seconds // DAY // 7 + ahead)

    def weeks(self, count: int) -> None:
        """Ordinary weeks, in steps of two days."""
        for _ in range(count * 7 // 2):
            self.rolling.tip("Triage")
            self.rolling.work()
            self.round()
            self.time.go(2 * DAY)

    def round(self) -> None:
        before = self.rolling.living()
        self.rolling.round()
        for gone in before - self.rolling.living():
            self.check(gone)

    def check(self, gone: int) -> None:
        """An epoch's key was destroyed just now: not too soon, and nothing was left for it to open."""
        relay = self.rolling.relay
        assert self.time.seconds - relay.signed.get(gone, 0) >= 21 * DAY
        assert relay.section is None or relay.section.epoch != gone
        of_gone = {envelope for envelope, sealed_to in self.rolling.sent.items() if sealed_to == gone}
        assert not of_gone & relay.kept.keys()
        assert of_gone <= self.rolling.opened()

    def end(self) -> None:
        """All is well again, and everybody is there: not one tip that the relay took is lost."""
        self.time.off, self.rolling.away = 0, set()
        self.rolling.relay.turn("up")
        self.round()
        self.rolling.work()
        assert self.rolling.sent.keys() <= self.rolling.opened()


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An agency as it is on its first day, to be copied."""
    data = tmp_path_factory.mktemp("model") / "data"
    with pytest.MonkeyPatch.context() as patch:
        Time(patch)
        office = found(data)
        office.engine.dispose()
    return office


def walk(model: Office, events: list[tuple[str, object]]) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        time = Time(patch)
        office = copied(model, Path(folder))
        living = Walk(office, time)
        living.round()
        for what, how in events:
            living.live(what, how)
        living.end()
        office.engine.dispose()


def copied(model: Office, folder: Path) -> Office:
    shutil.copytree(model.made.data, folder / "data")
    return Office(replace(model.made, data=folder / "data"))


EVENTS = st.lists(EVENT, min_size=10, max_size=40)
#: A walk takes seconds, so it is shown as it was found, and not made shorter.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


@pytest.mark.timeout(600)
@settings(max_examples=3, deadline=None, phases=PHASES)
@given(events=EVENTS)
def test_no_walk_of_the_clock_destroys_too_soon_or_loses_a_tip(model: Office, events: list[tuple[str, Any]]):
    """Jumps, outages, restarts, a relay that lies about its answer, officers who are away: each delays."""
    walk(model, events)


@pytest.mark.assurance
@pytest.mark.timeout(3600)
@settings(max_examples=150, deadline=None, phases=PHASES)
@given(events=EVENTS)
def test_nor_does_any_of_many_walks(model: Office, events: list[tuple[str, Any]]):
    """The same, with numbers that leave less to chance."""
    walk(model, events)
