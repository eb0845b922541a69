"""`tipline keys renew`: an officer seals a desk's keys to the new recovery key of another ceremony."""

from __future__ import annotations

from pathlib import Path

import click

from tipline import db
from tipline.ceremony import grant
from tipline.errors import AccessError
from tipline.keys import files, recovery
from tipline.setup import completing, settings_files
from tipline.staff import member
from tipline.staff.recover import renew

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("renew")
@click.argument("folder", type=FOLDER, metavar="GRANT")
@click.option("--data", required=True, type=FOLDER, help="The folder that `tipline init` made.")
@click.option("--desk", "name", required=True, help="The desk with a new recovery key.")
@click.option("--officer", required=True, help="A member of the desk, whose passphrase is asked.")
def command(folder: Path, data: Path, name: str, officer: str) -> None:
    """Put the renewed recovery key of GRANT in place, and seal the desk's keys to it instead of the old one.

    For a desk whose holders changed or whose shares were lost or seen. What the former holders' shares can
    still open are backups that were made before. Interrupted, do it again.
    """
    home = data / "agency"
    passphrase = click.prompt(f"Passphrase of {officer}", hide_input=True, err=True)
    engine = db.open_engine(home / "console.db")
    try:
        who = member.sign_in(engine, home / "keys", officer, passphrase)
        own = next((desk for desk in who.desks.values() if desk.name == name), None)
        if own is None:
            raise AccessError(f"{officer} is not at a desk {name}")
        root = settings_files.root_of(home / "console.toml") or b""
        whole = completing.completed(home, grant.read(folder), root, own.id)
        public = recovery.verified(whole.root_public, whole.recovery).of(own.id).public
        with db.writing(engine) as connection:
            renew(connection, own, public, who)
            # Before the commit: keys that are made in between would be sealed to the former holders.
            files.replace(home / "recovery.pub", files.RECOVERY, whole.recovery.pack())
    finally:
        engine.dispose()
    click.echo(f"the keys of {name} are sealed to its new holders")
