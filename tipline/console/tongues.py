"""The mark on a line of a list: a tip in a language that nobody at its desk reads."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, current_app, g

from tipline.cases.index import Item
from tipline.console.role import own_session
from tipline.languages import readers


def init_app(app: Flask) -> None:
    """Give the mark to the templates."""
    app.jinja_env.globals["nobody_reads"] = nobody_reads


def nobody_reads(items: Sequence[Item]) -> bool:
    """Tell whether some message of a case is in a language that nobody at the desk which has it reads."""
    return any(readers.nobody_reads(item.lang, "", _read(item.desk)) for item in items)


def _read(desk: bytes) -> frozenset[str]:
    """Return what is read at a desk, looked up once a request."""
    if "read_at_desks" not in g:
        work = own_session().work
        everyone = current_app.extensions["tipline.settings"].languages.everyone
        if work is None:
            g.read_at_desks = {}
        else:
            with work.engine.connect() as connection:
                g.read_at_desks = readers.at_desks(connection, work.member, work.member.desks, everyone)
    found: frozenset[str] = g.read_at_desks.get(desk, frozenset())
    return found
