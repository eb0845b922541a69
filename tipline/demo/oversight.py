"""The demo's second console: an oversight body with its own people, under one root and on one relay."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from tipline.errors import SettingsError
from tipline.keys import files, signer
from tipline.keys.officer import DEMO
from tipline.keys.signing import SigningKey
from tipline.settings import ConsoleSettings, load
from tipline.setup import agency
from tipline.setup.plan import OVERSIGHT, Addresses, OfficerPlan, Plan
from tipline.setup.settings_files import FOR_RELAY, to_toml

NAME = "Harbour City Police Ombudsman (demo)"
DESK = "Overseers"
#: Nobody of them works at the police. These passphrases protect nothing real.
OFFICERS = (
    OfficerPlan("Ines", "harvest ladder comet demo", (DESK,)),
    OfficerPlan("Tomasz", "velvet tunnel cedar demo", (DESK,)),
    OfficerPlan("Chidi", "marble thunder willow demo", (DESK,)),
    OfficerPlan("Petra", "saddle feather island demo", ()),
)
#: She runs the overseers' accounts, is at no desk, and is no administrator of the police.
ADMINISTRATORS = ("Petra",)
_CONSOLE = "oversight"


def folder(data: Path) -> Path:
    """Return the overseers' folder in that of the demo."""
    return data / _CONSOLE


def join(data: Path, addresses: Addresses, settings: Mapping[str, object], quorum: int | None = None) -> None:
    """Make the overseers' console beside the agency in *data*, and add its line to the relay's settings.

    With a *quorum*, so many of them open a tip together.
    """
    own, police = folder(data), data / "agency"
    root = SigningKey(files.read(data / "offline" / "root.key", files.ROOT))
    plan = Plan(
        own, NAME, OFFICERS, triage=DESK, administrators=ADMINISTRATORS, console=_CONSOLE, relay=f"http://{addresses.handover}",
        categories=OVERSIGHT, addresses=addresses, profile=DEMO, settings=settings,
        suite=load(ConsoleSettings, police / "console.toml").suite, quorum=quorum,
    )  # fmt: skip
    agency.create(plan, root=root, lists=[signer.read_revocations(police / "revocations")])
    intake, line = data / "relay" / "intake.toml", tomllib.loads((own / FOR_RELAY).read_text())
    before = tomllib.loads(intake.read_text())
    consoles = {**before["consoles"], **line["consoles"]}
    intake.write_text(to_toml("Written by `tipline demo`.", {**before, "consoles": consoles}))


def check_quorum(data: Path, quorum: int | None) -> None:
    """Raise SettingsError when the overseers' console is there already and opens in another way."""
    console = folder(data) / "agency" / "console.toml"
    if quorum is not None and console.exists() and load(ConsoleSettings, console).quorum != quorum:
        raise SettingsError("the overseers' console is made already: choose another DATA= for this QUORUM=")
