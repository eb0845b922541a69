"""`tipline audit`: check every entry against what was published, or hand the audit to somebody who does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import httpx

from tipline.audit import database, export, kept
from tipline.audit import verify as verifying
from tipline.audit.published import Kept
from tipline.audit.source import Source
from tipline.audit.verify import Report
from tipline.cli.reading import read_fingerprint
from tipline.errors import AuditError, RelayError, SettingsError
from tipline.keys import signer
from tipline.keys.roster import Trust

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def command() -> None:
    """Check every entry of the audit, and hand it to somebody who checks it outside."""


@command.command()
@click.option("--data", type=FOLDER, help="The folder that `tipline init` made.")
@click.option("--export", "export_file", type=FILE, help="A file of `tipline audit export`, not --data.")
@click.option("--root", metavar="HEX", help="With --export: the fingerprint that you know the agency by.")
@click.option(
    "--head", "--board", "heads", multiple=True, metavar="FILE|URL|HEX",
    help="A board that you kept, where one is published (.../board), or the 64 digits of its audit. "
    "Give as many as you have.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def verify(
    data: Path | None, export_file: Path | None, root: str | None, heads: tuple[str, ...], *, as_json: bool
) -> None:
    """Check the audit of --data or of --export, wholly: every entry, signature, roster and day head.

    With published heads, it is also shown that the chains still begin as they were when those were published,
    and that each later head extends the one before. Without one an older copy of everything looks right.

    Ends with 0 when all of it holds, with 7 when anything does not.
    """
    with _source(data, export_file, root) as source:
        report = verifying.verify(source, [_read_head(head, source.trust) for head in heads])
    if as_json:
        click.echo(json.dumps(_as_json(report), ensure_ascii=False, indent=2))
    else:
        _print(report)
    if not report.holds:
        raise AuditError(f"the audit does not hold: {len(report.faults)} faults")


@command.command("export")
@click.option("--data", required=True, type=FOLDER, help="The folder that `tipline init` made.")
@click.option("--out", required=True, type=NEW_FILE, help="The file to write.")
def export_(data: Path, out: Path) -> None:
    """Write all chains, rosters and day heads to a file, for an auditor who sees nothing else.

    It names officers, desks, case numbers and when each was opened; no word of a tip is in it.
    """
    folder = data / "agency"
    revocations = signer.read_revocations(folder / "revocations")
    try:
        with database.opened(folder) as source, out.open("xb") as file:
            count = export.write(source, revocations, file)
    except FileExistsError:
        raise SettingsError(f"{out} is there already, and nothing is written over") from None
    click.echo(f"{out} has {count} entries")


@contextmanager
def _source(data: Path | None, export_file: Path | None, root: str | None) -> Iterator[Source]:
    if (data is None) == (export_file is None):
        raise SettingsError("say what to check: --data FOLDER, or --export FILE with --root")
    if data is not None:
        with database.opened(data / "agency") as source:
            yield source
    elif export_file is not None:
        if root is None:
            raise SettingsError("--export needs --root: the fingerprint that you know the agency by")
        with export_file.open("rb") as file:
            yield export.Export(file, read_fingerprint(root))


def _read_head(where: str, trust: Trust) -> Kept:
    if not where.startswith(("http://", "https://")):
        return kept.read(where, trust)
    try:
        answer = httpx.get(where, timeout=60.0)
        answer.raise_for_status()
    except httpx.HTTPError as error:
        raise RelayError(f"{where}: {type(error).__name__}") from None
    return kept.of_board(answer.content, trust)


def _print(report: Report) -> None:
    for name, chain in report.chains.items():
        click.echo(f"desk {name}: {chain.entries} entries, the last is {chain.end.hash.hex()[:16]}")
    click.echo(f"{report.days} day heads are stored")
    for sentence in (*report.proved, *report.remarks):
        click.echo(sentence)
    for fault in report.faults:
        click.echo(f"FAULT: {fault}")
    if report.holds:
        click.echo(f"all {report.entries} entries hold")


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "holds": report.holds,
        "chains": [
            {
                "desk": chain.desk.hex(),
                "name": name,
                "entries": chain.entries,
                "end": {"seq": chain.end.seq, "hash": chain.end.hash.hex()},
                "faults": chain.faults,
            }
            for name, chain in report.chains.items()
        ],
        "days": report.days,
        "proved": report.proved,
        "faults": report.faults,
        "remarks": report.remarks,
    }
