"""Many invented cases: as good as any that came over the relay."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from tests.conftest import PASSPHRASE
from tipline import tables
from tipline.cases import case, index
from tipline.demo import invented, many
from tipline.settings import ConsoleSettings, load
from tipline.setup.plan import OfficerPlan


def test_they_are_filed_indexed_and_open(agency_, monkeypatch):
    """Nothing is left to be tried or opened for the index, and each opens and is proven."""
    settings, said = load(ConsoleSettings, agency_.made.console), []
    alice = OfficerPlan("Alice", PASSPHRASE, ("Triage",))
    # Threads do the same as processes, and start sooner.
    monkeypatch.setattr(
        many, "ProcessPoolExecutor", lambda _, __, begin, given: ThreadPoolExecutor(1, "", begin, given)
    )
    many.fill_new(settings, alice, 6, said.append)
    many.fill_new(settings, alice, 6, said.append)
    assert said == ["6 of 6 cases"]
    with monkeypatch.context() as patched:
        patched.setattr(index, "read", None)
        own = agency_.work("Alan")
    assert own.known.search("the") == own.known.search("THE")
    with agency_.engine.connect() as connection:
        tried, newest = connection.execute(
            select(tables.tried.c.seq, select(func.max(tables.envelope.c.seq)).scalar_subquery())
        ).one()
    assert tried == newest == 6
    for number in range(1, 7):
        (said_,) = case.open_(own, number).said
        assert said_.verified
        assert said_.message.text == invented.tip(6 - number).text
        assert own.known.facts(number).category == said_.message.category
    assert agency_.count("reply") == 1


def test_an_invented_tip_is_the_same_for_the_same_place():
    """In ten languages and one that nobody reads, one tip of an event sent twice, nothing left to fill in."""
    tips = [invented.tip(place) for place in range(300)]
    assert tips == [invented.tip(place) for place in range(300)]
    assert len({tip.lang for tip in tips}) == 11
    assert len({tip.text for tip in tips}) > 290
    assert not [tip for tip in tips if "{" in tip.text + tip.report]


def test_earlier_cases_came_earlier():
    """The newest today; some hundred within a season."""
    ago = [many._ago(place, 300) for place in range(300)]
    assert ago == sorted(ago)
    assert (ago[0], ago[-1]) == (0, 91)
