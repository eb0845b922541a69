"""The whole Tipline that the drill and other tests run on."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tipline.drill.stack import Stack, small_plan
from tipline.errors import HostError


def test_it_serves_everything_and_ends_everything(tmp_path: Path):
    """Public page, onion port, plain pages, console, and a keyring that verifies; no process is left."""
    with Stack(tmp_path) as stack:
        for url in (stack.public_url, stack.onion_url, stack.plain_url, f"{stack.console_url}/sign-in"):
            assert httpx.get(url).status_code == 200
        assert stack.keyring().sections[0].section.console == "agency"
        assert set(stack.pids) == {"intake", "collector", "console"}
        assert len(stack.processes("intake")) == 2, "intake, and the plain pages beside it"
        living = [pid for name in stack.pids for pid in stack.processes(name)]
    for pid in living:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    assert {path.name for path in tmp_path.iterdir()} == {"data", "home", "logs", "temp"}


def test_it_can_leave_the_plain_pages_out(tmp_path: Path):
    """With a plan that has no address for them."""
    plan = small_plan()
    with Stack(tmp_path, replace(plan, addresses=replace(plan.addresses, plain=None))) as stack:
        assert len(stack.processes("intake")) == 1


def test_it_fails_when_a_program_does_not_start(tmp_path: Path):
    """At once, and without leaving the others running."""
    broken = [sys.executable, "-c", "raise SystemExit(3)"]
    with pytest.raises(HostError, match="ended with 3"), Stack(tmp_path, commands={"console": broken}):
        pass
