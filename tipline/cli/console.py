"""`tipline console`: the staff's pages."""

from __future__ import annotations

import signal
from pathlib import Path

import click

from tipline.console.serve import Console
from tipline.settings import ConsoleSettings, load
from tipline.web import process


@click.command()
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="The agency's console.toml.",
)
def command(config: Path) -> None:
    """Serve the console, where officers open, route and answer tips."""
    process.overwrite_freed_memory()
    settings = load(ConsoleSettings, config)
    ending = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ending)
    console = Console(settings)
    console.start()
    click.echo(f"console: serving on http://{console.address}/")
    if trouble := console.previews.trouble():
        click.echo(f"console: no previews of files: {trouble}", err=True)
    signal.sigwait(ending)
    console.stop()
