"""`tipline intake`: the public host."""

from __future__ import annotations

import signal
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from tipline.settings import IntakeSettings, load
from tipline.web import process


@click.command()
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="The relay's intake.toml.",
)
@click.option(
    "--readable-memory",
    is_flag=True,
    help="Let other programs of this user read the memory: for the drill, where it is not run as root.",
)
def command(config: Path, readable_memory: bool) -> None:
    """Run the public host: take sealed envelopes, serve page, keyring and board, hand over to consoles."""
    process.overwrite_freed_memory()
    if not readable_memory:
        process.keep_memory_private()
    settings = load(IntakeSettings, config)
    # Loaded only now: the first start of the process was for its memory alone.
    from tipline.intake.plain_process import PlainPages  # noqa: PLC0415
    from tipline.intake.serve import Intake  # noqa: PLC0415

    ending = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ending)
    make_rack(settings)
    intake = Intake(settings)
    with PlainPages(settings, config, readable=readable_memory), intake:
        click.echo(f"intake: serving on {', '.join(intake.addresses)}")
        signal.sigwait(ending)


def make_rack(settings: IntakeSettings) -> None:
    """Make the rack on the first start, and show how far it is."""
    from tipline.intake import rack  # noqa: PLC0415

    path = settings.folder / "rack.db"
    if path.exists():
        return
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task("filling the rack")
        rack.create(
            path,
            settings.envelope_places,
            settings.parcel_places,
            lambda done, total: shown.update(task, completed=done, total=total),
            settings.suite,
        )
