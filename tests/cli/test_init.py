from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from tipline import db, tables
from tipline.ceremony import request
from tipline.cli.reading import in_groups
from tipline.keyring.signature import fingerprint
from tipline.keys import rows
from tipline.settings import ConsoleSettings, IntakeSettings, load


def test_it_makes_an_agency_and_says_what_goes_where(agency):
    """The request's way to the ceremony and back, then three folders; each step on standard error."""
    said = agency.said.stdout.decode()
    for word in ("agency.request", "never online", "tipline keys ceremony", "tipline keys install", "relay"):
        assert word in said
    signer = request.read(agency.data / "offline" / "agency.request").signer
    assert in_groups(fingerprint(signer)) in said
    assert b"making signer" in agency.said.stderr
    assert b"maria" not in (agency.said.stdout + agency.said.stderr)


@pytest.mark.parametrize(
    ("program", "settings"),
    [
        ("collector", "agency/console.toml"),
        ("console", "agency/console.toml"),
        ("intake", "relay/intake.toml"),
    ],
)
def test_no_program_starts_before_the_ceremony(tipline, begun: Path, program: str, settings: str):
    """One sentence says what to do."""
    done = tipline(program, "--config", begun / settings)
    assert done.returncode == 2
    assert b"hold the ceremony, then run `tipline keys install`" in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_no_private_key_of_a_desk_is_there_before_its_recovery_key(begun: Path):
    """Between init and install there is nothing that a lost officer could take along."""
    engine = db.open_engine(begun / "agency" / "console.db")
    with engine.connect() as connection:
        for table in (tables.desk_key, tables.member_key, tables.recovery_key):
            assert connection.execute(table.select()).all() == []
        kinds = connection.scalars(select(tables.desk.c.kind)).all()
        assert sorted(kinds) == [rows.ADMINISTRATION, rows.TRIAGE]
    engine.dispose()
    assert not list(begun.rglob("root.*"))


@pytest.fixture(scope="module")
def begun(tipline, tmp_path_factory) -> Path:
    """An agency after `tipline init` and before its ceremony."""
    data = tmp_path_factory.mktemp("begun") / "data"
    typed = b"maria maria maria\nmaria maria maria\n"
    done = tipline("init", "--data", data, "--name", "X", "--officer", "Maria:Triage", text=typed)
    assert done.returncode == 0, done.stderr
    return data


def test_it_writes_the_options_into_the_settings(agency):
    """Addresses, sizes and the switch for the plain pages."""
    intake = load(IntakeSettings, agency.data / "relay" / "intake.toml")
    console = load(ConsoleSettings, agency.data / "agency" / "console.toml")
    assert (intake.envelope_places, intake.parcel_places, intake.plain) == (16, 4, None)
    assert (intake.handover, console.relay) == ("127.0.0.1:9", "http://127.0.0.1:9")
    assert console.name == "Harbour Police"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--officer", "Maria"), b"NAME:DESK"),
        (("--officer", "Maria:Triage", "--officer", "Zoe:Triage"), b"no passphrase for Zoe"),
        (("--officer", "Maria:Harbour"), b"Harbour"),
        (("--officer", "Maria:Triage", "--desk", "Arms"), b"Arms has no officer"),
        (("--officer", "Maria:Triage", "--public", "nowhere"), b"public"),
        (("--officer", "Short:Triage"), b"12 characters"),
    ],
)
def test_it_refuses_in_one_line(tipline, tmp_path: Path, options: tuple[str, ...], says: bytes):
    """What is wrong is named, and nothing is made."""
    (tmp_path / "passphrases").write_text("Maria: maria maria maria\nShort: short\n")
    done = tipline(
        "init", "--data", tmp_path / "new", "--name", "X", "--passphrases", tmp_path / "passphrases", *options
    )
    assert done.returncode in {2, 5}
    assert says in done.stderr
    assert b"Traceback" not in done.stderr
    assert not (tmp_path / "new").exists()


def test_it_never_touches_an_agency_that_is_there(tipline, agency):
    """A second init in the same folder is refused before it asks anything."""
    done = tipline("init", "--data", agency.data, "--name", "X")
    assert done.returncode == 2
    assert b"not an empty folder" in done.stderr


def test_it_asks_for_name_and_passphrase(tipline, tmp_path: Path):
    """Without options it asks; a short passphrase is asked again, and never echoed."""
    typed = b"Maria\nshort\nshort\nmaria maria maria\nmaria maria maria\n"
    done = tipline("init", "--data", tmp_path / "new", "--name", "X", text=typed)
    assert done.returncode == 0, done.stderr
    assert b"12 characters" in done.stderr
    assert b"maria maria" not in done.stdout + done.stderr


def test_it_reads_passphrases_strictly(tipline, tmp_path: Path):
    """A line that is no NAME:PASSPHRASE is refused without being quoted."""
    (tmp_path / "passphrases").write_text("maria maria maria\n")
    done = tipline(
        "init", "--data", tmp_path / "new", "--name", "X", "--officer", "Maria:Triage",
        "--passphrases", tmp_path / "passphrases",
    )  # fmt: skip
    assert done.returncode == 2
    assert b"NAME:PASSPHRASE" in done.stderr
    assert b"maria maria" not in done.stderr
