"""Running the demo: the three real programs in the foreground, until somebody ends it."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from types import FrameType

from tipline import programs
from tipline.demo import tips
from tipline.demo.agency import OFFICERS, Demo
from tipline.errors import HostError
from tipline.settings import IntakeSettings, load

Say = Callable[[str], None]


def run(demo: Demo, say: Say) -> None:
    """Serve until SIGINT or SIGTERM. Raises HostError when a program cannot start or ends by itself."""
    commands, serving = programs.of_agency(demo.intake_settings, demo.console_settings, demo.addresses)
    ended = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    with programs.running(commands, serving) as started:
        _send_tips_once(demo, say)
        say(_welcome(demo))
        _wait(started, ended)
        say("ending")


def _send_tips_once(demo: Demo, say: Say) -> None:
    facts = json.loads(demo.facts.read_text())
    receipts = demo.data / "receipts.json"
    if not receipts.exists():
        say("sending the sample tips")
        fingerprint = bytes.fromhex(
            load(IntakeSettings, demo.data / "relay" / "intake.toml").root_fingerprint
        )
        sent = [
            {"category": category, "receipt": code}
            for category, code in tips.send(demo.public_url, fingerprint)
        ]
        receipts.write_text(json.dumps(sent, indent=2) + "\n")
    demo.facts.write_text(json.dumps({**facts, "tips": json.loads(receipts.read_text())}, indent=2) + "\n")


def _wait(started: Mapping[str, subprocess.Popen[bytes]], ended: threading.Event) -> None:
    while not ended.wait(0.5):
        for name, program in started.items():
            if program.poll() is not None:
                raise HostError(f"{name} ended by itself with {program.returncode}")


def _welcome(demo: Demo) -> str:
    rows = [
        f"  {officer.name:<8} {officer.passphrase:<32} {', '.join(officer.desks)}" for officer in OFFICERS
    ]
    return "\n".join(
        [
            "",
            f"  The public page:  {demo.public_url}",
            f"  The console:      {demo.console_url}",
            "",
            "  Officers, their passphrases and desks:",
            *rows,
            "",
            f"  Everything is in {demo.data}; demo.json there is for scripts.",
            "  End with Ctrl-C. The next start goes on with the same data.",
        ]
    )
