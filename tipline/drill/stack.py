"""A whole Tipline on loopback: a new agency in a folder, and the three real programs over it.

    with Stack(folder) as stack:
        httpx.get(stack.public_url)

Everything that the programs can write lies below *folder*: data/ (as `tipline init` makes it), temp/, home/
and logs/. For the drill, and for every test that needs the real thing.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from subprocess import Popen
from types import TracebackType
from typing import Self, TypeVar

import httpx

from tipline import programs
from tipline.drill.sources import descendants
from tipline.errors import DrillError
from tipline.keyring import keyring
from tipline.keyring.keyring import Keyring
from tipline.keys.officer import CHEAPEST
from tipline.setup import agency
from tipline.setup.plan import Addresses, OfficerPlan, Plan

T = TypeVar("T")

PROGRAMS = ("intake", "collector", "console")
#: A rack that is made at once, and a collector that does not keep anybody waiting.
INTAKE: Mapping[str, object] = {"envelope_places": 16, "parcel_places": 8}
SETTINGS: Mapping[str, object] = {
    "demo": True,
    "collect_seconds": 0.5,
    "board_seconds": 1.0,
    "collected_delay_days": 0,
}
_PATIENCE, _STEP = 60.0, 0.05


def small_plan(intake: Mapping[str, object] | None = None) -> Plan:
    """Return an agency of two officers, at the triage desk and at one unit; *intake* changes its settings."""
    return Plan(
        data=Path(),
        name="Drill",
        officers=(
            OfficerPlan("Maria", "a passphrase for the drill", ("Triage",)),
            OfficerPlan("Jonas", "another one for the drill", ("Narcotics",)),
        ),
        units=("Narcotics",),
        profile=CHEAPEST,
        intake=intake or {},
    )


class Stack:
    """The agency of *plan* in *folder*, up and running inside `with`, at free ports.

    *plan*'s own folder and addresses are not used; its further settings go before INTAKE and SETTINGS.
    *commands* puts other command lines in the place of a program's, up to its options.
    """

    def __init__(
        self, folder: Path, plan: Plan | None = None, commands: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        wanted = plan or small_plan()
        self.folder = folder
        self.plan = replace(
            wanted,
            data=folder / "data",
            addresses=free_addresses(plain=wanted.addresses.plain is not None),
            intake={**INTAKE, **wanted.intake},
            settings={**SETTINGS, **wanted.settings},
        )
        self._commands = {name: programs.command(name) for name in PROGRAMS} | dict(commands or {})
        self._running = ExitStack()
        self.programs: Mapping[str, Popen[bytes]] = {}
        self.agency: agency.Created

    def __enter__(self) -> Self:
        """Make the agency and start its programs. Raises HostError, DrillError or SettingsError."""
        for name in ("temp", "home", "logs"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.agency = agency.create(self.plan)
        try:
            self.programs = self._running.enter_context(
                programs.running(self._lines(), self._addresses(), self._logs(), self._environment())
            )
            self.wait(self._keyring_is_there, "the collector has not posted a keyring")
        except BaseException:
            self._running.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End every program."""
        self._running.close()

    @property
    def public_url(self) -> str:
        """The public port, without a slash at the end."""
        return f"http://{self.plan.addresses.public}"

    @property
    def onion_url(self) -> str:
        """The onion service's port, without a slash at the end."""
        return f"http://{self.plan.addresses.onion}"

    @property
    def plain_url(self) -> str:
        """The plain pages' start."""
        return f"http://{self.plan.addresses.plain}/plain/"

    @property
    def console_url(self) -> str:
        """The console, without a slash at the end."""
        return f"http://{self.plan.addresses.console}"

    @property
    def officers(self) -> tuple[OfficerPlan, ...]:
        """The officers with their passphrases."""
        return self.plan.officers

    @property
    def pids(self) -> Mapping[str, int]:
        """The process id of each program."""
        return {name: program.pid for name, program in self.programs.items()}

    def processes(self, name: str) -> list[int]:
        """Return the process ids of a program and of all it started that live now."""
        return descendants(self.pids[name])

    def keyring(self) -> Keyring:
        """Fetch the keyring as the page does, and verify it."""
        served = httpx.get(f"{self.public_url}/keyring").content
        return keyring.verified(served, self.agency.fingerprint, suite=self.plan.suite)

    def wait(self, for_what: Callable[[], T], otherwise: str) -> T:
        """Ask again and again until it is there (true), and return it.

        Raises DrillError(*otherwise*) after a minute, or at once when a program has ended.
        """
        pause, deadline = threading.Event(), time.monotonic() + _PATIENCE
        while not (got := for_what()):
            ended = [name for name, program in self.programs.items() if program.poll() is not None]
            if ended or time.monotonic() > deadline:
                raise DrillError(f"{otherwise}; {', '.join(ended) or 'no program'} ended by itself")
            pause.wait(_STEP)
        return got

    def _keyring_is_there(self) -> bool:
        return httpx.get(f"{self.public_url}/keyring").status_code == httpx.codes.OK

    def _lines(self) -> dict[str, list[str]]:
        files = {
            "intake": self.agency.intake,
            "collector": self.agency.console,
            "console": self.agency.console,
        }
        lines = {name: [*self._commands[name], "--config", str(files[name])] for name in PROGRAMS}
        if os.geteuid() != 0:
            lines["intake"].append("--readable-memory")
        return lines

    def _addresses(self) -> dict[str, list[str]]:
        listening = self.plan.addresses
        plain = [] if listening.plain is None else [listening.plain]
        return {
            "intake": [listening.public, listening.onion, listening.handover, *plain],
            "console": [listening.console],
        }

    def _logs(self) -> dict[str, Path]:
        return {name: self.folder / "logs" / f"{name}.log" for name in PROGRAMS}

    def _environment(self) -> dict[str, str]:
        folders = {"TMPDIR": str(self.folder / "temp"), "HOME": str(self.folder / "home")}
        return {**os.environ, **folders, "PYTHONDONTWRITEBYTECODE": "1"}


def free_addresses(*, plain: bool = True) -> Addresses:
    """Return loopback addresses whose ports nobody uses now."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(5)]
    names = [f"127.0.0.1:{probe.getsockname()[1]}" for probe in probes]
    for probe in probes:
        probe.close()
    public, onion, handover, console, last = names
    return Addresses(public, onion, last if plain else None, handover, console)
