"""Running Tipline's programs from another one: the demo and the drill start, watch and end them here."""

from __future__ import annotations

import ctypes
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tipline.errors import HostError
from tipline.setup.plan import Addresses

_PR_SET_PDEATHSIG = 1
_WAIT, _STEP = 120.0, 0.05


def command(*arguments: str) -> list[str]:
    """Return the command line of `tipline ARGUMENTS` with this very Python."""
    return [sys.executable, "-m", "tipline", *arguments]


def of_agency(
    intake: Path, console: Path, addresses: Addresses
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return the three programs' command lines, and the addresses to wait for, as *running* takes them."""
    commands = {
        "intake": command("intake", "--config", str(intake)),
        "collector": command("collector", "--config", str(console)),
        "console": command("console", "--config", str(console)),
    }
    public = [addresses.public, addresses.onion, addresses.handover]
    plain = [addresses.plain] if addresses.plain else []
    return commands, {"intake": public + plain, "console": [addresses.console]}


def of_oversight(console: Path, listen: str) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return the two programs of a further console that serves at *listen*, as *of_agency* does."""
    commands = {
        "oversight collector": command("collector", "--config", str(console)),
        "oversight console": command("console", "--config", str(console)),
    }
    return commands, {"oversight console": [listen]}


@contextmanager
def running(
    commands: Mapping[str, Sequence[str]],
    addresses: Mapping[str, Sequence[str]],
    output: Mapping[str, Path] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Start *commands* in order; once the *addresses* (host:port) of each take connections, the next.

    Standard output and error go to the file *output* names, or nowhere and to ours. At the end all are ended,
    the last started first. Raises HostError when one ends early or does not serve in two minutes.
    """
    programs: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, arguments in commands.items():
            programs[name] = _start(arguments, (output or {}).get(name), environment)
            for address in addresses.get(name, ()):
                wait_for(address, programs[name])
        yield programs
    finally:
        for program in reversed(programs.values()):
            end(program)


def end(program: subprocess.Popen[bytes]) -> None:
    """Ask a program to end, and wait; one that does not within ten seconds is killed."""
    if program.poll() is None:
        program.terminate()
    try:
        program.wait(10)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()


def wait_for(address: str, program: subprocess.Popen[bytes]) -> None:
    """Wait until *address* takes connections.

    Raises HostError when *program* ends first, or after two minutes.
    """
    host, port = address.rsplit(":", 1)
    deadline = time.monotonic() + _WAIT
    pause = threading.Event()
    while time.monotonic() < deadline:
        if program.poll() is not None:
            raise HostError(f"a program ended with {program.returncode} before it served {address}")
        with socket.socket() as probe:
            if probe.connect_ex((host, int(port))) == 0:
                return
        pause.wait(_STEP)
    raise HostError(f"nothing serves {address} after {_WAIT:.0f} seconds")


def _start(
    arguments: Sequence[str], output: Path | None, environment: Mapping[str, str] | None
) -> subprocess.Popen[bytes]:
    log: IO[bytes] | None = output.open("ab") if output else None
    try:
        return subprocess.Popen(  # noqa: S603 -- our own command lines, no shell
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=log or subprocess.DEVNULL,
            stderr=log,
            env=environment,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 -- one system call, and nothing else is forked off
        )
    finally:
        if log:
            log.close()


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
