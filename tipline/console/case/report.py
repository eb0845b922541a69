"""The report beside the tip: writing a version, what it copied of the tip, approving it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from tipline.cases import case
from tipline.cases.case import Case
from tipline.cases.work import Work
from tipline.console import text
from tipline.console.case import assessment, papers, restricted
from tipline.console.role import own_session, own_work, role, sensitive
from tipline.errors import FormatError
from tipline.papers import report, wording
from tipline.papers.report import Version
from tipline.papers.wording import Copied

bp = Blueprint("report", __name__, url_prefix="/case/<int:number>/report")
_MEANWHILE = "Somebody saved a version meanwhile, which you see here. Yours is below and was not saved."


@dataclass(frozen=True)
class Draft:
    """A version that is not saved: its words, what they copied of the tip, and what is wrong, if anything."""

    text: str
    copied: list[Copied]
    wrong: str = ""


@bp.get("")
@role("triage")
def show(number: int) -> str:
    """Show tip and report side by side; that the case was opened is in the audit first."""
    own = own_work()
    return _page(own, _opened(own, number))


@bp.post("")
@role("triage")
def write(number: int) -> AnyResponse | str | tuple[str, int]:
    """Save a version, or show what it copied of the tip."""
    own, words = own_work(), papers.given_words()
    opened = _opened(own, number)
    if request.form.get("act") != "save":
        return _page(own, opened, words)
    after = request.form.get("after", type=int)
    if after is None:
        abort(400)
    if after != _newest(own, opened):
        return _page(own, opened, words, _MEANWHILE), 409
    try:
        report.write(own, number, words, papers.given_id("paper"), after)
    except FormatError as error:
        return _page(own, opened, words, papers.wrong(error)), 422
    return _done(number, f"Version {after + 1} is saved.")


@bp.post("/approve")
@role("triage")
@sensitive("report.show")
def approve(number: int) -> AnyResponse:
    """Approve a version as it was shown."""
    try:
        seen = bytes.fromhex(request.form.get("hash", ""))
    except ValueError:
        abort(404)
    report.approve(own_work(), number, papers.given_id("paper"), seen)
    return _done(number, "Approved. It can be given to units now.")


@bp.post("/take-back")
@role("triage")
def take_back(number: int) -> AnyResponse:
    """Take an approval back."""
    report.take_back(own_work(), number, papers.given_id("paper"))
    return _done(number, "The approval is taken back. Units that have this version keep it.")


def _opened(own: Work, number: int) -> Case:
    if not own.access(number).triage:
        abort(404)
    return case.open_(own, number)


def _newest(own: Work, opened: Case) -> int:
    with own.engine.connect() as connection:
        versions = report.among(connection, opened.papers, opened.number)
    return max((one.paper.label.version for one in versions), default=0)


def _page(own: Work, opened: Case, words: str | None = None, wrong: str = "") -> str:
    tips = [said.message.text for said in opened.said]
    with own.engine.connect() as connection:
        shown = papers.shown(connection, opened) | restricted.shown(connection, own, opened)
        grading = assessment.of_case(connection, opened.number)
    newest: Version | None = next(iter(shown["versions"]), None)
    newest_text = newest.paper.text if newest else None
    return render_template(
        "report.html",
        **shown,
        case=opened,
        newest=newest,
        copied=wording.copied(newest_text or "", tips),
        draft=None if words is None else Draft(words, wording.copied(words, tips), wrong),
        grading=grading,
        files=sum(len(said.message.files) for said in opened.said),
        me=own.member.id,
        notice=own_session().pop("notice", None),
        has_tricks=text.has_tricks,
    )


def _done(number: int, notice: str) -> AnyResponse:
    own_session()["notice"] = notice
    return redirect(url_for("report.show", number=number), 303)
