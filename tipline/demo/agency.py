"""The demo agency: who works there, and the settings that make it quick to try on one machine."""

from __future__ import annotations

import json
import socket
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

from tipline.demo import oversight
from tipline.errors import SettingsError
from tipline.factors.party import LOCAL
from tipline.keys.officer import DEMO
from tipline.seal.suite import HYBRID, Suite
from tipline.settings import TOTP, WEBAUTHN
from tipline.setup import agency
from tipline.setup.plan import Addresses, OfficerPlan, Plan
from tipline.setup.settings_files import to_toml

NAME = "Harbour City Police (demo)"
TRIAGE = "Triage"
UNITS = ("Human trafficking", "Narcotics", "Cybercrime", "Financial crime", "Wildlife", "Firearms")
#: It grants rewards by case number, and opens nothing.
BOARD = "Rewards board"
#: They get single texts to translate, and nothing else.
TRANSLATORS = ("Interpreters",)
#: Everybody at the demo agency. These passphrases protect nothing real.
OFFICERS = (
    OfficerPlan("Maria", "lantern pebble orchard demo", (TRIAGE,)),
    # A report takes a second officer of triage.
    OfficerPlan("Tomas", "harvest saddle bridge demo", (TRIAGE,)),
    OfficerPlan("Jonas", "window candle river demo", ("Human trafficking",)),
    OfficerPlan("Amina", "copper meadow violin demo", ("Narcotics",)),
    OfficerPlan("Li", "paper mountain sparrow demo", ("Cybercrime", "Financial crime")),
    OfficerPlan("Olga", "winter basket anchor demo", ("Wildlife", "Firearms")),
    OfficerPlan("Rosa", "garden teapot willow demo", (BOARD,)),
    OfficerPlan("Idris", "marble kettle swallow demo", (BOARD,)),
    OfficerPlan("Sami", "autumn ribbon market demo", ("Interpreters",)),
    OfficerPlan("Ruth", "harbour ladder button demo", ()),
)
#: She runs the accounts, and is at no desk: no tip is open to her.
ADMINISTRATORS = ("Ruth",)
_INTAKE = {
    "proxy_hops": 0,
    "envelope_places": 512,
    "parcel_places": 128,
    "envelope_limit": "600/hour",
    "parcel_limit": "6000/hour",
}
_SETTINGS = {
    "demo": True,
    "collect_seconds": 2.0,
    "board_seconds": 5.0,
    "collected_delay_days": 0,
    "talk": {"emergency": "112"},
    "clocks": {"directive": ["money-laundering", "terrorism-financing", "wildlife"]},
}


@dataclass(frozen=True)
class Demo:
    """Where the demo runs: its *data* folder and the addresses of its servers.

    *overseers* is where those of the oversight body sign in, if there is one. *second_factor*: officers sign
    in with a security key, or a telephone's codes, besides the passphrase.
    """

    data: Path
    addresses: Addresses
    overseers: Addresses | None = None
    second_factor: bool = False

    @property
    def public_url(self) -> str:
        """What a member of the public opens."""
        return f"http://{self.addresses.public}/"

    @property
    def plain_url(self) -> str:
        """The pages without JavaScript."""
        return f"http://{self.addresses.plain}/plain/"

    @property
    def console_url(self) -> str:
        """What an officer opens. Browsers ask a security key under a name only, not under an address."""
        return self._url(self.addresses)

    @property
    def oversight_url(self) -> str:
        """What an overseer opens; empty without an oversight body."""
        return self._url(self.overseers) if self.overseers else ""

    def _url(self, addresses: Addresses) -> str:
        port = addresses.console.rpartition(":")[2]
        return f"http://{LOCAL}:{port}/" if self.second_factor else f"http://{addresses.console}/"

    @property
    def oversight_settings(self) -> Path:
        """The settings file of the oversight body's collector and console."""
        return oversight.folder(self.data) / "agency" / "console.toml"

    @property
    def intake_settings(self) -> Path:
        """The settings file of intake."""
        return self.data / "relay" / "intake.toml"

    @property
    def console_settings(self) -> Path:
        """The settings file of collector and console."""
        return self.data / "agency" / "console.toml"

    @property
    def facts(self) -> Path:
        """demo.json: addresses, officers and passphrases, for scripts."""
        return self.data / "demo.json"


