from __future__ import annotations

import shutil
from pathlib import Path


def test_it_fails_once_without_a_relay(tipline, agency, tmp_path: Path):
    """One round without a relay ends with the code for it, and says what failed.

    In a copy: on three days of seven such a round makes the next week's keys.
    """
    data = shutil.copytree(agency.data, tmp_path / "data")
    done = tipline("collector", "--config", data / "agency" / "console.toml", "--once")
    assert done.returncode == 4
    assert b"collect failed: RelayError" in done.stderr
    assert b"Traceback" not in done.stderr


def test_it_names_settings_that_are_wrong(tipline, tmp_path: Path):
    """The line to change, never a value."""
    (tmp_path / "console.toml").write_text('name = "X"\nsecret = "canary"\n')
    done = tipline("collector", "--config", tmp_path / "console.toml")
    assert done.returncode == 2
    assert b"secret" in done.stderr
    assert b"canary" not in done.stderr
