"""How holders are asked: in click's own runner, since every command asks through these functions."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from shamir_mnemonic.wordlist import WORDLIST

from tipline.ceremony import shares
from tipline.cli.shares import ask, read_root, root_options
from tipline.keys import files
from tipline.keys.signing import SigningKey

SEED = secrets.token_bytes(32)
GIVEN, STRANGE = shares.split(SEED, 3, 5), shares.split(secrets.token_bytes(32), 3, 5)
ROOT = SigningKey.generate()


@click.command()
def command() -> None:
    sets = {shares.set_of(GIVEN[0]): "Triage", shares.set_of(STRANGE[0]): "Narcotics"}
    click.echo(ask("Triage", 32, lambda seed: seed == SEED, sets).hex())


def typed(*lines: str) -> Result:
    return CliRunner().invoke(command, input="\n".join(lines) + "\n")


def test_it_takes_shares_in_lines_or_scanned():
    """A whole share at once, or row by row as it stands on the sheet."""
    words = GIVEN[1].split()
    rows = [" ".join(words[at : at + 5]) for at in range(0, 33, 5)]
    done = typed(GIVEN[0].upper(), *rows, GIVEN[4])
    assert done.exit_code == 0, done.output
    assert done.stdout.strip() == SEED.hex()


def test_a_word_that_is_in_no_share_costs_one_line():
    """It is named by its place, and what was right before it stays."""
    words = GIVEN[1].split()
    done = typed(GIVEN[0], " ".join(words[:20]), "tripline", " ".join(words[20:]), GIVEN[2])
    assert done.exit_code == 0, done.output
    assert "Word 21, tripline, is in no share" in done.stderr


def test_a_wrong_word_costs_one_word():
    """The checksum says which word it is, and that one is asked again."""
    words = GIVEN[1].split()
    wrong = [*words[:16], WORDLIST[WORDLIST.index(words[16]) - 1], *words[17:]]
    done = typed(GIVEN[0], " ".join(wrong), words[16], GIVEN[2])
    assert done.exit_code == 0, done.output
    assert f"word 17, {wrong[16]}, is not as it is printed" in done.stderr


def test_two_wrong_words_cost_the_share():
    words = GIVEN[1].split()
    done = typed(GIVEN[0], " ".join([*words[:9], words[10], words[9], *words[11:]]), GIVEN[1], GIVEN[2])
    assert done.exit_code == 0, done.output
    assert "Two or more words are wrong" in done.stderr or "two or more words are wrong" in done.stderr


def test_a_share_of_another_key_is_named():
    """Who brought the wrong sheet is told which one it is, before the others type theirs."""
    done = typed(STRANGE[0], *GIVEN[:3])
    assert done.exit_code == 0, done.output
    assert "It is a share of Narcotics, not of Triage" in done.stderr


def test_it_begins_again_when_told_to():
    done = typed(GIVEN[0], "again", *GIVEN[:3])
    assert done.exit_code == 0, done.output


def test_a_share_typed_twice_does_not_count_twice():
    done = typed(GIVEN[0], GIVEN[0], *GIVEN[1:3])
    assert done.exit_code == 0, done.output
    assert "typed already" in done.stderr


def test_fewer_shares_than_needed_never_end_it():
    """It goes on asking; with nobody there to answer it ends without a key."""
    done = typed(*GIVEN[:2])
    assert done.exit_code != 0
    assert done.stdout == ""


@click.command()
@root_options
@click.option("--public")
def rooted(root_key: Path | None, root_shares: bool, public: str | None) -> None:
    known = bytes.fromhex(public) if public else None
    click.echo(read_root(root_key, root_shares=root_shares, public=known).seed.hex())


@pytest.mark.parametrize("known", [True, False])
def test_the_root_comes_from_its_file_or_its_shares(tmp_path: Path, known: bool):
    files.write_new(tmp_path / "root.key", files.ROOT, ROOT.seed)
    public = ["--public", ROOT.public.hex()] if known else []
    lines = "\n".join(shares.split(ROOT.seed, 2, 3)[1:]) + "\n"
    for options, typing in ((["--root-key", str(tmp_path / "root.key")], ""), (["--root-shares"], lines)):
        done = CliRunner().invoke(rooted, [*options, *public], input=typing)
        assert done.stdout.strip() == ROOT.seed.hex(), done.stderr


def test_another_root_is_refused(tmp_path: Path):
    """From a file it is an error; shares are asked for again, since somebody brought the wrong sheets."""
    files.write_new(tmp_path / "root.key", files.ROOT, ROOT.seed)
    other = SigningKey.generate()
    public = ["--public", other.public.hex()]
    done = CliRunner().invoke(rooted, ["--root-key", str(tmp_path / "root.key"), *public])
    assert done.exit_code != 0
    wrong, right = shares.split(ROOT.seed, 2, 3)[:2], shares.split(other.seed, 2, 3)[:2]
    done = CliRunner().invoke(rooted, ["--root-shares", *public], input="\n".join([*wrong, *right]) + "\n")
    assert done.stdout.strip() == other.seed.hex()
    assert "they are not those of the root" in done.stderr


def test_one_way_to_the_root_is_needed_and_no_second(tmp_path: Path):
    files.write_new(tmp_path / "root.key", files.ROOT, ROOT.seed)
    for options in ([], ["--root-shares", "--root-key", str(tmp_path / "root.key")]):
        done = CliRunner().invoke(rooted, options)
        assert done.exit_code != 0
        assert done.stdout == ""


def test_no_word_can_be_scrolled_back_to():
    """A terminal is cleared with the lines that it keeps above the screen, after each share."""
    ours, theirs = os.openpty()
    with os.fdopen(theirs, "wb") as terminal:
        subprocess.run(
            [sys.executable, "-c", "from tipline.cli.shares import clear; clear()"],
            stdout=terminal, check=True,
        )  # fmt: skip
    shown = os.read(ours, 10_000)
    os.close(ours)
    assert b"\x1b[2J" in shown
    assert b"\x1b[3J" in shown
