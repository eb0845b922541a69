"""The ceremony as it is held: the command runs, and words and codes are read off its printed sheets."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from shamir_mnemonic.wordlist import WORDLIST

from tests.cli import paper
from tests.cli.conftest import run_command
from tipline.ceremony import grant, request, shares
from tipline.ceremony.ceremony import SplitKey
from tipline.cli import ceremony
from tipline.keyring import certificate
from tipline.keyring.signature import fingerprint
from tipline.keys import files, recovery
from tipline.keys.officer import CHEAPEST
from tipline.keys.signing import SigningKey
from tipline.seal.suite import HYBRID
from tipline.setup import agency, asking
from tipline.setup.plan import OfficerPlan, Plan

OFFICERS = (
    OfficerPlan("Maria", "maria maria maria", ("Triage",)),
    OfficerPlan("Jonas", "jonas jonas jonas", ("Human trafficking",)),
)
NAMES = ("Maria González", "Jonas Ødegård", "Ελένη Παππά", "Иван Петров", "x" * 100)


class Ceremony:
    """`tipline keys ceremony`, running, with somebody at its keyboard."""

    def __init__(self, *options: object) -> None:
        command = [sys.executable, "-u", "-m", "tipline", "keys", "ceremony", *map(str, options)]
        pipe = subprocess.PIPE
        self._running = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT)
        self.said = ""

    def until(self, words: str) -> None:
        """Read what it says until it has said this."""
        start = len(self.said)
        while words not in self.said[start:]:
            byte = self._running.stdout.read(1)
            assert byte, f"it ended, and did not say {words!r}: {self.said}"
            self.said += byte.decode("latin-1")

    def type(self, line: str) -> None:
        self._running.stdin.write(line.encode() + b"\n")
        self._running.stdin.flush()

    def kill(self) -> None:
        """End it, if a test did not get so far."""
        self._running.kill()
        for pipe in (self._running.stdin, self._running.stdout):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
        self._running.wait()

    def end(self) -> int:
        self._running.stdin.close()
        with self._running.stdout as rest:
            self.said += rest.read().decode("latin-1")
        return self._running.wait(30)


@dataclass
class Table:
    """What lies on the table: the begun agency, the folder in memory, pictures of paper elsewhere."""

    data: Path
    out: Path
    desktop: Path

    begun: list[Ceremony] = field(default_factory=list)

    def begin(self, *options: object) -> Ceremony:
        self.begun.append(Ceremony(*options))
        return self.begun[-1]

    @property
    def options(self) -> list[object]:
        return ["--request", self.data / "offline" / "agency.request", "--out", self.out]

    def sheet(self, holder: int, key: int) -> str:
        """Return the words of a sheet as they are printed: holder and key count from 1."""
        return " ".join(paper.rows(self.out / f"holder-{holder}.pdf", key))

    def scan(self, holder: int, key: int) -> str:
        (text,) = paper.scanned(self.out / f"holder-{holder}.pdf", key, self.desktop / "scan")
        return text


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    agency.begin(Plan(tmp_path / "data", "Harbour", OFFICERS, ("Human trafficking",), profile=CHEAPEST))
    memory = Path(tempfile.mkdtemp(dir="/dev/shm"))
    here = Table(tmp_path / "data", memory / "out", tmp_path)
    yield here
    for running in here.begun:
        running.kill()
    shutil.rmtree(memory)


def test_it_ends_only_when_every_key_came_back_from_paper(table: Table):
    """Three holders for each of three keys: rows of words, codes, and for the last key both."""
    names = [option for name in NAMES for option in ("--holder", name)]
    running = table.begin(*table.options, *names, "--keep-root-key", table.desktop / "root.key")
    running.until("Is this what the agency asks for?")
    running.type("y")
    running.until("Share 1 of the root")
    assert sorted(path.name for path in table.out.iterdir()) == [f"holder-{n}.pdf" for n in range(1, 6)]
    assert [paper.pages(table.out / f"holder-{n}.pdf") for n in range(1, 6)] == [3] * 5
    blocks, printed = table.out.parent / "blocks", (table.out / "holder-1.pdf").read_bytes()
    blocks.hardlink_to(table.out / "holder-1.pdf")
    for holder in (5, 1, 3):
        for row in paper.rows(table.out / f"holder-{holder}.pdf", 1):
            running.type(row)
    running.until("the root: given back from the printed shares")
    for holder in (2, 3, 4):
        running.type(table.scan(holder, 2))
    running.until("Human trafficking: given back")
    assert not (table.out / "grant").exists()
    for holder in (1, 2):
        running.type(table.sheet(holder, 3))
    running.until("Share 3 of 3 of Triage")
    assert not (table.out / "grant").exists()
    assert not (table.desktop / "root.key").exists()
    running.type(table.scan(5, 3))
    running.until("which are on paper now?")
    running.type("")
    assert running.end() == 0, running.said
    assert [path.name for path in table.out.iterdir()] == ["grant"]
    after = blocks.read_bytes()
    assert not any(printed[at : at + 64] in after for at in range(0, len(printed) - 64, 64))
    _check_grant(table)


def _check_grant(table: Table) -> None:
    given = grant.read(table.out / "grant")
    root = SigningKey(files.read(table.desktop / "root.key", files.ROOT))
    keys = recovery.verified(root.public, given.recovery)
    assert [key.name for key in keys.desks] == ["Human trafficking", "Triage"]
    assert (keys.k, keys.n, given.root_public) == (3, 5, root.public)
    assert len(certificate.verified(root.public, given.certificate).desks) == 1
    done = run_command(
        "keys", "install", "--data", table.data, table.out / "grant", "--root", fingerprint(root.public).hex()
    )
    assert done.returncode == 0, done.stderr
    assert b"keys made for Human trafficking, Triage" in done.stdout


def test_wrong_words_are_refused_with_what_is_wrong(table: Table):
    """A word of no share, a wrong word, another key's sheet, one sheet twice; and k-1 sheets end nothing."""
    running = table.begin(*table.options)
    running.type("y")
    running.until("Share 1 of the root")
    words = shares.read_words(table.sheet(1, 1))
    running.type(" ".join([*words[:3], "tripline"]))
    running.until("Word 4, tripline, is in no share")
    wrong = WORDLIST[WORDLIST.index(words[40]) ^ 1]
    running.type(" ".join([*words[:40], wrong, *words[41:]]))
    running.until(f"word 41, {wrong}, is not as it is printed")
    running.type(words[40])
    running.until("Share 1 of the root is right")
    running.type(" ".join(words))
    running.until("typed already")
    running.type(table.sheet(2, 1))
    running.type(table.sheet(3, 1))
    running.until("the root: given back")
    running.type(table.sheet(1, 3))
    running.until("It is a share of Triage, not of Human trafficking")
    running.type(table.sheet(1, 2))
    running.type(table.sheet(2, 2))
    running.until("Share 3 of 3 of Human trafficking")
    assert running.end() != 0
    assert not (table.out / "grant").exists()


