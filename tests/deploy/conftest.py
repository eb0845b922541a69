"""The files of deploy/, and the programs that read them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"


@pytest.fixture
def deploy() -> Path:
    """The folder deploy/."""
    return DEPLOY


@pytest.fixture
def run():
    """Runs a command; gives exit code, standard output and standard error."""

    def run(*command: str | Path, **environment: str) -> tuple[int, str, str]:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=60, env=environment or None
        )
        return done.returncode, done.stdout, done.stderr

    return run
