"""The bench of the console: agencies of several sizes, each measured in a process of its own, on one machine.

What is measured is the answer of the console's own application to an officer's requests, from the first byte
of the request to the last of the page; the browser and the network are left out.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tipline.bench.run import machine
from tipline.demo import many
from tipline.keys.officer import CHEAPEST
from tipline.settings import ConsoleSettings, load
from tipline.setup import agency
from tipline.setup.plan import OfficerPlan, Plan

SIZES = (1_000, 10_000, 100_000)
#: A passphrase that protects nothing: the agency is thrown away.
WORDS = "measured for a moment only"
OFFICER, COLLEAGUE, UNIT = "Alice", "Alan", "Narcotics"

Tell = Callable[[str], None]


def run(sizes: tuple[int, ...], tell: Tell) -> dict[str, Any]:
    """Measure agencies of so many cases; return the figures for JSON."""
    figures = {}
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="tipline-bench-") as folder:
            tell(f"{size:,} cases: sealing them")
            make(Path(folder) / "data", size, tell)
            tell(f"{size:,} cases: measuring")
            figures[str(size)] = measured(Path(folder) / "data")
    return {"machine": machine(), "sizes": figures}


def make(data: Path, size: int, tell: Tell) -> None:
    """Make an agency with so many cases in a new folder."""
    officers = tuple(OfficerPlan(name, WORDS, ("Triage",)) for name in (OFFICER, COLLEAGUE))
    officers += (OfficerPlan("Bob", WORDS, (UNIT,)),)
    plan = Plan(data, "Measured", officers, (UNIT,), profile=CHEAPEST, settings={"demo": True})
    settings = load(ConsoleSettings, agency.create(plan).console)
    many.fill_new(settings, officers[0], size, tell)


def measured(data: Path) -> dict[str, Any]:
    """Measure an agency's console in a process that does nothing else: its memory is part of it."""
    command = [sys.executable, "-m", "tipline.bench.console_load", str(data / "agency" / "console.toml")]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603 -- our own module
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures
