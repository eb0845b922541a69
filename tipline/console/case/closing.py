"""How a case ends, on its page: disposition, outcomes, clocks, holds, and asking to have it shredded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, abort, current_app, redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from tipline import clock
from tipline.cases.case import Case
from tipline.cases.work import Work
from tipline.closing import closing, disposition, final, hold, outcome, retention, shredding, timekeeping
from tipline.closing.clocks import Clock
from tipline.closing.disposition import Disposition
from tipline.closing.outcome import Report
from tipline.console import retention as retention_page
from tipline.console.role import own_session, own_work, role, sensitive
from tipline.errors import FormatError, StateError
from tipline.papers.reason import Reason
from tipline.settings import ConsoleSettings

bp = Blueprint("closing", __name__, url_prefix="/case/<int:number>")
_WAITS = "It stays open until another officer of your desk confirms that nobody's life is in danger."
_PAGE = "case.show"


def init_app(app: Flask) -> None:
    """Add what is done on a case's page, and the page of all that is due."""
    app.register_blueprint(bp)
    app.register_blueprint(retention_page.bp)


def shown(connection: Connection, own: Work, opened: Case) -> dict[str, Any]:
    """Return what the templates show of a case's end."""
    number, policy = opened.number, _settings()
    clocks = timekeeping.of_case(connection, own, number, policy.clocks) if opened.triage else ()
    return {
        "closed": closing.last(connection, number),
        "term": retention.term(connection, number, policy.retention) if opened.triage else None,
        "clocks": [(one, state_of(one)) for one in clocks],
        "holds": hold.standing(connection, number),
        "outcomes": outcome.of_case(connection, number, opened.audit),
        "may_report": outcome.may_report(connection, number, opened.desk.id),
        "outcome_kinds": outcome.KINDS,
        "dispositions": disposition.CODES,
    }


def state_of(one: Clock) -> str:
    """Return how a clock stands today."""
    return one.state(clock.day_number(), _settings().clocks.soon_days)


@bp.post("/close")
@role("triage")
def close(number: int) -> AnyResponse:
    """Close a case, or ask a second officer to."""
    other = request.form.get("duplicate", "").strip().upper().removeprefix("T-")
    given = Disposition(
        request.form.get("disposition", ""),
        int(other) if other.isascii() and other.isdigit() else None,
        request.form.get("words", ""),
    )

    def act() -> str:
        return "The case is closed." if closing.close(own_work(), number, given, _messages()) else _WAITS

    return _done(number, act)


@bp.post("/close/second")
@role("triage")
def confirm(number: int) -> AnyResponse:
    """Close a P0 as the second officer, or leave it open."""
    seen = _seen()

    def act() -> str:
        if request.form.get("act") != "confirm":
            closing.drop(own_work(), number, seen)
            return "It stays open."
        closing.confirm(own_work(), number, seen, _messages())
        return "Confirmed: the case is closed."

    return _done(number, act)


@bp.post("/reopen")
@role("triage")
def reopen(number: int) -> AnyResponse:
    """Open a closed case again."""
    return _done(number, lambda: _say("The case is open again.", closing.reopen, _reason()))


@bp.post("/outcome")
@role("officer")
def report(number: int) -> AnyResponse:
    """Report what came of the case, or correct a report."""
    kind, _, sort = request.form.get("kind", "").partition(":")
    what = Report(kind, sort, _whole("count"), _whole("grams"), _whole("value"), _field("currency"))
    corrects = _hex("corrects") or None
    return _done(number, lambda: _say("Reported.", outcome.report, what, corrects))


@bp.post("/feedback")
@role("triage")
def feedback(number: int) -> AnyResponse:
    """Note that an answer was the feedback."""
    return _done(number, lambda: _say("Noted: the tipster was given feedback.", timekeeping.feedback))


@bp.post("/justify")
@role("triage")
def justify(number: int) -> AnyResponse:
    """Say why feedback takes longer."""
    return _done(number, lambda: _say("The longer term counts now.", timekeeping.justify, _reason()))


@bp.post("/hold")
@role("officer")
def place(number: int) -> AnyResponse:
    """Set a legal hold."""
    return _done(number, lambda: _say("The case is held: nobody shreds it.", hold.place, _reason()))


@bp.post("/hold/lift")
@role("triage")
@sensitive(_PAGE)
def lift(number: int) -> AnyResponse:
    """Lift a legal hold."""
    return _done(number, lambda: _say("The hold is lifted.", hold.lift, _seen(), _reason()))


@bp.post("/keep")
@role("triage")
def keep(number: int) -> AnyResponse:
    """Keep a closed case longer."""
    days, policy = _whole("days"), _settings().retention
    return _done(number, lambda: _say("It is kept longer.", retention.keep, days, _reason(), policy))


@bp.post("/shred")
@role("triage")
@sensitive(_PAGE)
def shred(number: int) -> AnyResponse:
    """Ask a second officer to have the case shredded."""
    code, policy = request.form.get("reason", ""), _settings().retention
    told = "Another officer of your desk has to confirm that it is shredded."
    return _done(number, lambda: _say(told, shredding.ask, code, policy))


@bp.post("/shred/second")
@role("triage")
@sensitive(_PAGE)
def shred_second(number: int) -> AnyResponse:
    """Shred the case as the second officer, or leave it."""
    own, seen = own_work(), _seen()
    if request.form.get("act") != "confirm":
        return _done(number, lambda: _say("It is not shredded.", shredding.drop, seen))
    try:
        shredding.confirm(own, number, seen, _settings().retention)
    except (StateError, FormatError) as error:
        own_session()["refused"] = str(error)
        return redirect(url_for(_PAGE, number=number), 303)
    final.attend(own)
    own_session()["told"] = f"T-{number:04d} is shredded. When that is final stands on this page."
    return redirect(url_for("retention.show"), 303)


def _say(told: str, act: Callable[..., Any], *given: Any) -> str:
    assert request.view_args is not None
    act(own_work(), request.view_args["number"], *given)
    return told


def _done(number: int, act: Callable[[], str]) -> AnyResponse:
    """Act, and show the case again with what became of it."""
    try:
        own_session()["notice"] = act()
    except (StateError, FormatError) as error:
        own_session()["refused"] = str(error).removeprefix(f"{getattr(error, 'failure', '')}: ")
    return redirect(url_for(_PAGE, number=number), 303)


def _settings() -> ConsoleSettings:
    settings: ConsoleSettings = current_app.extensions["tipline.settings"]
    return settings


def _reason() -> Reason:
    return Reason(_field("reason"), _field("words"))


def _field(name: str) -> str:
    return request.form.get(name, "")


def _seen() -> int:
    return request.form.get("seen", -1, type=int)


def _whole(name: str) -> int:
    """Return a number as people write it: 12 500 or 12,500; -1 for what is none."""
    written = _field(name).translate({ord(one): None for one in " ,.'\u00a0\u202f"})
    return int(written) if written.isascii() and written.isdigit() else -1 if written else 0


def _messages() -> bytes | None:
    return _hex("messages") if "messages" in request.form else None


def _hex(name: str) -> bytes:
    try:
        return bytes.fromhex(_field(name))
    except ValueError:
        abort(404)
