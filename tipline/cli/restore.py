"""`tipline restore`: a backup and enough holders of any one desk make an agency's machine again."""

from __future__ import annotations

from pathlib import Path

import click

from tipline import clock
from tipline.backup import reading, restore, telling
from tipline.backup.reading import Backup
from tipline.cli.reading import read_fingerprint
from tipline.cli.shares import ask
from tipline.keys import signer
from tipline.seal.suite import SEED_SIZE
from tipline.web import process


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--to", "folder", required=True, type=click.Path(path_type=Path), help="A new or empty folder.")
@click.option("--root", required=True, metavar="HEX", help="The fingerprint that you know the agency by.")
@click.option(
    "--revocations",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The newest list that the root signed, if it is newer than the backup.",
)
def command(file: Path, folder: Path, root: str, revocations: Path | None) -> None:
    """Restore the agency from FILE into a folder, and say what is lost.

    Every byte is verified against the root first. Then enough holders of any one desk type their shares in.
    """
    process.keep_memory_private()
    restore.check_folder(folder)
    newer = signer.read_revocations(revocations) if revocations else None
    with reading.opened(file) as backup:
        says = backup.verify(read_fingerprint(root), newer)
        day = clock.from_day_number(backup.front.head.day)
        click.echo(
            f"{file.name}: of {day}, for console {says.console}; every byte is as it was signed", err=True
        )
        key = _ask(backup)
        settings = restore.restore(backup, key, folder)
    missing = [path for path in settings.alerts.files if not (settings.folder / path).is_file()]
    click.echo(telling.lost(settings, day, clock.today(), missing))


def _ask(backup: Backup) -> bytes:
    """Ask holders of one desk for shares, until they give a key that opens this backup; return its K."""

    def is_right(seed: bytes) -> bool:
        return backup.front.open_key(backup.front.suite.private(seed)) is not None

    seed = ask("the recovery key of one desk, whichever", SEED_SIZE, is_right)
    return restore.open_key(backup, backup.front.suite.private(seed))
