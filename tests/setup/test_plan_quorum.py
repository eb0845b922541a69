"""A plan of a desk that opens only together: how many of how many, and a seat for each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.quorum import DESK, OVERSEERS
from tipline.demo import oversight
from tipline.errors import SettingsError
from tipline.setup.plan import OfficerPlan, Plan, check


def plan_of(k: int, n: int, folder: Path = Path("nowhere")) -> Plan:
    names = [*OVERSEERS, "Fay"][:n]
    people = tuple(OfficerPlan(name, "correct horse battery", (DESK,)) for name in names)
    return Plan(folder, "Oversight", people, triage=DESK, console="oversight", quorum=k)


def test_each_overseer_has_a_seat_that_is_not_called_by_their_name():
    """They may leave, and the seat stays."""
    assert check(plan_of(2, 3)).seats == (
        ("Overseers, seat 1", "Ada"),
        ("Overseers, seat 2", "Ben"),
        ("Overseers, seat 3", "Cem"),
    )


@pytest.mark.parametrize(("k", "n"), [(4, 3), (2, 1), (2, 6)])
def test_it_takes_two_to_five_who_can_agree(k: int, n: int):
    with pytest.raises(SettingsError, match="at least 2, of at most 5 overseers"):
        check(plan_of(k, n))


def test_a_demo_that_is_there_does_not_change_its_quorum(tmp_path: Path):
    """How many open together is decided when the console is made."""
    console = oversight.folder(tmp_path) / "agency" / "console.toml"
    console.parent.mkdir(parents=True)
    console.write_text(
        f'name = "x"\nroot_fingerprint = "{"00" * 32}"\nrelay = "http://127.0.0.1:1"\n'
        'listen = "127.0.0.1:2"\nquorum = 2\n'
    )
    oversight.check_quorum(tmp_path, 2)
    oversight.check_quorum(tmp_path, None)
    with pytest.raises(SettingsError, match="choose another DATA"):
        oversight.check_quorum(tmp_path, 3)
