"""What a ceremony makes, without paper: the numbers, the suite, and whose word it goes on from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tipline import clock
from tipline.ceremony import ceremony, shares
from tipline.ceremony.request import Request, RequestedDesk
from tipline.errors import SettingsError
from tipline.keys import files, recovery
from tipline.keys.officer import CHEAPEST
from tipline.keys.signing import SigningKey
from tipline.seal.suite import APPROVED, HYBRID, SUITES
from tipline.setup import agency, asking
from tipline.setup.plan import OfficerPlan, Plan

OFFICERS = (OfficerPlan("Maria", "maria maria maria", ("Triage", "Narcotics")),)
TRIAGE = RequestedDesk(bytes(16), "Triage", receives=True)
ASKED = Request("Harbour", "agency", HYBRID.code, SigningKey.generate().public, (TRIAGE,))


@pytest.mark.parametrize("suite", SUITES.values(), ids=lambda suite: suite.name)
def test_every_split_key_comes_back_as_the_published_one(suite):
    """Root and recovery key, of the suite that the request names."""
    held = ceremony.hold(replace(ASKED, suite=suite.code), clock.today(), (2, 3))
    of_root, of_desk = held.split
    assert SigningKey(shares.combine(of_root.shares[1:])).public == held.root.public
    keys = recovery.verified(held.root.public, held.grant.recovery)
    assert suite.private(shares.combine(of_desk.shares[:2])).public == keys.of(bytes(16)).public
    assert (keys.suite, keys.k, keys.n, len(of_desk.shares)) == (suite.code, 2, 3, 3)


@pytest.mark.parametrize("numbers", [(1, 5), (6, 5), (3, 17), (0, 0), (-1, 5), (2, 1)])
def test_it_refuses_numbers_that_cannot_be(numbers: tuple[int, int]):
    """One share alone would be the key, and the shares' format ends at sixteen."""
    with pytest.raises(SettingsError, match="at least 2 shares"):
        ceremony.hold(ASKED, clock.today(), numbers)


def test_a_later_ceremony_keeps_suite_and_numbers(tmp_path: Path):
    """An agency has one suite, for what it asks for later too; further keys are split as the first ones."""
    plan = Plan(tmp_path / "data", "X", OFFICERS, ("Narcotics",), profile=CHEAPEST, suite=APPROVED)
    made = agency.create(plan)
    asked = asking.request_of(made.data / "agency")
    root = SigningKey(files.read(made.root_key, files.ROOT))
    keys = recovery.installed(made.data / "agency")
    again = ceremony.hold(asked, clock.today(), old_root=root, renew=["Triage"])
    assert asked.suite == keys.suite == APPROVED.code
    assert {len(key.public) for key in keys.desks} == {APPROVED.public_size}
    assert len(again.split[0].public) == APPROVED.public_size
    with pytest.raises(SettingsError, match="suite"):
        ceremony.hold(replace(asked, suite=HYBRID.code), clock.today(), old_root=root)
    with pytest.raises(SettingsError, match="3 of 5"):
        ceremony.hold(asked, clock.today(), (2, 3), old_root=root)
