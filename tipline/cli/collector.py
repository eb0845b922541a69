"""`tipline collector`: collects from the relay and publishes to it, with nobody signed in."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from tipline.collector.run import run
from tipline.web import process


@click.command()
@click.option(
    "--config",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The agency's console.toml.",
)
@click.option("--once", is_flag=True, help="One round, then end: exit code 4 when the relay failed it.")
def command(config: Path, *, once: bool) -> None:
    """Collect tips from the relay, acknowledge them, post keyring and board, again and again.

    Says on standard error how much it did, never of what. Ends on SIGTERM or Ctrl-C between two steps.
    """
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    logging.getLogger("tipline").setLevel(logging.INFO)
    process.keep_memory_private()
    run(config, once=once)
