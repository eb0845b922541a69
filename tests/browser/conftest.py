"""A whole demo agency and real browsers, for the tests that walk the way of a tip."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tipline import programs
from tipline.demo import agency, oversight
from tipline.demo.run import programs_of

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


class Browser:
    """One real browser; every call is a new visitor. Raises AssertionError with the page's own words.

    With a *profile*, a folder, it is one visitor's everyday Chromium, and keeps what such a one keeps.
    """

    def __init__(self, kind: str, profile: Path | None = None) -> None:
        self._process = subprocess.Popen(
            ["node", str(HERE / "driver.mjs"), kind, *([str(profile)] if profile else [])],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.version = self._read()["version"]

    def __call__(self, do: str, **what: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **what}) + "\n")
        self._process.stdin.flush()
        answer = self._read()
        assert "error" not in answer, answer["error"]
        assert answer["faults"] == []
        return answer

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the browser ended"
        answer: dict[str, Any] = json.loads(line)
        return answer


@dataclass(frozen=True)
class Agency:
    """A running demo agency without its sample tips."""

    demo: agency.Demo

    @property
    def public(self) -> str:
        return self.demo.public_url

    @property
    def console(self) -> str:
        return self.demo.console_url

    def officer(self, name: str) -> dict[str, str]:
        who = next(officer for officer in agency.OFFICERS if officer.name == name)
        return {"url": self.console, "name": who.name, "passphrase": who.passphrase}

    def overseer(self) -> dict[str, str]:
        who = oversight.OFFICERS[0]
        return {"url": self.demo.oversight_url, "name": who.name, "passphrase": who.passphrase}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def eventually(look: Callable[[], Any], what: str, seconds: float = 60) -> Any:
    """Return what *look* finds, asking until it is something. A condition, not a pause."""
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        pause.wait(0.2)
    raise AssertionError(what)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agency]:
    """Intake, collector and console as a person would start them."""
    folder = tmp_path_factory.mktemp("agency")
    yield from run(agency.prepare(folder / "data", free_port(), free_port()), folder)


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agency]:
    """An agency of its own, with an oversight body's console on the same relay."""
    folder = tmp_path_factory.mktemp("beside")
    yield from run(
        agency.prepare(folder / "data", free_port(), free_port(), oversight_port=free_port()), folder
    )


def run(demo: agency.Demo, folder: Path) -> Iterator[Agency]:
    commands, serving = programs_of(demo)
    output = {name: folder / f"{name}.log" for name in commands}
    with programs.running(commands, serving, output):
        yield Agency(demo)
    assert [path.read_text() for path in output.values() if "Traceback" in path.read_text()] == []


def browser_of(kind: str) -> Iterator[Browser]:
    browser = Browser(kind)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    yield from browser_of("chromium")


@pytest.fixture(scope="session")
def firefox() -> Iterator[Browser]:
    """Debian's Firefox ESR as Tor Browser's level "Safer" sets it: no WebAssembly, no compiler."""
    yield from browser_of("firefox")