def test_good_shares_of_another_key_prove_nothing():
    """Whole sheets, of one set: but what they give back is not the private half of what is granted."""
    printed, granted = HYBRID.generate(), HYBRID.generate()
    split = SplitKey("Triage", bytes(16), granted.public, shares.split(printed.seed, 3, 5))
    prove = click.command()(lambda: ceremony._prove(HYBRID, [split]))
    done = CliRunner().invoke(prove, input="\n".join(split.shares[1:4]) + "\n")
    assert done.exit_code != 0
    assert "they are not those of Triage. All again" in done.output
    assert "given back" not in done.output


def test_secrets_leave_no_file_besides_the_sheets(table: Table, monkeypatch):
    """Neither in the temp folder, nor in the home folder, nor in the folder that it is started from."""
    for name in ("TMPDIR", "HOME", "XDG_CACHE_HOME"):
        folder = table.desktop / name
        folder.mkdir()
        monkeypatch.setenv(name, str(folder))
    monkeypatch.chdir(table.desktop / "HOME")
    before = set(table.desktop.rglob("*"))
    running = table.begin(*table.options)
    running.type("y")
    running.until("Share 1 of the root")
    assert running.end() != 0
    assert set(table.desktop.rglob("*")) == before
    for path in table.out.iterdir():
        assert (path.suffix, path.stat().st_mode & 0o777) == (".pdf", 0o600)


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (("--threshold", 1), 2, b"at least 2 shares"),
        (("--threshold", 4, "--holders", 3), 2, b"4 of 3"),
        (("--holders", 17), 2, b"at most 16"),
        (("--holder", "Maria"), 2, b"1 names of holders, and there are 5 shares"),
        (("--root-shares", "--root-key", __file__), 2, b"either"),
        (tuple(part for name in ("李明", "B", "C", "D", "E") for part in ("--holder", name)), 2, b"--fonts"),
    ],
)
def test_it_refuses_in_one_line(tipline, table: Table, options: tuple[object, ...], code: int, says: bytes):
    done = tipline("keys", "ceremony", *table.options, *options, text=b"y\n")
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert b"Traceback" not in done.stderr
    assert not (table.out / "grant").exists()


