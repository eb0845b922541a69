"""The audit's pages: who opened my cases, and for leads the desk's whole chain."""

from __future__ import annotations

import re

from flask import Blueprint, abort, render_template, request
from sqlalchemy import select

from tipline import tables
from tipline.cases import chains
from tipline.cases.chains import Cursor
from tipline.cases.work import Work
from tipline.console.role import own_work, role

bp = Blueprint("audit", __name__, url_prefix="/audit")
_AFTER = re.compile(r"([0-9]{1,12})-([0-9a-f]{32})-([0-9]{1,12})")
_NUMBER = re.compile(r"[1-9][0-9]{0,11}")


@bp.get("")
@role("officer")
def show() -> str:
    """Show who else opened the cases that this officer holds or wrote in."""
    own = own_work()
    return render_template(
        "audit.html", page=chains.openings(own, _after()), readable=chains.readable(own), desks=_names(own)
    )


@bp.get("/<desk>")
@role("officer")
def of_desk(desk: str) -> str:
    """Show a page of a desk's chain to one of its leads."""
    if not re.fullmatch(r"[0-9a-f]{32}", desk):
        abort(404)
    own, before = own_work(), request.args.get("before")
    if before is not None and not _NUMBER.fullmatch(before):
        abort(404)
    page = chains.of_desk(own, bytes.fromhex(desk), int(before) if before else None)
    return render_template("audit_desk.html", page=page, desks=_names(own))


def _after() -> Cursor | None:
    given = request.args.get("after")
    found = _AFTER.fullmatch(given) if given else None
    if given and not found:
        abort(404)
    return (int(found[1]), bytes.fromhex(found[2]), int(found[3])) if found else None


def _names(own: Work) -> dict[bytes, str]:
    with own.engine.connect() as connection:
        return {row.id: row.name for row in connection.execute(select(tables.desk))}
