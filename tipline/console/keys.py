"""Keys and backups: the page that says how the agency stands, and the warnings that every page shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Flask, current_app, render_template
from sqlalchemy import Connection, select

from tipline import clock, cover, tables, warning
from tipline.backup import standing as backups
from tipline.ceremony import words
from tipline.console import epochs
from tipline.console.role import own_work, role
from tipline.errors import TiplineError
from tipline.keys import expiry, standing
from tipline.keys.expiry import Notice
from tipline.keys.standing import Standing
from tipline.settings import ConsoleSettings

bp = Blueprint("keys", __name__)


@dataclass(frozen=True)
class Part:
    """A part of the page: *template* shows what *read* returns, under this *name*."""

    template: str
    name: str
    read: Callable[[ConsoleSettings, Connection], object]


@dataclass(frozen=True)
class Signer:
    """The part about the signer: *standing*, None with a *problem*, and *desks* by the certificate's ids."""

    standing: Standing | None
    problem: str
    desks: tuple[str, ...]


def init_app(app: Flask) -> None:
    """Add the page, and *key_notices* and the date filter for the templates."""
    app.register_blueprint(bp)
    app.jinja_env.globals["key_notices"] = notices
    app.jinja_env.globals["restore_told"] = restore_told
    app.jinja_env.filters["date_in_words"] = expiry.in_words
    app.jinja_env.filters["groups"] = _in_groups
    app.jinja_env.filters["spoken"] = words.write


def notices() -> list[Notice]:
    """Return the warnings that every officer is shown today."""
    settings: ConsoleSettings = current_app.extensions["tipline.settings"]
    with current_app.extensions["tipline.engine"].connect() as connection:
        return warning.notices(settings, connection, clock.today())


def restore_told() -> backups.Standing | None:
    """Return how the agency was restored, while every officer is to be told so."""
    settings: ConsoleSettings = current_app.extensions["tipline.settings"]
    with current_app.extensions["tipline.engine"].connect() as connection:
        found = backups.read(settings, connection)
    return found if found.is_told(clock.today()) else None


@bp.get("/keys")
@role("officer")
def show() -> str:
    """Show every part. Nothing here is secret from an officer, and nothing can be changed."""
    settings: ConsoleSettings = current_app.extensions["tipline.settings"]
    with own_work().engine.connect() as connection:
        shown = {part.name: part.read(settings, connection) for part in PARTS}
    return render_template("keys.html", parts=[part.template for part in PARTS], **shown)


def read_signer(settings: ConsoleSettings, connection: Connection) -> Signer:
    """Read the part about the signer; a file that cannot be used is a problem to show, not an error."""
    try:
        found = standing.read(settings, connection)
    except TiplineError as error:
        return Signer(None, str(error), ())
    rows = connection.execute(select(tables.desk.c.id, tables.desk.c.name))
    names = {row.id: row.name for row in rows}
    unknown = "a desk of no name here"
    return Signer(found, "", tuple(sorted(names.get(desk, unknown) for desk in found.certificate.desks)))


def _in_groups(print_: bytes) -> str:
    text = print_.hex()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


#: In the order of the page.
PARTS: tuple[Part, ...] = (
    Part("keys_signer.html", "signer", read_signer),
    Part(
        "keys_epochs.html",
        "epochs",
        lambda settings, connection: epochs.read(connection, settings.folder / "keys"),
    ),
    Part("keys_backup.html", "backups", backups.read),
    Part("keys_covers.html", "covers", lambda _, connection: cover.read(connection, clock.day_number())),
)