def prepare(  # noqa: PLR0913  what the command is told
    data: Path,
    public_port: int,
    console_port: int,
    suite: Suite = HYBRID,
    *,
    oversight_port: int | None = None,
    second_factor: bool = False,
    quorum: int | None = None,
) -> Demo:
    """Make the demo agency, of *suite*, in *data*, or give the one that is there its addresses for this run.

    With *oversight_port* there is an oversight body beside it, and stays: the relay keeps what its console
    has not collected. With a *quorum*, so many overseers open a tip together. Raises SettingsError for a port
    in use, or a folder that holds something else.
    """
    if oversight_port is None and oversight.folder(data).exists():
        oversight_port = 0
    oversight.check_quorum(data, quorum)
    demo = replace(_demo(data, public_port, console_port, oversight_port), second_factor=second_factor)
    if not demo.facts.exists():
        agency.create(Plan(
            data, NAME, OFFICERS, UNITS, TRIAGE, addresses=demo.addresses, profile=DEMO, suite=suite,
            administrators=ADMINISTRATORS, rewards=BOARD, translators=TRANSLATORS,
            intake={**_INTAKE, "plain_url": demo.plain_url}, settings=_SETTINGS,
        ))  # fmt: skip
    if demo.overseers and not oversight.folder(data).exists():
        oversight.join(data, demo.overseers, _SETTINGS, quorum)
    _write_addresses(demo)
    _write_facts(demo)
    return demo


def _demo(data: Path, public_port: int, console_port: int, oversight_port: int | None) -> Demo:
    """The given ports, and three free ones for what no person types."""
    wanted = [public_port, console_port, 0, 0, 0, *([] if oversight_port is None else [oversight_port])]
    taken = [_bind(port) for port in wanted]
    names = [f"127.0.0.1:{server.getsockname()[1]}" for server in taken]
    for server in taken:
        server.close()
    own = Addresses(public=names[0], console=names[1], onion=names[2], plain=names[3], handover=names[4])
    return Demo(data, own, replace(own, console=names[5]) if len(names) > len(fields(own)) else None)


def _bind(port: int) -> socket.socket:
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server.bind(("127.0.0.1", port))
    except OSError as error:
        server.close()
        raise SettingsError(
            f"port {port}: {error.strerror}. Choose others: PUBLIC_PORT=, CONSOLE_PORT=, OVERSIGHT_PORT="
        ) from None
    return server


def _write_addresses(demo: Demo) -> None:
    addresses = demo.addresses
    intake = {
        "public": addresses.public,
        "onion": addresses.onion,
        "plain": addresses.plain,
        "plain_url": demo.plain_url,
        "handover": addresses.handover,
    }
    console = {
        "relay": f"http://{addresses.handover}",
        "listen": addresses.console,
        "factors": f"{WEBAUTHN} or {TOTP}" if demo.second_factor else None,
    }
    _change(demo.intake_settings, intake)
    _change(demo.console_settings, console)
    if demo.overseers:
        _change(demo.oversight_settings, {**console, "listen": demo.overseers.console})


def _change(path: Path, lines: Mapping[str, object]) -> None:
    merged = {**tomllib.loads(path.read_text()), **lines}
    settings = {name: value for name, value in merged.items() if value is not None}
    path.write_text(to_toml("Written by `tipline demo` at every start.", settings))


def _write_facts(demo: Demo) -> None:
    facts: dict[str, object] = {
        "public": demo.public_url,
        "plain": demo.plain_url,
        "console": demo.console_url,
        "officers": _people(OFFICERS),
    }
    if demo.overseers:
        facts["oversight"] = {"console": demo.oversight_url, "officers": _people(oversight.OFFICERS)}
    demo.facts.write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n")


def _people(officers: Sequence[OfficerPlan]) -> list[dict[str, object]]:
    return [
        {"name": officer.name, "passphrase": officer.passphrase, "desks": officer.desks}
        for officer in officers
    ]
