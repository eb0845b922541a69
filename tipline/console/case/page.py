"""One case: reading it and answering."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, abort, render_template, request
from sqlalchemy import select

from tipline import tables
from tipline.cases import case, reply
from tipline.cases.reply import Measure
from tipline.cases.work import Work
from tipline.console import text
from tipline.console.case import parts
from tipline.console.inbox import categories
from tipline.console.role import own_session, own_work, role
from tipline.errors import FormatError
from tipline.papers import notes
from tipline.papers.paper import Paper
from tipline.talk.cautions import Caution

bp = Blueprint("case", __name__, url_prefix="/case/<int:number>")
_TOO_LONG = "This is longer than one reply can be. Shorten it, or send it in two replies."
_NO_SLOTS = "This tipster's receipt has no room left for a reply of this length."
_EMPTY = "There is nothing to send yet."


@dataclass(frozen=True)
class Draft:
    """A reply that is not sent yet: what was typed, how long it is, and what is wrong with it if anything.

    *question* is the unit's that it takes up; *is_new*: nobody asked yet how it will read. *cautions* are
    what there is to think about first, *mark* stands for having read them.
    """

    text: str
    measure: Measure
    wrong: str
    question: Paper | None = None
    is_new: bool = False
    cautions: tuple[Caution, ...] = ()
    mark: str = ""


@dataclass(frozen=True)
class Typed:
    """Words of another *form* on the page that were not kept, and what is *wrong* with them."""

    form: str
    text: str
    wrong: str


@bp.get("")
@role("officer")
def show(number: int) -> str:
    """Show a case; that it was opened is in the audit first. A unit's question can begin a reply."""
    own = own_work()
    asked = request.args.get("question")
    if asked is None:
        return page(own, number)
    question = question_of(own, number, asked)
    return page(
        own, number, replace(draft_of(own, number, question.text or ""), question=question, is_new=True)
    )


def reply_id() -> bytes:
    """Return the id that the form gave its reply: a second click on the same button is the same reply."""
    try:
        given = bytes.fromhex(request.form.get("reply", reply.new_id().hex()))
    except ValueError:
        abort(400)
    if len(given) != reply.ID_SIZE:
        abort(400)
    return given


def question_of(own: Work, number: int, asked: str) -> Paper:
    """Return a unit's question by its id in hex; answers 404 for what is none that triage has."""
    try:
        question = bytes.fromhex(asked)
    except ValueError:
        abort(404)
    if not own.access(number).triage:
        abort(404)
    with own.engine.connect() as connection:
        return notes.find(connection, own, number, question)


def draft_of(own: Work, number: int, words_: str) -> Draft:
    """Measure a reply that is not sent yet. Raises FormatError("text") for what is no Unicode text."""
    try:
        with own.engine.connect() as connection:
            measure = reply.measure(connection, number, words_)
    except UnicodeEncodeError:
        raise FormatError("text", "a lone surrogate is not text") from None
    wrong = _EMPTY if not words_ else _TOO_LONG if measure.size > reply.TEXT_MAX else ""
    return Draft(words_, measure, wrong or ("" if measure.fits else _NO_SLOTS))


def page(own: Work, number: int, draft: Draft | None = None, typed: Typed | None = None) -> str:
    """Return the page of a case, opened for it, with what was typed in its forms and is not done."""
    opened = case.open_(own, number)
    with own.engine.connect() as connection:
        desks = {row.id: row.name for row in connection.execute(select(tables.desk))}
        shown = parts.shown(connection, own, opened)
    return render_template(
        "case.html",
        **shown,
        case=opened,
        desks=desks,
        desks_by_hex={one.hex(): name for one, name in desks.items()},
        categories=categories(own),
        draft=draft,
        typed=typed,
        reply_id=reply.new_id().hex() if opened.triage else "",
        notice=own_session().pop("notice", None),
        refused=own_session().pop("refused", None),
        text_max=reply.TEXT_MAX,
        has_tricks=text.has_tricks,
    )
