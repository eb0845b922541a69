"""`tipline audit` as an auditor types it: sentences, JSON and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.audit.conftest import Audited, audited, made
from tipline import clock
from tipline.board import board
from tipline.board.board import Head
from tipline.cli.main import main
from tipline.keys import signer

__all__ = ["audited", "made"]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["audit", *map(str, arguments)])


def kept_board(audited: Audited, days_ago: int, to: Path) -> Path:
    """Write the board of a day as somebody outside kept it."""
    day = clock.from_day_number(clock.day_number() - days_ago)
    keys = audited.folder / "keys"
    root = (audited.folder / "root.pub").read_bytes()
    own = signer.load(keys / "signer.key", keys / "signer.cert", root)
    audit = audited.published[day].digest
    head = Head("agency", 10_000 - days_ago, day, bytes(32), 0, 0, board.digest([], []), audit)
    to.write_bytes(board.pack([board.pack_section(own.vouching, own.sign_head(head), [], [])]))
    return to


def test_it_says_that_all_holds(audited: Audited, tmp_path: Path):
    """Against two boards that were kept: the later extends the earlier."""
    boards = [kept_board(audited, days, tmp_path / f"board.{days}") for days in (1, 2)]
    done = run("verify", "--data", audited.folder.parent, "--head", boards[0], "--board", boards[1])
    assert done.exit_code == 0, done.output
    assert "all 10 entries hold" in done.output
    assert "extends that of" in done.output


def test_it_ends_with_seven_and_says_what_is_wrong(audited: Audited):
    """In a sentence each, and as JSON for a program."""
    digest = next(iter(audited.published.values())).digest.hex()
    audited.remove(2)
    told = run("verify", "--data", audited.folder.parent, "--head", digest)
    assert told.exit_code == 7
    assert "FAULT: desk Triage: entry 2 was removed" in told.output
    found = run("verify", "--data", audited.folder.parent, "--json")
    assert found.exit_code == 7
    said = json.loads(found.stdout)
    assert not said["holds"]
    assert said["faults"] == ["desk Triage: entry 2 was removed"]


def test_an_export_needs_nothing_but_the_root(audited: Audited, tmp_path: Path):
    """Written here, checked there."""
    out, root = tmp_path / "audit.jsonl", audited.agency.made.fingerprint.hex()
    assert run("export", "--data", audited.folder.parent, "--out", out).exit_code == 0
    board_ = kept_board(audited, 1, tmp_path / "board")
    done = run("verify", "--export", out, "--root", root, "--head", board_)
    assert done.exit_code == 0, done.output
    assert run("verify", "--export", out, "--root", "00" * 32).exit_code == 3
    assert run("export", "--data", audited.folder.parent, "--out", out).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "code"), [((), 2), (("--head", "nothing"), 2), (("--board", "http://127.0.0.1:1/board"), 4)]
)
def test_it_says_what_it_cannot_use(audited: Audited, arguments: tuple[str, ...], code: int):
    """Neither folder nor file; a head that is none; a relay that does not answer."""
    data = ("--data", audited.folder.parent) if arguments else ()
    assert run("verify", *data, *arguments).exit_code == code
