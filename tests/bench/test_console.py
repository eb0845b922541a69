"""The bench of the console, small: every figure is there, and the table has them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tipline.bench import console_load
from tipline.cli.main import main


@pytest.mark.assurance
def test_it_measures_what_an_officer_waits_for(tmp_path: Path):
    """A table for people, JSON for programs."""
    output = tmp_path / "console.json"
    done = CliRunner().invoke(
        main, ["bench", "console", "--cases", "100", "--json", str(output)], catch_exceptions=False
    )
    assert done.exit_code == 0
    figures = json.loads(output.read_text())["sizes"]["100"]
    assert figures["searches"].keys() == console_load.SEARCHES.keys()
    assert figures["filters"].keys() == set(console_load.FILTERS)
    assert all(one["ms"] > 0 for one in (*figures["searches"].values(), *figures["filters"].values()))
    assert figures["sign in"]["seconds"] > 0
    assert "a telephone number" in done.output
