"""`tipline alerts`: try the ways by which alerts go, before the night on which one is needed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from sqlalchemy import select

from tipline import db, tables
from tipline.alerts import rows, wording
from tipline.alerts.channels import known
from tipline.alerts.channels.channel import Channel, Reach
from tipline.alerts.sender import Outcome, Sender
from tipline.errors import AlertError, SettingsError
from tipline.settings import ConsoleSettings, load


@click.group()
def command() -> None:
    """Try how alerts reach officers who are not signed in."""


@command.command()
@click.option(
    "--config",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The agency's console.toml.",
)
@click.option("--officer", "names", multiple=True, help="Try where alerts reach this officer too.")
def test(config: Path, names: tuple[str, ...]) -> None:
    """Send a trial by every way, and say what came of each.

    It says that it is one. Ends with 15 when a way did not take it.
    """
    settings = load(ConsoleSettings, config)
    channels = known.of(settings.alerts, settings.folder)
    if not channels:
        raise SettingsError(f"{config.name}: [alerts] names no way: nobody is called who is not signed in")
    people, text = _people(settings, names), wording.trial(settings.name)
    having = [one for one in channels if _reaches(one, people)]
    came = Sender(having).each(lambda channel: channel.send(text, people))
    for channel in channels:
        click.echo(f"{channel.name}: {_said(came.get(channel.name))}")
    failed = [name for name, outcome in came.items() if isinstance(outcome, AlertError)]
    if failed:
        raise AlertError(f"not every way works: {', '.join(failed)}")


def _people(settings: ConsoleSettings, names: Sequence[str]) -> list[Reach]:
    """Return where alerts reach those officers. Raises SettingsError for one who is not reached."""
    own = tables.officer.c
    found: list[Reach] = []
    engine = db.open_engine(settings.folder / "console.db")
    with engine.connect() as connection:
        for name in names:
            officer = connection.scalar(select(own.id).where(own.name == name))
            reach = rows.reaches(connection, [officer]) if officer else {}
            if not reach:
                raise SettingsError(f"no officer {name} has said where alerts reach them")
            found += reach.values()
    engine.dispose()
    return found


def _reaches(channel: Channel, people: Sequence[Reach]) -> bool:
    return channel.has_own or any(map(channel.reaches, people))


def _said(outcome: Outcome | None) -> str:
    if outcome is None:
        return "works for officers' own addresses alone, and none was named (--officer)"
    return f"FAILED: {outcome}" if isinstance(outcome, AlertError) else outcome or "sent"
