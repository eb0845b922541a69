"""`tipline drill`: the seizure test."""

from __future__ import annotations

import json
import tempfile
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import click
from rich.console import Console

from tipline.cli import suites
from tipline.seal.suite import suite_named


@click.command()
@click.option(
    "--keep",
    type=click.Path(path_type=Path, file_okay=False),
    help="Work in this new folder and leave it there, to look at. By default a temp folder is removed.",
)
@click.option(
    "--json", "output", type=click.Path(path_type=Path, dir_okay=False), help="Write the report here as JSON."
)
@suites.option
def command(keep: Path | None, output: Path | None, suite_name: str) -> None:
    """Plant canaries in a real Tipline, then search everything that a thief could carry away.

    A new agency is made, its programs are started, a sealed and a plain tip are sent, opened, routed,
    answered and the answers read. Then every byte of both data folders, of temp files, logs, and of the
    memory of intake and collector is searched for what was planted, in many encodings.

    The report, which can be published, says what was planted, where was looked, and what was found. Exit code
    8 for a leak, and for anything that could not be searched.
    """
    from tipline.drill import drill  # noqa: PLC0415 -- loads every program
    from tipline.errors import DrillError, SettingsError  # noqa: PLC0415

    if keep is not None and keep.exists() and any(keep.iterdir()):
        raise SettingsError(f"{keep} is not an empty folder")
    where: AbstractContextManager[str] = (
        nullcontext(str(keep)) if keep else tempfile.TemporaryDirectory(prefix="tipline-drill-")
    )
    progress = Console(stderr=True)
    with where as folder, progress.status("drill") as status:
        report = drill.run(Path(folder), status.update, suite=suite_named(suite_name))
    click.echo(report.as_text(), nl=False)
    if output:
        output.write_text(json.dumps(report.as_json(), indent=2, ensure_ascii=False) + "\n")
    if not report.passed:
        raise DrillError(
            f"{len(report.leaks)} leaks, {len(report.failures)} places that could not be searched"
        )
