"""`tipline keys`: look at keys, check a keyring, certify and revoke signers, hand a desk's key out."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import Engine

from tipline import clock, db
from tipline.cases import audit
from tipline.ceremony import words
from tipline.cli import add_desk, ceremony, certify, install, poster, recover, renew, request, revoke
from tipline.cli.reading import in_groups, read_keyring, read_root_public
from tipline.errors import AccessError, SettingsError
from tipline.keyring.section import Vouched
from tipline.keyring.signature import fingerprint
from tipline.keys import epoch as weeks
from tipline.keys import epoch_rows, files
from tipline.seal.suite import PrivateKey
from tipline.staff import member

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def command() -> None:
    """Look at keys, check a keyring, certify and revoke signers, hand a desk's key out."""


for part in (ceremony, install, add_desk, poster, recover, renew, request, certify, revoke):
    command.add_command(part.command)


@command.command("fingerprint")
@click.argument("root_public", type=FILE)
def show_fingerprint(root_public: Path) -> None:
    """Print the fingerprint of ROOT_PUBLIC (root.pub): in digits, in groups, and as the words of posters."""
    print_ = fingerprint(read_root_public(root_public))
    click.echo(print_.hex())
    click.echo(in_groups(print_))
    click.echo(words.write(print_))


@command.command()
@click.argument("keyring_file", type=FILE)
@click.option("--root", metavar="HEX", help="The fingerprint that you know the agency by.")
def check(keyring_file: Path, root: str | None) -> None:
    """Verify KEYRING_FILE, as the relay serves it at /keyring, and print what it says."""
    checked = read_keyring(keyring_file, root)
    click.echo(f"root {in_groups(fingerprint(checked.root_public))}")
    listed = checked.revocations
    click.echo(f"revocations: list {listed.serial}, {len(listed.revoked)} signers revoked")
    for console in listed.consoles:
        own = ", ".join(sorted(console.categories)) or "none"
        click.echo(f"console {console.name!a}: {console.called!a}, categories of its own: {own}")
    for vouched in checked.sections:
        _print_section(vouched)
    for console in checked.missing:
        click.echo(f"{console.name!a} is MISSING: nothing can be sealed to {console.called!a}", err=True)
    for vouched in checked.sections:
        vouched.check_dates(clock.today())
    click.echo("every signature holds, and so do the dates")


@command.command("export-desk")
@click.option("--data", required=True, type=FOLDER, help="The folder that `tipline init` made.")
@click.option("--officer", required=True, help="A member of the desk, whose passphrase is asked.")
@click.option("--desk", required=True, help="The desk's name.")
@click.option(
    "--epoch",
    type=click.IntRange(0),
    help="Week of the key; 0 is the one at rest in use. [default: this week's]",
)
@click.option("--out", required=True, type=NEW_FILE, help="The key file to write.")
def export_desk(data: Path, officer: str, desk: str, epoch: int | None, out: Path) -> None:
    """Write a desk's private key to a file for `tipline open`.

    Whoever gets the file can open every tip to the desk in that epoch, and no audit will tell. That it was
    written is in the desk's audit.
    """
    passphrase = click.prompt(f"Passphrase of {officer}", hide_input=True, err=True)
    engine = _open_database(data / "agency" / "console.db")
    try:
        who = member.sign_in(engine, data / "agency" / "keys", officer, passphrase)
        private = _take_out(engine, who, desk, epoch)
    finally:
        engine.dispose()
    files.write_new(out, files.DESK, private.seed)
    click.echo(f"{out} opens the tips of {desk}, and no audit will tell. Delete it when done.", err=True)


def _take_out(engine: Engine, who: member.Member, name: str, epoch: int | None) -> PrivateKey:
    """Return a key of the desk called *name*, once the audit has it on disk that *who* took it."""
    desk = next((desk for desk in who.desks.values() if desk.name == name), None)
    if desk is None:
        raise AccessError(f"{who.name} is not at a desk {name}")
    number = _in_use(engine, who, desk) if epoch is None else epoch or desk.newest
    if number not in desk.keys:
        raise AccessError(f"desk {name} has no key for epoch {number}")
    with db.writing(engine) as connection:
        audit.append(connection, who, desk.id, (audit.KEY_EXPORTED, {"epoch": number}))
    return desk.keys[number]


def _in_use(engine: Engine, who: member.Member, desk: member.Desk) -> int:
    """Return the epoch that the keyring names; a desk that receives nothing has its key at rest."""
    with engine.connect() as connection:
        known, floor = epoch_rows.read(connection, who.folder), epoch_rows.floor(connection)
    chosen = weeks.to_publish(known, clock.day_number(), floor)
    return chosen.number if chosen is not None and chosen.number in desk.keys else desk.newest


def _open_database(path: Path) -> Engine:
    if not path.is_file():
        raise SettingsError(f"{path} is not there")
    return db.open_engine(path)


def _print_section(vouched: Vouched) -> None:
    section, vouching = vouched.section, vouched.certificate
    click.echo(
        f"{section.console}: serial {section.serial}, epoch {section.epoch}, "
        f"{section.not_before} to {section.not_after}"
    )
    click.echo(f"  signer {in_groups(fingerprint(vouching.signer)[:8])}")
    click.echo(f"  certificate {vouching.serial}, {vouching.not_before} to {vouching.not_after}")
    names = {desk.id: desk.name for desk in section.desks}
    for desk in section.desks:
        click.echo(f"  desk {desk.id.hex()} {desk.name}")
    for item in section.categories:
        click.echo(f"  {item.code}: {item.name} -> {names[item.desk]}")
