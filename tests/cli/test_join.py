"""An oversight body joins a running agency's relay, by the commands of docs/operating.md and nothing else."""

from __future__ import annotations

import shutil
import socket
import tempfile
import tomllib
import warnings
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.cli import paper
from tests.cli.test_ceremony import Ceremony
from tipline.ceremony import request, shares
from tipline.cli.reading import in_groups
from tipline.intake import rack
from tipline.intake.serve import Intake
from tipline.keyring.signature import fingerprint
from tipline.keys import files, recovery
from tipline.keys.officer import CHEAPEST
from tipline.settings import IntakeSettings, load
from tipline.setup.agency import begin
from tipline.setup.plan import OfficerPlan, Plan
from tipline.setup.settings_files import FOR_RELAY, to_toml

OWN_HOLDERS = ("--threshold", 2, "--holders", 3)


def free_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


class Walk:
    """The police's folders, copied; those of the overseers; and a folder in memory for the ceremony."""

    def __init__(self, tipline, agency, folder: Path, memory: Path) -> None:
        self.tipline, self.folder, self.memory = tipline, folder, memory
        self.police = shutil.copytree(agency.data, folder / "police")
        self.overseers = folder / "overseers"
        self.intake = self.police / "relay" / "intake.toml"
        self.handover = free_address()
        addresses = {"public": free_address(), "onion": free_address(), "handover": self.handover}
        self.change(self.intake, {**addresses, "proxy_hops": 0})
        self.change(self.police / "agency" / "console.toml", {"relay": f"http://{self.handover}"})
        settings = load(IntakeSettings, self.intake)
        rack.create(self.intake.parent / "rack.db", settings.envelope_places, settings.parcel_places)

    def change(self, path: Path, lines: dict[str, object]) -> None:
        path.write_text(to_toml("x", {**tomllib.loads(path.read_text()), **lines}))

    def ok(self, *arguments: object, text: bytes = b"") -> str:
        done = self.tipline(*arguments, text=text)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode() + done.stderr.decode()

    def serve(self) -> Intake:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            return Intake(load(IntakeSettings, self.intake))

    def collect(self, data: Path) -> None:
        self.ok("collector", "--config", data / "agency" / "console.toml", "--once")

    def fetch(self) -> Path:
        """As curl does it."""
        path = self.folder / "keyring"
        path.write_bytes(httpx.get(f"http://{load(IntakeSettings, self.intake).public}/keyring").content)
        return path

    def begin(self) -> None:
        said = self.ok(
            "init", "--data", self.overseers, "--name", "Police Ombudsman", "--console", "oversight",
            "--relay", f"http://{self.handover}", "--triage", "Overseers",
            "--officer", "Ines:Overseers", text=b"overseer overseer\n" * 2,
        )  # fmt: skip
        signer = request.read(self.asked).signer
        assert in_groups(fingerprint(signer)) in said

    @property
    def asked(self) -> Path:
        return self.overseers / "offline" / "agency.request"

    def hold(self, keyring: Path) -> str:
        """The root's holders give it back; the overseers' own get sheets, and give the desk's key back."""
        seed = files.read(self.police / "offline" / "root.key", files.ROOT)
        options = ["--request", self.asked, "--out", self.memory / "out", *OWN_HOLDERS]
        running = Ceremony(*options, "--root-shares", "--revocations", keyring)
        try:
            for share in shares.split(seed, 2, 3)[:2]:
                running.type(share)
            running.until("Is this what the agency asks for?")
            running.type("y")
            running.until("Share 1 of Overseers")
            for holder in (1, 3):
                running.type(" ".join(paper.rows(self.memory / "out" / f"holder-{holder}.pdf", 1)))
            running.until("which are on paper now?")
            running.type("")
            assert running.end() == 0, running.said
        finally:
            running.kill()
        return running.said


@pytest.fixture
def walk(tipline, agency, tmp_path: Path) -> Iterator[Walk]:
    memory = Path(tempfile.mkdtemp(dir="/dev/shm"))
    yield Walk(tipline, agency, tmp_path, memory)
    shutil.rmtree(memory)


@pytest.mark.assurance
def test_it_joins_and_both_publish(walk: Walk):
    """From init to the keyring that names both, with holders of its own; the police's host does nothing."""
    with walk.serve():
        walk.collect(walk.police)
        keyring = walk.fetch()
    walk.begin()
    assert not (walk.overseers / "relay").exists()
    said = walk.hold(keyring)
    assert "console  'oversight', known as 'Police Ombudsman'  ASKS" in said
    assert "its own categories: police-officials" in said
    assert "console  'agency', known as 'Harbour Police'" in said
    root = fingerprint((walk.police / "agency" / "root.pub").read_bytes()).hex()
    walk.ok("keys", "install", "--data", walk.overseers, "--root", root, walk.memory / "out" / "grant")
    mine, theirs = (recovery.installed(data / "agency") for data in (walk.overseers, walk.police))
    assert ([key.name for key in mine.desks], mine.k, mine.n) == (["Overseers"], 2, 3)
    assert not {key.public for key in mine.desks} & {key.public for key in theirs.desks}
    line = tomllib.loads((walk.overseers / FOR_RELAY).read_text())["consoles"]
    walk.change(walk.intake, {"consoles": {**tomllib.loads(walk.intake.read_text())["consoles"], **line}})
    with walk.serve():
        walk.collect(walk.overseers)
        walk.collect(walk.police)
        shown = walk.ok("keys", "check", walk.fetch(), "--root", root)
    assert "list 2, 0 signers revoked" in shown
    assert "police-officials: About the police or an official -> Overseers" in shown
    assert "MISSING" not in shown


def test_without_the_root_or_its_list_no_ceremony_is_held_for_it(tipline, agency, tmp_path: Path):
    """A root of its own would make it another agency; without the list, the police would be unlisted."""
    officers = (OfficerPlan("Ines", "ines ines ines ines", ("Triage",)),)
    joining = Plan(tmp_path / "data", "X", officers, console="oversight", relay="http://x", profile=CHEAPEST)
    asked = ["keys", "ceremony", "--request", begin(joining).request, "--on-disk", "--out", tmp_path / "out"]
    for options in ((), ("--root-key", agency.data / "offline" / "root.key")):
        done = tipline(*asked, *options, text=b"y\n")
        assert done.returncode == 2
        assert b"joins an agency that has a root" in done.stderr


def test_it_needs_a_name_of_its_own(tipline, tmp_path: Path):
    """Two consoles of one name would post over each other."""
    done = tipline(
        "init", "--data", tmp_path / "x", "--name", "X", "--relay", "http://127.0.0.1:9", "--officer", "A:B"
    )
    assert done.returncode == 2
    assert b"--console oversight" in done.stderr
