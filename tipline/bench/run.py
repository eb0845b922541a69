"""The bench: intake and the bare view in turn, three rounds, at 8 and at 64 connections, and the medians.

Each round starts both servers anew on new files. Before a figure is taken the server is warmed up, and after
a round the bench counts what is stored: an envelope that was accepted and is not there fails the bench.
"""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from tipline.bench import servers
from tipline.bench.servers import Server
from tipline.console.host import file_system
from tipline.errors import RelayError
from tipline.intake.serve import THREADS
from tipline.intake.sizes import envelope_size
from tipline.seal.suite import HYBRID

CONNECTIONS = (8, 64)
_SERVERS = {"intake": servers.intake, "bare": servers.bare}
_LIBRARIES = ("tipline", "flask", "waitress", "sqlalchemy", "cryptography")

Tell = Callable[[str], None]
Figure = dict[str, float]


@dataclass(frozen=True)
class Scale:
    """At most so many *envelopes* and *seconds* for each figure, in so many *rounds*."""

    rounds: int = 3
    envelopes: int = 4000
    seconds: float = 6.0
    warm_up: int = 200


def run(scale: Scale, tell: Tell) -> dict[str, Any]:
    """Measure, and return the figures for JSON. Raises RelayError when something accepted is not stored."""
    rounds: dict[str, dict[str, list[Figure]]] = {name: {} for name in _SERVERS}
    for number in range(scale.rounds):
        # What runs first may find the machine in another state: they take turns at that too.
        for name in list(_SERVERS)[:: -1 if number % 2 else 1]:
            tell(f"round {number + 1} of {scale.rounds}: {name}")
            for connections, figure in _round(name, scale):
                rounds[name].setdefault(str(connections), []).append(figure)
    return {"machine": machine(), "scale": _scale(scale), "rounds": rounds, "medians": _medians(rounds)}


def _round(name: str, scale: Scale) -> list[tuple[int, Figure]]:
    places = len(CONNECTIONS) * (scale.envelopes + scale.warm_up)
    with (
        tempfile.TemporaryDirectory(prefix="tipline-bench-") as folder,
        _SERVERS[name](Path(folder), places) as server,
    ):
        return list(_measure(server, scale))


def _measure(server: Server, scale: Scale) -> Iterator[tuple[int, Figure]]:
    accepted = 0.0
    for connections in CONNECTIONS:
        accepted += _load(server, connections, scale.warm_up, scale.seconds)["accepted"]
        figure = _load(server, connections, scale.envelopes, scale.seconds)
        accepted += figure["accepted"]
        yield connections, {"per_second": round(figure["accepted"] / figure["seconds"], 1), **figure}
    if server.stored() != accepted:
        raise RelayError(f"{accepted:.0f} envelopes were accepted and {server.stored()} are stored")


def _load(server: Server, connections: int, envelopes: int, seconds: float) -> Figure:
    given = (server.address, connections, envelopes, seconds, server.epoch, server.agency.hex())
    command = [sys.executable, "-m", "tipline.bench.load", *map(str, given)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603 -- our own module
    figure: Figure = json.loads(done.stdout)
    return figure


def _medians(rounds: dict[str, dict[str, list[Figure]]]) -> dict[str, Any]:
    """For each number of connections: both medians, their extremes, and intake's over the bare view's."""
    return {
        str(connections): _median({name: rounds[name][str(connections)] for name in rounds})
        for connections in CONNECTIONS
    }


def _median(figures: dict[str, list[Figure]]) -> dict[str, Any]:
    rates = {name: sorted(figure["per_second"] for figure in each) for name, each in figures.items()}
    both = {name: statistics.median(each) for name, each in rates.items()}
    return {
        **both,
        "ratio": round(both["intake"] / both["bare"], 2),
        "extremes": {name: [each[0], each[-1]] for name, each in rates.items()},
        "p99_ms": {name: statistics.median(one["p99_ms"] for one in each) for name, each in figures.items()},
    }


def machine() -> dict[str, Any]:
    """Return what the figures depend on, and nothing that names the machine."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": platform.machine(),
        "kernel": platform.release().split("-")[0],
        "file_system": file_system(
            Path(tempfile.gettempdir()).resolve(), Path("/proc/self/mountinfo").read_text()
        ),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "libraries": {name: metadata.version(name) for name in _LIBRARIES},
    }


def _scale(scale: Scale) -> dict[str, Any]:
    size = envelope_size(HYBRID)
    return {**asdict(scale), "connections": CONNECTIONS, "threads": THREADS, "envelope_bytes": size}
