"""Taking an old system's cases over: the file is read in memory, checked line by line, and then filed."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from sqlalchemy import Connection, select
from werkzeug.wrappers import Response as AnyResponse

from tipline import tables
from tipline.audit import actions
from tipline.cases.case import Case
from tipline.cases.work import Work
from tipline.console import uploads
from tipline.console.role import own_session, own_work, role, sensitive
from tipline.errors import FormatError, StateError
from tipline.imports import check, lines, mapping, marked, taking
from tipline.imports.check import Checked
from tipline.imports.taking import Plan
from tipline.staff.member import TRIAGE, Desk

bp = Blueprint("imports", __name__, url_prefix=uploads.LARGE)
#: So many faults are listed; the rest is counted.
FAULTS_SHOWN = 200
_HELD = "import"


def init_app(app: Flask) -> None:
    """Add the pages, and let no request touch the disk."""
    app.request_class = uploads.MemoryRequest
    app.register_blueprint(bp)


@bp.get("")
@role("triage")
def show() -> str:
    """Ask for a file; or show what the one that was given holds, until it is taken over or let go."""
    return _page(own_work())


@bp.post("")
@role("triage")
def look() -> AnyResponse | tuple[str, int]:
    """Read and check a file. Nothing is filed: what it holds stays in this session's memory."""
    own = own_work()
    own_session().pop(_HELD, None)
    given = request.files.get("file")
    data = given.read() if given else b""
    try:
        desk = _desk(own, request.form.get("desk", ""))
        means = mapping.read(request.form.get("mapping", ""))
        read = lines.read(data, request.form.get("encoding", "utf-8"), _delimiter())
        with own.engine.connect() as connection:
            codes = set(connection.scalars(select(tables.category.c.code)))
            before = marked.count(connection)
        checked = check.check(read, means, codes, taking.numbers(own, desk.id))
    except FormatError as error:
        return _page(own, wrong=str(error).removeprefix(f"{error.failure}: ")), 422
    agency = bytes.fromhex(current_app.extensions["tipline.settings"].root_fingerprint)[:8]
    plan = Plan(desk.id, agency, hashlib.sha256(data).digest(), checked.cases, before)
    own_session()[_HELD] = (checked, plan, desk.name)
    return redirect(url_for("imports.show"), 303)


@bp.post("/take")
@role("triage")
@sensitive("imports.show")
def take() -> AnyResponse:
    """File what was checked; lines with faults only where the officer said to leave them out."""
    own, held = own_work(), own_session().get(_HELD)
    if held is None:
        return redirect(url_for("imports.show"), 303)
    checked, plan, _ = held
    if checked.faults and request.form.get("without") != "faults":
        own_session()["refused"] = "some lines have faults: say whether to leave them out"
        return redirect(url_for("imports.show"), 303)
    own_session().pop(_HELD, None)
    try:
        own_session()["told"] = f"{taking.take(own, plan)} cases were taken over."
    except StateError as error:
        own_session()["refused"] = str(error)
        return redirect(url_for("imports.show"), 303)
    return redirect(url_for("inbox.inbox"), 303)


@bp.post("/drop")
@role("triage")
def drop() -> AnyResponse:
    """Forget the file."""
    own_session().pop(_HELD, None)
    return redirect(url_for("imports.show"), 303)


def shown(connection: Connection, own: Work, opened: Case) -> dict[str, Any]:
    """Return what a case's page shows of this: whether it was taken over, so that nobody can be answered.

    A message can say so of itself, and a row can: it counts with the entry that an officer signed.
    """
    del own
    signed = any(entry.holds and entry.action == actions.IMPORTED for entry in opened.audit)
    return {"imported": signed and marked.is_imported(connection, opened.number)}


def _page(own: Work, wrong: str = "") -> str:
    held: tuple[Checked, Plan, str] | None = own_session().get(_HELD)
    return render_template(
        "imports.html",
        desks=_desks(own),
        encodings=lines.ENCODINGS,
        checked=held[0] if held else None,
        desk_name=held[2] if held else "",
        faults=held[0].faults[:FAULTS_SHOWN] if held else (),
        wrong=wrong,
        mapping=request.form.get("mapping", ""),
        refused=own_session().pop("refused", None),
        lines_max=lines.LINES_MAX,
        file_max=lines.FILE_MAX,
    )


def _desks(own: Work) -> list[Desk]:
    desks = (desk for desk in own.member.desks.values() if desk.kind == TRIAGE and desk.receives)
    return sorted(desks, key=lambda desk: desk.name)


def _desk(own: Work, given: str) -> Desk:
    """Return the desk that the form names, or the only one. Raises FormatError "desk"."""
    desks = _desks(own)
    found = next((desk for desk in desks if desk.id.hex() == given), None)
    if found is None and given:
        raise FormatError("desk", "this is no triage desk of yours")
    return found or desks[0]


def _delimiter() -> str:
    return {"tab": "\t"}.get(given := request.form.get("delimiter", ""), given)
