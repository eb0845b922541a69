"""What is marked as possible child-abuse material: all of a case, taking a mark back, handing over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from tipline.cases.case import Case
from tipline.cases.work import Work
from tipline.console import words
from tipline.console.case import papers
from tipline.console.role import own_session, own_work, role, sensitive
from tipline.errors import FormatError, RestrictedError, StateError
from tipline.papers import paper
from tipline.papers.reason import Reason
from tipline.restricted import marks, referral
from tipline.restricted.referral import Referral

bp = Blueprint("restricted", __name__, url_prefix="/case/<int:number>")


@bp.post("/mark")
@role("officer")
def mark(number: int) -> AnyResponse:
    """Mark all files of a case as possible child-abuse material, those still to come too."""
    return _done(number, words.MARKED, marks.mark, own_work(), number, None)


@bp.post("/unmark")
@role("officer")
@sensitive("case.show")
def unmark(number: int) -> AnyResponse:
    """Take a mark back."""
    given = request.form.get("mark", "")
    if not (given.isascii() and given.isdigit()):
        abort(404)
    why = Reason(request.form.get("reason", ""), request.form.get("words", ""))
    return _done(number, "The mark is taken back.", marks.unmark, own_work(), number, int(given), why)


@bp.post("/referral")
@role("officer")
def refer(number: int) -> AnyResponse:
    """Keep a note of what was handed over."""
    to, when, reference = (request.form.get(name, "") for name in ("to", "when", "reference"))
    what = Referral(to, when, reference, papers.given_words())
    told = "Your note of the hand-over is kept."
    return _done(number, told, referral.write, own_work(), number, what, papers.given_id("paper"))


def shown(connection: Connection, own: Work, opened: Case) -> dict[str, Any]:
    """Return what the case's page shows of marks, and what was handed over."""
    del own
    found = marks.of_case(connection, opened.number)
    items = [one.item for one in opened.said]
    return {
        "marks": found,
        "is_marked": lambda envelope, place: marks.covers(found, items, marks.Place(envelope, place)),
        "may_open_marked": opened.desk.restricted,
        "referrals": [one for one in opened.papers if one.label.kind == paper.REFERRAL],
    }


def _done(number: int, told: str, act: Callable[..., Any], *given: Any) -> AnyResponse:
    try:
        act(*given)
        own_session()["notice"] = told
    except RestrictedError:
        own_session()["refused"] = "your desk's roster does not let you"
    except (StateError, FormatError) as error:
        own_session()["refused"] = str(error).removeprefix(f"{getattr(error, 'failure', '')}: ")
    return redirect(url_for("case.show", number=number), 303)
