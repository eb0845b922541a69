"""The small agency with a board: Rosa and Idris grant rewards, and open nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import agencies
from tests.conftest import PASSPHRASE, Agency
from tipline import db
from tipline.keys.officer import CHEAPEST
from tipline.setup.plan import OfficerPlan, Plan

OFFICERS = {"Alice": "Triage", "Alan": "Triage", "Bob": "Narcotics", "Rosa": "Board", "Idris": "Board"}


@pytest.fixture
def granting(tmp_path: Path) -> Iterator[Agency]:
    """One tip has arrived, and is case 1."""
    officers = tuple(OfficerPlan(name, PASSPHRASE, (desk,)) for name, desk in OFFICERS.items())
    plan = Plan(tmp_path / "data", "Test Agency", officers, ("Narcotics",), rewards="Board", profile=CHEAPEST)
    made = agencies.create(plan)
    agency = Agency(made, db.open_engine(plan.data / "agency" / "console.db"))
    yield agency
    agency.engine.dispose()
