"""`tipline keys install`: put what the ceremony granted in its place."""

from __future__ import annotations

from pathlib import Path

import click

from tipline.ceremony import grant
from tipline.cli.reading import in_groups, read_fingerprint
from tipline.setup import install as installing
from tipline.setup import settings_files

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("install")
@click.argument("folder", type=FOLDER, metavar="GRANT")
@click.option("--data", required=True, type=FOLDER, help="The folder that `tipline init` made.")
@click.option("--root", metavar="HEX", help="The fingerprint on the ceremony's sheets; else it is asked.")
def command(folder: Path, data: Path, root: str | None) -> None:
    """Check the folder GRANT of a ceremony against its root, put it in place, and make the desks' keys.

    The first time it names the root in the settings, and the programs can start. Interrupted, do it again.
    """
    given = grant.read(folder)
    known = settings_files.root_of(data / "agency" / "console.toml")
    if known is None:
        known = read_fingerprint(root or click.prompt("Fingerprint of the root, as the sheets have it"))
    done = installing.install(data, given, known)
    click.echo(f"root {in_groups(done.fingerprint)}")
    if done.signed_again:
        desks = ", ".join(done.signed_again)
        click.echo(f"look at who is at these desks, since a revoked signer had signed it: {desks}")
    click.echo(f"keys made for {', '.join(done.desks)}" if done.desks else "every desk has its keys already")
