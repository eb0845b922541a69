"""What translators do: the texts that triage gave to their desk, and writing a translation of each."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from tipline.cases.work import Work
from tipline.console import text
from tipline.console.case import papers
from tipline.console.role import own_session, own_work, role
from tipline.errors import FormatError
from tipline.keys import rows
from tipline.languages import handing
from tipline.papers import paper_box

bp = Blueprint("translations", __name__, url_prefix="/translations")


@bp.get("")
@role("officer")
def show() -> str:
    """Show which texts wait, without their words."""
    own = own_work()
    _check(own)
    with own.engine.connect() as connection:
        tasks = handing.tasks(connection, own)
    return render_template("translations.html", tasks=tasks, notice=own_session().pop("notice", None))


@bp.get("/<paper>")
@role("officer")
def read(paper: str) -> str:
    """Show one text; that it was read is in the audit first."""
    return _page(own_work(), _id(paper))


@bp.post("/<paper>")
@role("officer")
def write(paper: str) -> AnyResponse | tuple[str, int]:
    """Keep a translation for the triage desk that gave the text."""
    own, words = own_work(), papers.given_words()
    try:
        handing.translate(own, _id(paper), words, papers.given_id("new"))
    except FormatError as error:
        return _page(own, _id(paper), words, papers.wrong(error)), 422
    own_session()["notice"] = "Triage has your translation."
    return redirect(url_for("translations.show"), 303)


def _page(own: Work, paper: bytes, typed: str = "", wrong: str = "") -> str:
    given, made = handing.open_(own, paper)
    return render_template(
        "translation.html",
        given=given,
        made=made,
        typed=typed or next((one.text for one in made if one.text), ""),
        wrong=wrong,
        new=paper_box.new_id().hex(),
        paper_max=paper_box.TEXT_MAX,
        has_tricks=text.has_tricks,
    )


def _check(own: Work) -> None:
    if not any(desk.kind == rows.TRANSLATION for desk in own.member.desks.values()):
        abort(404)


def _id(paper: str) -> bytes:
    try:
        return bytes.fromhex(paper)
    except ValueError:
        abort(404)
