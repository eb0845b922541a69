"""The two servers under measurement, each started anew in a folder of its own and ended afterwards."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tipline import programs
from tipline.drill.stack import free_addresses
from tipline.intake.serve import THREADS
from tipline.keyring.signature import agency_id
from tipline.keys import files
from tipline.keys.officer import CHEAPEST
from tipline.seal.header import AGENCY_SIZE
from tipline.setup import agency
from tipline.setup.plan import OfficerPlan, Plan
from tipline.wire import paths, shapes

_UNLIMITED = "1000000000/hour"


@dataclass(frozen=True)
class Server:
    """A running server: its *address*, whom its envelopes are for, and a count of what it has *stored*."""

    address: str
    epoch: int
    agency: bytes
    stored: Callable[[], int]


@contextmanager
def intake(folder: Path, places: int) -> Iterator[Server]:
    """Run `tipline intake` for a new agency, with the keyring that its collector posts, and no limits."""
    plan = _plan(folder / "data", places)
    made = agency.create(plan)
    where = plan.addresses
    command = programs.command("intake", "--config", str(made.intake))
    serving = [where.public, where.onion, where.handover]
    with programs.running({"intake": command}, {"intake": serving}, {"intake": folder / "log"}):
        collect = programs.command("collector", "--once", "--config", str(made.console))
        subprocess.run(collect, check=True, capture_output=True)  # noqa: S603 -- our own command, no shell
        named = agency_id(made.root_public.read_bytes())
        yield Server(where.public, made.epoch, named, lambda: _offered(made, where.handover))


@contextmanager
def bare(folder: Path, places: int) -> Iterator[Server]:
    """Run the bare view with as many threads as intake has."""
    del places
    address, path = free_addresses().public, folder / "bare.db"
    command = [sys.executable, "-m", "tipline.bench.bare", address, str(path), str(THREADS)]
    with programs.running({"bare": command}, {"bare": [address]}, {"bare": folder / "log"}):
        yield Server(address, 0, bytes(AGENCY_SIZE), lambda: _rows(path))


def _plan(data: Path, places: int) -> Plan:
    return Plan(
        data=data,
        name="Bench",
        officers=(OfficerPlan("Maria", "nobody signs in here", ("Triage",)),),
        addresses=free_addresses(plain=False),
        profile=CHEAPEST,
        intake={
            "proxy_hops": 0,
            "envelope_places": places,
            "parcel_places": 1,
            "envelope_limit": _UNLIMITED,
        },
    )


def _offered(made: agency.Created, handover: str) -> int:
    secret = files.read(made.data / "agency" / "keys" / "handover.secret", files.HANDOVER)
    asked = httpx.get(
        f"http://{handover}{paths.LIST}", headers={"Authorization": paths.bearer(secret)}, timeout=60
    )
    return len(shapes.read_offer(asked.content).envelopes)


def _rows(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        counted: int = connection.execute("SELECT count(*) FROM envelope").fetchone()[0]
    finally:
        connection.close()
    return counted
