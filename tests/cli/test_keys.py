from __future__ import annotations

import json
import shutil
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from tipline import clock, db, tables
from tipline.ceremony import words
from tipline.cli.reading import read_keyring
from tipline.keyring import section
from tipline.keyring.keyring import pack
from tipline.keys import epoch, files, recovery, roll, signer
from tipline.seal.suite import HYBRID


def test_it_prints_the_fingerprint(tipline, agency):
    """In digits, in groups, and in the 24 words of posters."""
    done = tipline("keys", "fingerprint", agency.data / "relay" / "root.pub")
    digits, groups, spoken = done.stdout.decode().splitlines()
    assert digits == agency.fingerprint == groups.replace(" ", "") == words.read(spoken).hex()
    assert tipline("keys", "fingerprint", agency.keyring).returncode == 3


def test_it_checks_a_keyring(tipline, agency):
    """With the fingerprint that is known, in any spacing; it prints desks, categories and dates."""
    for root in (
        agency.fingerprint,
        " ".join(agency.fingerprint[at : at + 8] for at in range(0, 64, 8)).upper(),
        words.write(bytes.fromhex(agency.fingerprint)),
    ):
        done = tipline("keys", "check", agency.keyring, "--root", root)
        assert done.returncode == 0, done.stderr
        assert done.stderr == b""
    said = done.stdout.decode()
    for part in (
        "agency: serial ",
        "Triage",
        "wildlife: Wildlife crime -> Triage",
        "every signature holds",
    ):
        assert part in said
    assert str(clock.today() + timedelta(days=13)) in said


def test_it_says_that_a_root_was_not_compared(tipline, agency):
    """Any keyring vouches for itself."""
    done = tipline("keys", "check", agency.keyring)
    assert done.returncode == 0
    assert b"not compared" in done.stderr


def test_it_refuses_a_keyring_that_is_not_vouched_for(tipline, agency, tmp_path: Path):
    """Another root, a changed byte, half a file, no file: each is one line and an exit code."""
    assert tipline("keys", "check", agency.keyring, "--root", "ab" * 32).returncode == 3
    assert tipline("keys", "check", agency.keyring, "--root", "ab").returncode == 2
    data = agency.keyring.read_bytes()
    for wrong in (data[:-1], data[:100], data[:3000] + b"x" + data[3001:], b""):
        (tmp_path / "wrong").write_bytes(wrong)
        done = tipline("keys", "check", tmp_path / "wrong", "--root", agency.fingerprint)
        assert (done.returncode, done.stderr.count(b"\n")) == (3, 1)
        assert tipline("keys", "check", tmp_path / "wrong").returncode == 3


def test_it_shows_a_keyring_that_ended_and_says_so(tipline, agency, tmp_path: Path):
    """The dates are printed, then refused."""
    keys = agency.data / "agency" / "keys"
    loaded = signer.load(
        keys / "signer.key", keys / "signer.cert", (agency.data / "relay" / "root.pub").read_bytes()
    )
    ended = section.Section(
        "agency",
        1,
        clock.today() - timedelta(days=20),
        clock.today() - timedelta(days=6),
        1,
        1,
        bytes(1216),
        (),
        (),
        0,
    )
    root_public = (agency.data / "relay" / "root.pub").read_bytes()
    nobody = signer.read_revocations(agency.data / "agency" / "revocations")
    sections = [(loaded.vouching, loaded.sign_section(ended))]
    (tmp_path / "old").write_bytes(pack(root_public, nobody, sections))
    done = tipline("keys", "check", tmp_path / "old", "--root", agency.fingerprint)
    assert done.returncode == 3
    assert str(clock.today() - timedelta(days=6)) in done.stdout.decode()
    assert b"holds" not in done.stdout


def test_it_exports_a_desks_key_and_writes_that_down(agency, desk_key: Path):
    """The key file is the owner's alone, and the desk's audit has who took which key."""
    assert stat.S_IMODE(desk_key.stat().st_mode) == 0o600
    assert desk_key.read_text().startswith("TIPLINE DESK KEY 1\n")
    engine = db.open_engine(agency.data / "agency" / "console.db")
    with engine.connect() as connection:
        entries = [json.loads(row.entry) for row in connection.execute(tables.audit.select())]
    engine.dispose()
    assert "key-exported" in [entry["action"] for entry in entries]


def test_it_exports_this_weeks_key(tipline, agency, tmp_path: Path):
    """The next week's is there days before, and opens nothing that was sealed until then."""
    data = shutil.copytree(agency.data, tmp_path / "data")
    config = data / "agency" / "console.toml"
    with db.writing(engine := db.open_engine(config.parent / "console.db")) as connection:
        roll.make(
            connection,
            config.parent / "keys",
            epoch.of(clock.day_number()) + 1,
            recovery.installed(config.parent),
        )
    engine.dispose()
    out = tmp_path / "out.key"
    done = tipline(
        "keys", "export-desk", "--data", data, "--officer", "Maria", "--desk", "Triage", "--out", out,
        text=b"maria maria maria\n",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (published,) = read_keyring(agency.keyring, agency.fingerprint).sections
    (desk,) = published.section.desks
    assert HYBRID.private(files.read(out, files.DESK)).public == desk.keys[0]


@pytest.mark.parametrize(
    ("options", "typed", "code"),
    [
        (("--officer", "Maria", "--desk", "Triage"), b"wrong wrong wrong\n", 5),
        (("--officer", "Nobody", "--desk", "Triage"), b"maria maria maria\n", 5),
        (("--officer", "Jonas", "--desk", "Triage"), b"jonas: jonas jonas\n", 5),
        (("--officer", "Maria", "--desk", "Triage", "--epoch", "1"), b"maria maria maria\n", 5),
    ],
)
def test_it_exports_to_members_alone(  # noqa: PLR0917
    tipline, agency, tmp_path: Path, options, typed: bytes, code: int
):
    """A wrong passphrase, a stranger, another desk's officer, an epoch that is not there: no file."""
    out = tmp_path / "out.key"
    done = tipline("keys", "export-desk", "--data", agency.data, "--out", out, *options, text=typed)
    assert done.returncode == code, done.stderr
    assert not out.exists()


def test_it_exports_over_no_file(tipline, agency, desk_key: Path):
    """A key is never written over another."""
    before = desk_key.read_bytes()
    done = tipline(
        "keys", "export-desk", "--data", agency.data, "--officer", "Jonas", "--desk", "Narcotics",
        "--out", desk_key, text=b"jonas: jonas jonas\n",
    )  # fmt: skip
    assert done.returncode == 5
    assert desk_key.read_bytes() == before


def test_it_names_a_folder_that_is_no_agency(tipline, tmp_path: Path):
    """One line."""
    shutil.rmtree(tmp_path / "x", ignore_errors=True)
    done = tipline(
        "keys",
        "export-desk",
        "--data",
        tmp_path,
        "--officer",
        "M",
        "--desk",
        "T",
        "--out",
        tmp_path / "k",
        text=b"x\n",
    )
    assert done.returncode == 2
    assert b"console.db" in done.stderr