def test_it_wants_a_folder_in_memory(tipline, table: Table):
    """What a disk has held may be read from it later; who insists is let."""
    options = ["--request", table.data / "offline" / "agency.request", "--out", table.desktop / "out"]
    told = subprocess.run(["stat", "-f", "-c", "%T", table.desktop], capture_output=True, check=True)
    if told.stdout.strip() in {b"tmpfs", b"ramfs"}:
        pytest.skip("this machine's temp folder is in memory")
    done = tipline("keys", "ceremony", *options, text=b"y\n")
    assert done.returncode == 6
    assert b"is on a disk" in done.stderr
    done = tipline("keys", "ceremony", *options, "--on-disk", text=b"y\n")
    assert (table.desktop / "out" / "holder-1.pdf").exists(), done.stderr


def test_what_the_agency_does_not_ask_for_is_not_signed(tipline, table: Table):
    """A request that was exchanged on its way is seen before anything is made."""
    done = tipline("keys", "ceremony", *table.options, text=b"n\n")
    assert done.returncode != 0
    assert b"desk     Triage " in done.stdout
    assert b"suite    MLKEM768-X25519\n" in done.stdout
    assert not table.out.exists()


def test_a_second_ceremony_makes_keys_for_new_desks_only(tipline, table: Table, tmp_path: Path):
    """With the root's shares, for a desk that came later; without them the agency would get another root."""
    made = agency.create(
        Plan(tmp_path / "grown", "Harbour", OFFICERS, ("Human trafficking",), profile=CHEAPEST)
    )
    added = tipline("keys", "add-desk", "--data", made.data, "--desk", "Wildlife", "--officer", "Jonas")
    assert added.returncode == 0, added.stderr
    asked = tmp_path / "again.request"
    assert tipline("keys", "request", "--data", made.data, "--out", asked).returncode == 0
    options = ["--request", asked, "--out", table.out]
    assert b"this agency has a root" in tipline("keys", "ceremony", *options, text=b"y\n").stderr
    running = table.begin(*options, "--root-shares")
    for share in made.shares[None][1:4]:
        running.type(share)
    running.until("Is this what the agency asks for?")
    running.type("y")
    running.until("Share 1 of Wildlife")
    assert paper.pages(table.out / "holder-1.pdf") == 1
    for holder in (1, 3, 5):
        running.type(table.scan(holder, 1))
    running.until("on paper now?")
    running.type("n")
    assert running.end() == 0, running.said
    done = tipline("keys", "install", "--data", made.data, table.out / "grant")
    assert done.returncode == 0, done.stderr
    assert b"keys made for Wildlife" in done.stdout
    keys = recovery.installed(made.data / "agency")
    assert (keys.serial, len(keys.desks)) == (2, 3)
    assert request.read(asked).name == "Harbour"


def test_a_desk_is_added_with_officers_who_are_there(tipline, table: Table):
    """Nobody else, no name twice; and a refused one leaves no half of a desk."""
    options = ["keys", "add-desk", "--data", table.data, "--desk"]
    assert b"no officer Zoe" in tipline(*options, "Arms", "--officer", "Maria", "--officer", "Zoe").stderr
    assert b"already" in tipline(*options, "Triage", "--officer", "Maria").stderr
    assert tipline(*options, "Arms", "--officer", "Maria", "--receives").returncode == 0
    asked = asking.request_of(table.data / "agency")
    assert [(desk.name, desk.receives) for desk in asked.desks] == [
        ("Arms", True), ("Human trafficking", False), ("Triage", True)
    ]  # fmt: skip


def test_a_file_of_the_root_that_is_there_is_refused_at_once(table: Table):
    """And not after an hour, when every key has come back from paper."""
    (table.desktop / "root.key").write_bytes(b"another agency's")
    running = table.begin(*table.options, "--keep-root-key", table.desktop / "root.key")
    assert running.end() == 2, running.said
    assert "root.key" in running.said
    assert not table.out.exists()
    running = table.begin(*table.options, "--keep-root-key", table.desktop / "missing" / "root.key")
    assert running.end() == 2, running.said
