"""`tipline backup`: the agency's machine into one file a day, for the holders of its recovery keys."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import select

from tipline import db, tables
from tipline.backup import contents, make, rotate
from tipline.backup.make import Made
from tipline.settings import ConsoleSettings, load
from tipline.web import process

_MEGABYTE = 10**6


@click.command()
@click.option(
    "--config",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The agency's console.toml.",
)
@click.option(
    "--to",
    "folder",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder on another disk.",
)
@click.option(
    "--keep-days",
    default=rotate.KEEP_DAYS,
    show_default=True,
    type=click.IntRange(1, rotate.KEEP_DAYS_MAX),
    help="Older backups in the folder are overwritten and removed.",
)
def command(config: Path, folder: Path, keep_days: int) -> None:
    """Back the agency up into a file, while its programs run, and remove old backups.

    It is sealed to the desks' recovery keys, and counts once it was read back from the disk. The newest good
    backup stays, unless it holds the key of an epoch that was destroyed almost thirty days ago, or is from
    before a shredding became final then.
    """
    process.keep_memory_private()
    settings = load(ConsoleSettings, config)
    try:
        _tell(make.make(config, folder))
    finally:
        # Also when no backup could be made: what was promised to be gone must go.
        _rotate(settings, folder, keep_days)


def _tell(made: Made) -> None:
    epochs = ", ".join(map(str, sorted(made.kept.epochs)))
    click.echo(f"{made.path}: {made.size / _MEGABYTE:.1f} MB, read back and whole, with epochs {epochs}")


def _rotate(settings: ConsoleSettings, folder: Path, keep_days: int) -> None:
    removed = rotate.rotate(
        folder, bytes.fromhex(settings.root_fingerprint), keep_days, _ended(settings.folder)
    )
    for one in removed:
        click.echo(f"{one.path}: removed")
        if one.forced or one.shredded:
            click.echo(_last_one_gone(one), err=True)


def _last_one_gone(one: rotate.Removed) -> str:
    epochs = ", ".join(map(str, sorted(one.forced)))
    held = f"the key of epoch {epochs}, which was destroyed" if epochs else "keys of what was shredded"
    return (
        f"THERE IS NO BACKUP ANY MORE. {one.path.name} was the newest, and held {held}. "
        "Find out why no newer one could be made, and make one today."
    )


def _ended(agency: Path) -> rotate.Ended:
    engine, own, at = db.open_engine(agency / contents.DATABASE), tables.epoch.c, tables.shredded.c
    try:
        with engine.connect() as connection:
            rows = connection.execute(select(own.epoch, own.destroyed).where(own.destroyed.is_not(None)))
            epochs = {row.epoch: row.destroyed for row in rows}
            final = connection.scalars(select(at.reached).where(at.reached.is_not(None)).distinct())
            return rotate.Ended(epochs, tuple(final))
    finally:
        engine.dispose()
