"""`tipline keys request`: what the agency's host asks of the machine with the root."""

from __future__ import annotations

from pathlib import Path

import click

from tipline.ceremony import request as requests
from tipline.cli.reading import in_groups
from tipline.keyring.signature import fingerprint
from tipline.keys import signer
from tipline.setup import asking


@click.command("request")
@click.option(
    "--data",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder that `tipline init` made.",
)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file.")
@click.option("--new-signer", is_flag=True, help="Ask for a new signer: the old one is stolen or lost.")
def command(data: Path, out: Path, *, new_signer: bool) -> None:
    """Write a request for `tipline keys certify` or `tipline keys ceremony`. Nothing in it is secret.

    A new signer's key waits in keys/signer.next, and is used from the moment its certificate is installed.
    """
    waiting = data / "agency" / "keys" / signer.NEXT
    before = waiting.read_bytes() if waiting.exists() else None
    asked = asking.request_of(data / "agency", new_signer=new_signer)
    requests.write(out, asked)
    click.echo(f"{out}: {asked.console} asks for {len(asked.desks)} desks")
    click.echo(f"signer {in_groups(fingerprint(asked.signer))}")
    if new_signer and waiting.read_bytes() == before:
        click.echo(f"It waited in {waiting} already. If somebody may have it too, delete it first.", err=True)
    click.echo("Read these groups to whoever certifies it: they are shown the same ones.", err=True)
