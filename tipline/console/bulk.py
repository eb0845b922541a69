"""Acts on several cases of the inbox at once, what became of each, and taking the last of them back."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from tipline import clock
from tipline.cases import disposition, inbox
from tipline.cases.work import Work
from tipline.closing.disposition import CODES, DUPLICATE
from tipline.console import asked
from tipline.console.role import own_session, own_work, role, sensitive
from tipline.lanes import bulk
from tipline.lanes.bulk import Asked, Did
from tipline.papers.reason import Reason
from tipline.routing import route_keys
from tipline.routing.route import Giving
from tipline.routing.route_state import INFORM, ROUTE

bp = Blueprint("bulk", __name__, url_prefix="/inbox")
#: So many cases at once at most, and so long (in seconds) the last act on several is offered to be undone.
CASES_MAX, UNDO_SECONDS = 500, 600
#: Where these are kept in the session.
_LAST, _RESULT = "bulk", "bulk-result"
#: What was done, after "3 cases".
_SAID = {
    bulk.TAKE: "taken",
    bulk.ROUTE: "given to the unit",
    bulk.PRIORITY: "given another priority",
    bulk.HOLD: "held",
    bulk.CLOSE: "closed",
}


@dataclass(frozen=True)
class Last:
    """The last act on several cases, at what time of the monotonic clock, and what undoes it."""

    id: str
    said: str
    at: float
    done: tuple[Did, ...]


@dataclass(frozen=True)
class Result:
    """What the page says of an act: to how many cases it was done, and of which it was not, and why."""

    said: str
    done: int
    waits: tuple[int, ...]
    refused: tuple[tuple[int, str], ...]


def shown() -> dict[str, Any]:
    """Return what the inbox shows: what became of the last act, once; and what can still be undone."""
    last: Last | None = own_session().get(_LAST)
    fresh = last is not None and clock.monotonic() - last.at < UNDO_SECONDS
    return {"result": own_session().pop(_RESULT, None), "undo": last if fresh else None}


def _is_raw() -> bool:
    """Tell whether units are to get the tipsters' own words."""
    return request.form.get("act") == bulk.ROUTE and bool(request.form.get("reason"))


@bp.post("/acts")
@role("officer")
@sensitive("inbox.inbox", when=_is_raw)
def act() -> AnyResponse | str:
    """Do one thing to the cases that were chosen; ask first for what it takes."""
    own, act_ = own_work(), request.form.get("act", "")
    if act_ not in bulk.ACTS:
        abort(404)
    if act_ != bulk.TAKE and not own.member.triages:
        abort(403)
    numbers = _numbers()
    if not numbers:
        own_session()["notice"] = "No case was chosen."
        return _back(own)
    if act_ != bulk.TAKE and "go" not in request.form:
        return _ask(own, act_, numbers)
    _keep(bulk.do(own, _asked(act_), numbers), _SAID[act_])
    return _back(own)


@bp.post("/undo")
@role("officer")
def undo() -> AnyResponse:
    """Take the last act on several cases back, where each is still as it left it."""
    own, last = own_work(), shown()["undo"]
    if last is None or request.form.get("undo") != last.id:
        own_session()["notice"] = "There is nothing to undo any more."
        return _back(own)
    own_session().pop(_LAST, None)
    _keep(bulk.undo(own, last.done), "as before", again=False)
    return _back(own)


def _ask(own: Work, act_: str, numbers: Sequence[int]) -> str:
    with own.engine.connect() as connection:
        lines = inbox.lines(connection, own, numbers)
        units = route_keys.units(connection, own.member) if act_ == bulk.ROUTE else []
    wanted, _ = asked.wanted(own)
    return render_template(
        "inbox_bulk.html",
        act=act_,
        lines=lines,
        units=units,
        priorities=disposition.PRIORITIES,
        dispositions={code: says for code, says in CODES.items() if code != DUPLICATE},
        query=asked.query(wanted),
    )


def _asked(act_: str) -> Asked:
    why = Reason(request.form.get("reason", ""), request.form.get("words", ""))
    approval = current_app.extensions["tipline.settings"].report_approval
    try:
        unit = bytes.fromhex(request.form.get("unit", ""))
    except ValueError:
        abort(404)
    return Asked(
        act=act_,
        unit=unit,
        part=INFORM if request.form.get("part") == INFORM else ROUTE,
        giving=Giving(why if _is_raw() else None, approval),
        level=request.form.get("priority", -1, type=int),
        why=why,
    )


def _keep(done: Sequence[Did], said: str, *, again: bool = True) -> None:
    """Keep what became of an act for the inbox to say, and what undoes it."""
    own_session()[_RESULT] = Result(
        said=said,
        done=sum(not one.refused and not one.waits for one in done),
        waits=tuple(one.number for one in done if one.waits),
        refused=tuple((one.number, one.refused) for one in done if one.refused),
    )
    back = tuple(one for one in done if one.back is not None)
    if back and again:
        own_session()[_LAST] = Last(secrets.token_hex(8), said, clock.monotonic(), back)


def _numbers() -> list[int]:
    given = request.form.getlist("case")
    if any(not one.isascii() or not one.isdigit() or len(one) > 12 for one in given):
        abort(404)
    return list(dict.fromkeys(map(int, given)))[:CASES_MAX]


def _back(own: Work) -> AnyResponse:
    """Lead back to the inbox as it was filtered."""
    wanted, _ = asked.wanted(own)
    return redirect(url_for("inbox.inbox", lane=asked.number("lane"), **asked.query(wanted)), 303)
