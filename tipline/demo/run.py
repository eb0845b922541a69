"""Running the demo: the three real programs in the foreground, until somebody ends it."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

from tipline import programs
from tipline.demo import oversight, tips
from tipline.demo.agency import OFFICERS, Demo
from tipline.errors import HostError
from tipline.settings import IntakeSettings, load
from tipline.setup.plan import OVERSIGHT, OfficerPlan

Say = Callable[[str], None]


_AT_NO_DESK = "administrator, at no desk"
_ENROL = "  At the first sign-in each adds a security key, or a telephone that shows codes."


def run(demo: Demo, say: Say) -> None:
    """Serve until SIGINT or SIGTERM. Raises HostError when a program cannot start or ends by itself."""
    commands, serving = programs_of(demo)
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


def programs_of(demo: Demo) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return the command lines of all the demo's programs and their addresses, for programs.running."""
    commands, serving = programs.of_agency(demo.intake_settings, demo.console_settings, demo.addresses)
    if demo.overseers:
        more = programs.of_oversight(demo.oversight_settings, demo.overseers.console)
        commands, serving = {**commands, **more[0]}, {**serving, **more[1]}
    return commands, serving


def _send_tips_once(demo: Demo, say: Say) -> None:
    """Send what was not sent at an earlier start: without the oversight body, nothing goes to it."""
    facts = json.loads(demo.facts.read_text())
    receipts = demo.data / "receipts.json"
    sent = json.loads(receipts.read_text()) if receipts.exists() else []
    codes = {one["category"] for one in sent} | (set() if demo.overseers else {code for code, _ in OVERSIGHT})
    due = [item for item in tips.sample() if item["category"] not in codes]
    if due:
        say("sending the sample tips")
        fingerprint = bytes.fromhex(load(IntakeSettings, demo.intake_settings).root_fingerprint)
        for category, code in tips.send(demo.public_url, fingerprint, due):
            sent.append({"category": category, "receipt": code})
        receipts.write_text(json.dumps(sent, indent=2) + "\n")
    demo.facts.write_text(json.dumps({**facts, "tips": sent}, indent=2) + "\n")


def _wait(started: Mapping[str, subprocess.Popen[bytes]], ended: threading.Event) -> None:
    while not ended.wait(0.5):
        for name, program in started.items():
            if program.poll() is not None:
                raise HostError(f"{name} ended by itself with {program.returncode}")


def _welcome(demo: Demo) -> str:
    overseers = [
        f"  The overseers' console:  {demo.oversight_url}",
        "",
        "  Overseers, of whom nobody is at the police:",
        *_rows(oversight.OFFICERS),
        "",
    ]
    return "\n".join(
        [
            "",
            f"  The public page:  {demo.public_url}",
            f"  The console:      {demo.console_url}",
            "",
            "  Officers, their passphrases and desks:",
            *_rows(OFFICERS),
            "",
            *(overseers if demo.overseers else []),
            *([_ENROL, ""] if demo.second_factor else []),
            f"  Everything is in {demo.data}; demo.json there is for scripts.",
            "  End with Ctrl-C. The next start goes on with the same data.",
        ]
    )


def _rows(officers: Sequence[OfficerPlan]) -> list[str]:
    return [f"  {one.name:<8} {one.passphrase:<32} {', '.join(one.desks) or _AT_NO_DESK}" for one in officers]
