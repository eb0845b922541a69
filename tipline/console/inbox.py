"""The inbox: what the officer's desks have, most urgent first."""

from __future__ import annotations

import re

from flask import Blueprint, abort, current_app, render_template, request
from sqlalchemy import select

from tipline import tables
from tipline.cases import arrival, disposition
from tipline.cases import inbox as cases_inbox
from tipline.cases.work import Work
from tipline.console.role import own_session, own_work, role
from tipline.together import sealed

bp = Blueprint("inbox", __name__)
_AFTER = re.compile(r"([0-4])-([0-9]{1,12})")


@bp.get("/")
@role("officer")
def inbox() -> str:
    """Show a page of cases."""
    own = own_work()
    status = request.args.get("status")
    if status is not None and status not in disposition.STATUSES:
        abort(404)
    with own.engine.connect() as connection:
        troubles = arrival.troubles(connection) if _hears(own) else []
    return render_template(
        "inbox.html",
        page=cases_inbox.page(own, status, _after()),
        status=status,
        statuses=disposition.STATUSES if own.member.triages else (),
        categories=categories(own),
        troubles=troubles,
        notice=own_session().pop("notice", None),
        together=any(desk.seat_of for desk in own.member.desks.values()),
        sealed=sealed.lines(own, current_app.extensions["tipline.openings"]),
    )


def categories(own: Work) -> dict[str, str]:
    """Return the names of the categories by their codes."""
    with own.engine.connect() as connection:
        return {row.code: row.name for row in connection.execute(select(tables.category))}


def _hears(own: Work) -> bool:
    """Tell whether what cannot be read is this officer's matter: tips are sealed to a desk of theirs."""
    return own.member.triages or any(desk.seat_of for desk in own.member.desks.values())


def _after() -> tuple[int, int] | None:
    given = request.args.get("after")
    found = _AFTER.fullmatch(given) if given else None
    if given and not found:
        abort(404)
    return (int(found[1]), int(found[2])) if found else None
