"""`tipline keys add-desk`: a desk that came later, with its officers; it gets keys from the next ceremony."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import Connection, select

from tipline import db, tables
from tipline.errors import SettingsError
from tipline.keys import rows, seats, signer
from tipline.setup import genesis, settings_files

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("add-desk")
@click.option("--data", required=True, type=FOLDER, help="The folder that `tipline init` made.")
@click.option("--desk", "name", required=True, help="The name of the new desk.")
@click.option("--officer", "officers", required=True, multiple=True, metavar="NAME", help="Repeat for each.")
@click.option("--receives", is_flag=True, help="Tips may be sealed to it; else they are routed to it.")
@click.option("--rewards", "grants", is_flag=True, help="A board that grants rewards, and gets no tip.")
@click.option("--translates", is_flag=True, help="A desk of translators, who get single texts.")
@click.option(
    "--seat-of", metavar="DESK", help="A further seat at a desk that opens together, for one officer."
)
def command(  # noqa: PLR0913  one for each option
    *,
    data: Path,
    name: str,
    officers: tuple[str, ...],
    seat_of: str | None,
    receives: bool,
    grants: bool,
    translates: bool,
) -> None:
    """Add a desk without keys, with officers who are there already; the first one named is its lead.

    It is of use after the next ceremony.
    """
    folder = data / "agency"
    if receives + grants + translates > 1:
        raise SettingsError("a desk is of one kind: name one of --receives, --rewards and --translates")
    kind = rows.TRIAGE if receives else rows.REWARDS if grants else rows.UNIT
    kind = rows.TRANSLATION if translates else kind
    key = signer.read_key(folder / "keys" / signer.KEY)
    console = settings_files.load_console(folder / "console.toml").console
    engine = db.open_engine(folder / "console.db")
    try:
        with db.writing(engine) as connection:
            if seat_of is None:
                desk = rows.add_desk(connection, name, kind)
            else:
                desk = _add_seat(connection, name, seat_of, officers)
            named = [_id_of(connection, officer) for officer in officers]
            genesis.begin(connection, key, console, desk, named)
    finally:
        engine.dispose()
    click.echo(f"{name} has no keys yet: tipline keys request, ceremony and install give it some")


def _add_seat(connection: Connection, name: str, at: str, officers: tuple[str, ...]) -> bytes:
    own = tables.desk.c
    desk = connection.scalar(select(own.id).where(own.name == at, own.kind == rows.QUORUM))
    if desk is None or len(officers) != 1:
        raise SettingsError(f"{at} is no desk with seats, or a seat is not for one officer")
    seat = seats.add(connection, name, desk)
    seats.check_free(connection, seat, _id_of(connection, officers[0]))
    return seat


def _id_of(connection: Connection, name: str) -> bytes:
    own = tables.officer.c
    found: bytes | None = connection.scalar(select(own.id).where(own.name == rows.check_name(name)))
    if found is None:
        raise SettingsError(f"there is no officer {name}")
    return found
