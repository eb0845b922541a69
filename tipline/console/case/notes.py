"""Notes, questions to triage and triage's answers: forms on the case page."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from tipline.cases.work import Work
from tipline.console.case import page as case
from tipline.console.case import papers
from tipline.console.role import own_session, own_work, role
from tipline.errors import FormatError
from tipline.papers import notes, paper
from tipline.papers.paper_box import Label

bp = Blueprint("notes", __name__, url_prefix="/case/<int:number>")


@bp.post("/note")
@role("officer")
def note(number: int) -> AnyResponse | tuple[str, int]:
    """Keep a note for the officer's own desk."""
    own, words, new = _given(number)
    return _kept(number, lambda: notes.note(own, number, words, new), "Your note is kept.", "note")


@bp.post("/question")
@role("officer")
def ask(number: int) -> AnyResponse | tuple[str, int]:
    """Give triage a question for the tipster."""
    own, words, new = _given(number)
    return _kept(number, lambda: notes.ask(own, number, words, new), "Triage has your question.", "question")


@bp.post("/answer")
@role("triage")
def answer(number: int) -> AnyResponse | tuple[str, int]:
    """Answer a unit's question."""
    own, words, new = _given(number)
    question = Label(papers.given_id("question"), number, paper.QUESTION)
    act = lambda: notes.answer(own, question, words, new)  # noqa: E731 -- as its neighbours give theirs
    return _kept(number, act, "The unit has your answer.", question.id.hex())


def _given(number: int) -> tuple[Work, str, bytes]:
    """Return the officer's work, the words and the new paper's id, once the case is known to be theirs."""
    own = own_work()
    own.access(number)
    return own, papers.given_words(), papers.given_id("paper")


def _kept(number: int, act: Callable[[], bool], notice: str, form: str) -> AnyResponse | tuple[str, int]:
    """Do *act*; a *form* with wrong words is shown again with them."""
    try:
        act()
    except FormatError as error:
        typed = case.Typed(form, papers.given_words(), papers.wrong(error))
        return case.page(own_work(), number, typed=typed), 422
    own_session()["notice"] = notice
    return redirect(url_for("case.show", number=number), 303)
