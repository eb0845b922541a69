from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tipline.backup import telling
from tipline.settings import ConsoleSettings

MADE = date(2026, 11, 20)


def settings(acknowledge: str) -> ConsoleSettings:
    return ConsoleSettings(
        folder=Path("/var/lib/tipline/agency"),
        name="Harbour Police",
        root_fingerprint="00" * 32,
        relay="http://127.0.0.1:1",
        listen="127.0.0.1:2",
        acknowledge=acknowledge,
    )


@pytest.mark.parametrize(
    ("today", "ago"),
    [(MADE, "(today)"), (date(2026, 11, 21), "(yesterday)"), (date(2026, 11, 24), "(4 days ago)")],
)
def test_it_says_how_old_it_is(today: date, ago: str):
    assert f"the backup of 2026-11-20 was made {ago}" in telling.lost(settings("stored"), MADE, today)


def test_it_says_what_is_lost_by_policy():
    """Tips are lost under the one, and under the other none is."""
    stored, kept = (telling.lost(settings(how), MADE, MADE) for how in ("stored", "backed-up"))
    assert "are lost: the relay deleted them" in stored
    assert "No tip, message or file is lost" in kept
    assert "No tip" not in stored
    assert "relay deleted them" not in kept


def test_it_says_what_is_to_be_done_again():
    """What a restore brings back is as bad a surprise as what it does not."""
    said = telling.lost(settings("stored"), MADE, MADE)
    assert "Remove, withdraw and shred them again" in said


def test_it_names_what_was_in_no_backup():
    """And nothing where everything was."""
    own = settings("stored")
    assert "Put /etc/mail.password back" in telling.lost(own, MADE, MADE, [Path("/etc/mail.password")])
    assert "back: console.toml names it" not in telling.lost(own, MADE, MADE)


def test_its_lines_can_be_read_on_any_screen():
    assert max(map(len, telling.lost(settings("stored"), MADE, MADE).splitlines())) <= 110
