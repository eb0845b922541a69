"""Saving the inbox's filter as a view of one's own, and deleting one."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from tipline import db
from tipline.cases.work import Work
from tipline.console import asked
from tipline.console.role import own_session, own_work, role
from tipline.errors import FormatError
from tipline.lanes import views
from tipline.lanes.wanted import Wanted

bp = Blueprint("views", __name__, url_prefix="/inbox/views")


@dataclass(frozen=True)
class Shown:
    """A view as the inbox links to it: *query* are its address's arguments in this session."""

    id: str
    name: str
    query: dict[str, str]
    here: bool


def shown(connection: Connection, own: Work, wanted: Wanted) -> list[Shown]:
    """Return the officer's views; *here* is the one whose filter the page has."""
    found = views.of(connection, own.member)
    return [Shown(one.id, one.name, asked.query(one.wanted), one.wanted == wanted) for one in found]


@bp.post("/save")
@role("officer")
def save() -> AnyResponse:
    """Save the filter that the address has."""
    own = own_work()
    wanted, _ = asked.wanted(own)
    try:
        with db.writing(own.engine) as connection:
            views.save(connection, own.member, request.form.get("name", ""), wanted)
    except FormatError as error:
        own_session()["notice"] = f"Not saved: {str(error).removeprefix(f'{error.failure}: ')}."
    return redirect(url_for("inbox.inbox", **asked.query(wanted)), 303)


@bp.post("/remove")
@role("officer")
def remove() -> AnyResponse:
    """Delete a view."""
    own = own_work()
    wanted, _ = asked.wanted(own)
    with db.writing(own.engine) as connection:
        views.remove(connection, own.member, request.form.get("view", ""))
    return redirect(url_for("inbox.inbox", **asked.query(wanted)), 303)
