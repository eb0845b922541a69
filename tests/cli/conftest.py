"""An agency made by the real command, its keyring as a relay would serve it, and a way to run commands."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from tipline import clock, db
from tipline.ceremony import ceremony, grant, request
from tipline.cli.main import main
from tipline.collector import holding
from tipline.collector.post_keyring import post_keyring
from tipline.keyring import keyring
from tipline.keyring.signature import fingerprint
from tipline.keys import files
from tipline.wire import shapes

PASSPHRASES = {"Maria": "maria maria maria", "Jonas": "jonas: jonas jonas"}
#: They block signals, shut their process off from others, or ask, and the runner repeats what was answered.
PROGRAMS = {"intake", "collector", "console", "demo", "drill", "bench", "open", "backup", "restore"}
Run = Callable[..., subprocess.CompletedProcess[bytes]]


@dataclass(frozen=True)
class Agency:
    """The *data* folder of `tipline init`, what it *said*, and the keyring's file."""

    data: Path
    said: subprocess.CompletedProcess[bytes]
    keyring: Path
    fingerprint: str


class _Kept:
    body = b""

    def put_keyring(self, body: bytes) -> None:
        self.body = body


def run_command(*arguments: object, text: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run `tipline` with these arguments and this standard input.

    In this process, where the command leaves it as it was: starting Python costs more than most commands do.
    """
    given = [str(one) for one in arguments]
    if given and given[0] in PROGRAMS:
        command = [sys.executable, "-m", "tipline", *given]
        return subprocess.run(command, input=text, capture_output=True, check=False, timeout=120)
    done = CliRunner().invoke(main, given, input=text, prog_name="tipline", catch_exceptions=False)
    return subprocess.CompletedProcess(given, done.exit_code, done.stdout_bytes, done.stderr_bytes)


def settle(data: Path) -> None:
    """Hold the ceremony for a begun agency, keep its root key in offline/, and install the grant."""
    made = ceremony.hold(request.read(data / "offline" / "agency.request"), clock.today())
    files.write_new(data / "offline" / "root.key", files.ROOT, made.root.seed)
    (data / "offline" / "grant").mkdir()
    grant.write(data / "offline" / "grant", made.grant)
    root = fingerprint(made.root.public).hex()
    done = run_command("keys", "install", "--data", data, data / "offline" / "grant", "--root", root)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def tipline() -> Run:
    return run_command


@pytest.fixture(scope="session")
def agency(tmp_path_factory) -> Agency:
    folder = tmp_path_factory.mktemp("cli")
    (folder / "passphrases").write_text("".join(f"{name}: {words}\n" for name, words in PASSPHRASES.items()))
    said = run_command(
        "init", "--data", folder / "data", "--name", "Harbour Police", "--desk", "Narcotics",
        "--officer", "Maria:Triage", "--officer", "Jonas:Narcotics", "--passphrases", folder / "passphrases",
        "--envelope-places", 16, "--parcel-places", 4, "--handover", "127.0.0.1:9", "--no-plain",
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    settle(folder / "data")
    held = holding.read(folder / "data" / "agency" / "console.toml")
    engine, kept = db.open_engine(held.database), _Kept()
    post_keyring(kept, engine, held)
    engine.dispose()
    path = folder / "keyring"
    posted = shapes.read_posting(kept.body)
    assert posted.section is not None
    path.write_bytes(keyring.pack(held.root_public, posted.revocations, [posted.section]))
    return Agency(folder / "data", said, path, held.settings.root_fingerprint)


@pytest.fixture(scope="session")
def desk_key(agency: Agency, tmp_path_factory) -> Path:
    """The triage desk's key, as its officer exports it."""
    path = tmp_path_factory.mktemp("key") / "triage.key"
    done = run_command(
        "keys", "export-desk", "--data", agency.data, "--officer", "Maria", "--desk", "Triage", "--out", path,
        text=PASSPHRASES["Maria"].encode() + b"\n",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return path
