"""A relay and an agency on loopback: real programs over real files, each of which can be lost by itself."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import httpx

from tests import agencies
from tipline import clock, programs
from tipline.board import board
from tipline.board.board import BoardSection
from tipline.drill import tipster
from tipline.drill.canaries import Words
from tipline.drill.officers import Officer
from tipline.drill.stack import INTAKE, SETTINGS, free_addresses, small_plan
from tipline.keyring import keyring
from tipline.keyring.keyring import Keyring
from tipline.seal import acknowledgement, receipt
from tipline.seal.suite import HYBRID

T = TypeVar("T")
_HEADERS = {"X-Forwarded-For": "192.0.2.7"}


@dataclass(frozen=True)
class Told:
    """A tip: its *text*, and the receipt's *entropy* that its tipster keeps."""

    text: str
    entropy: bytes
    keys: receipt.ReceiptKeys


class Rehearsal:
    """Two machines, a folder for backups on a third; inside `with` both are up."""

    def __init__(self, folder: Path, **settings: object) -> None:
        plan = small_plan({"proxy_hops": 1})
        self.plan = replace(
            plan,
            data=folder / "data",
            addresses=free_addresses(plain=False),
            intake={**INTAKE, **plan.intake},
            settings={**SETTINGS, "collect_seconds": 0.2, "board_seconds": 0.4, **settings},
        )
        self.folder, self.backups = folder, folder / "backups"
        for name in ("backups", "logs", "temp"):
            (folder / name).mkdir()
        self.made = agencies.create(self.plan)
        self._up: dict[str, ExitStack] = {}

    def __enter__(self) -> Self:
        self.start("intake")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop("collector", "console", "intake")

    @property
    def home(self) -> Path:
        """The agency's folder."""
        return self.made.console.parent

    @property
    def url(self) -> str:
        return f"http://{self.plan.addresses.public}"

    def start(self, *names: str) -> None:
        """Start programs; intake and console serve when this returns."""
        config = {"intake": self.made.intake}
        listening = self.plan.addresses
        addresses = {
            "intake": [listening.public, listening.onion, listening.handover],
            "console": [listening.console],
        }
        for name in names:
            line = programs.command(name, "--config", str(config.get(name, self.made.console)))
            line += ["--readable-memory"] if name == "intake" and os.geteuid() else []
            self._up[name] = ExitStack()
            self._up[name].enter_context(
                programs.running({name: line}, addresses, {name: self.log(name)}, self._environment())
            )

    def log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"

    def stop(self, *names: str) -> None:
        for name in names:
            self._up.pop(name, ExitStack()).close()

    def lose_console(self) -> None:
        """The agency's machine burns."""
        self.stop("collector", "console")
        shutil.rmtree(self.home)

    def lose_relay(self) -> None:
        """The public host burns, and a new one is set up with the same settings and root."""
        self.stop("intake")
        kept = ("intake.toml", "root.pub")
        for path in self.made.intake.parent.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name not in kept:
                path.unlink()
        self.start("intake")

    def run(self, *arguments: object, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command of Tipline's as an administrator does."""
        line = [sys.executable, "-m", "tipline", *map(str, arguments)]
        return subprocess.run(
            line, input=typed, capture_output=True, text=True, check=False, timeout=120,
            start_new_session=True, env=self._environment(),
        )  # fmt: skip

    def back_up(self) -> Path:
        """Make a backup with the real command; return its file."""
        before = set(self.backups.iterdir())
        done = self.run("backup", "--config", self.made.console, "--to", self.backups)
        assert done.returncode == 0, done.stderr
        (new,) = set(self.backups.iterdir()) - before
        return new

    def restore(self, file: Path, desk: str = "Triage", count: int = 3) -> str:
        """Restore with the real command; return what it says is lost."""
        shares = self.made.shares[self.made.desks[desk]][:count]
        done = self.run(
            "restore",
            file,
            "--to",
            self.home,
            "--root",
            self.made.fingerprint.hex(),
            typed="\n".join(shares) + "\n",
        )
        assert done.returncode == 0, done.stderr
        return " ".join(done.stdout.split())

    def keyring(self) -> Keyring:
        return keyring.verified(httpx.get(f"{self.url}/keyring").content, self.made.fingerprint)

    def has_keyring(self) -> bool:
        return httpx.get(f"{self.url}/keyring").status_code == 200

    def tell(self) -> Told:
        """A tipster loads the page, and sends a tip with a file."""
        published = self.wait(lambda: self.has_keyring() and self.keyring())
        entropy, words = receipt.generate(), Words()
        tipster.send(self.url, tipster.seal(published, words, entropy), _HEADERS)
        return Told(words.text, entropy, receipt.keys(published.suite, entropy, published.agency))

    def replies(self, told: Told) -> list[str]:
        """What the tipster's page finds on the board."""
        return tipster.read(self.url, self.keyring(), told.entropy, _HEADERS)

    def slots(self) -> list[bytes]:
        """Every slot of the board."""
        return [one for section in self._board() for one in section.slots]

    def serials(self) -> tuple[int, int]:
        """The serials of the published keyring and board."""
        return self.keyring().sections[0].section.serial, self._board()[0].head.serial

    def says_collected(self, told: Told) -> bool:
        """Whether the tipster's page says that the tip was collected."""
        days = range(clock.day_number() - 1, clock.day_number() + 1)
        wanted = {acknowledgement.token(HYBRID, told.keys.acknowledgement, day) for day in days}
        return any(wanted & section.tokens for section in self._board())

    def _board(self) -> tuple[BoardSection, ...]:
        served, keys = httpx.get(f"{self.url}/board").content, self.keyring()
        return board.verified(served, keys.root_public, keys.revocations)

    def officer(self) -> Officer:
        return Officer(f"http://{self.plan.addresses.console}", self.plan.officers[0])

    def inbox(self) -> dict[str, str]:
        """All cases of the triage desk, by path, with all their words."""
        with self.officer() as officer:
            return {case: officer.read(case) for case in officer.cases()}

    def cases(self, *told: Told) -> list[str]:
        """Wait until every one of these is in the inbox; return the paths of their cases."""

        def found() -> list[str]:
            inbox = self.inbox()
            return [case for one in told for case, words in inbox.items() if one.text in words]

        return self.wait(lambda: len(paths := found()) == len(told) and paths)

    def answer(self, told: Told, text: str) -> None:
        """An officer answers, and the tipster reads it."""
        (case,) = self.cases(told)
        with self.officer() as officer:
            officer.reply(case, text)
        self.wait(lambda: text in self.replies(told))

    def wait(self, for_what: Callable[[], T]) -> T:
        pause, deadline = threading.Event(), time.monotonic() + 120
        while not (got := for_what()):
            logs = "".join(path.read_text()[-2000:] for path in (self.folder / "logs").iterdir())
            assert time.monotonic() < deadline, logs
            pause.wait(0.05)
        return got

    def set(self, **changes: object) -> None:
        """Change lines of console.toml."""
        text = self.made.console.read_text()
        for name, value in changes.items():
            text = re.sub(rf"^{name} = .*$", f"{name} = {value}", text, flags=re.MULTILINE)
        self.made.console.write_text(text)

    def _environment(self) -> Mapping[str, str]:
        return {**os.environ, "TMPDIR": str(self.folder / "temp"), "PYTHONDONTWRITEBYTECODE": "1"}
