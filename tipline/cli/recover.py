"""`tipline keys recover`: k holders give a desk that lost its officers back to one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from sqlalchemy import Connection, Engine, select

from tipline import db, tables
from tipline.cli.shares import ask
from tipline.errors import AccessError, SettingsError
from tipline.keys import officer, recovery, rows
from tipline.keys.recovery import RecoveryKey, RecoveryKeys
from tipline.seal.suite import SEED_SIZE, Suite, suite_of
from tipline.staff import member
from tipline.staff.member import Member
from tipline.staff.recover import Recovered, recover
from tipline.web import process

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("recover")
@click.option("--data", required=True, type=FOLDER, help="The folder that `tipline init` made.")
@click.option("--desk", "name", required=True, help="The desk whose officers are gone.")
@click.option("--officer", "who", required=True, help="Who gets its keys: an officer, or a new name.")
def command(data: Path, name: str, who: str) -> None:
    """Seal a desk's keys to an officer, with the shares of k holders, who type or scan them here.

    For the officer a passphrase is asked first; one who is not there yet chooses it. What was done is in the
    desk's audit, signed by that officer.
    """
    process.keep_memory_private()
    folder = data / "agency"
    installed = recovery.installed(folder)
    wanted, suite = _recovery_key(installed, name), suite_of(installed.suite)
    engine = db.open_engine(folder / "console.db")
    try:
        find = (
            _new(suite, who, folder / "keys")
            if _is_new(engine, who)
            else _known(engine, who, folder / "keys")
        )
        holders = suite.private(
            ask(f"desk {name}", SEED_SIZE, lambda seed: suite.private(seed).public == wanted.public)
        )
        with db.writing(engine) as connection:
            done = recover(connection, holders, wanted.id, find(connection))
    finally:
        engine.dispose()
    _say(done, name, who)


def _recovery_key(installed: RecoveryKeys, name: str) -> RecoveryKey:
    """Return the recovery key that the root vouches for under this desk's *name*: the rows are not asked."""
    keys = [key for key in installed.desks if key.name == name]
    if not keys:
        raise SettingsError(f"there is no recovery key for a desk {name}")
    return keys[0]


def _is_new(engine: Engine, name: str) -> bool:
    own = tables.officer.c
    with engine.connect() as connection:
        return connection.scalar(select(own.id).where(own.name == rows.check_name(name))) is None


def _known(engine: Engine, name: str, keys: Path) -> Callable[[Connection], Member]:
    """Return what gives an officer who is there, and signs in with a passphrase."""
    passphrase = click.prompt(f"Passphrase of {name}", hide_input=True, err=True)
    own = member.sign_in(engine, keys, name, passphrase)
    return lambda _: own


def _new(suite: Suite, name: str, keys: Path) -> Callable[[Connection], Member]:
    """Return what adds an officer who is not there yet, under a passphrase that is asked twice."""
    while True:
        prompt = f"{name} is new. Passphrase of {name}"
        passphrase = click.prompt(prompt, hide_input=True, confirmation_prompt=True, err=True)
        try:
            made, sealed = officer.create(suite, officer.check_passphrase(passphrase))
            break
        except AccessError as error:
            click.echo(f"{error}.", err=True)
    return lambda connection: Member(rows.add_officer(connection, name, made, sealed), name, made, keys)


def _say(done: Recovered, desk: str, who: str) -> None:
    weeks = [str(epoch) for epoch in done.epochs if epoch]
    click.echo(f"{who} has the keys of {desk}: at rest, and of the epochs {', '.join(weeks) or '(none)'}")
    click.echo(f"The key at rest opens {done.opens} of the newest {done.stored} tips.")
    if done.closed:
        closed = ", ".join(map(str, done.closed))
        click.echo(f"Epochs that stay closed, since their lock or their row is not as it was: {closed}")
