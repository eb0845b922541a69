"""Notes of a desk for itself, a unit's questions for the tipster (triage reads them), triage's answers.

A unit never writes to the tipster: triage reads its question and puts it in words that are safe to send.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from tipline import db
from tipline.cases import audit
from tipline.cases.work import Work
from tipline.errors import AccessError
from tipline.papers import from_triage, paper
from tipline.papers.paper import NOTE, QUESTION, Draft, Paper
from tipline.papers.paper_box import Label
from tipline.routing import door


@dataclass(frozen=True, repr=False)
class Question:
    """A unit's question; *asked*: entries of replies that took it up; *answers*: triage's to the unit."""

    paper: Paper
    asked: tuple[audit.Entry, ...]
    answers: tuple[Paper, ...]

    @property
    def is_open(self) -> bool:
        """Tell whether triage has done nothing about it yet."""
        return not self.asked and not self.answers


def note(own: Work, number: int, text: str, paper_id: bytes) -> bool:
    """Write a note that only the officer's desk can read; once for a *paper_id*, and then False.

    Raises AccessError without the case, FormatError for what is no text.
    """
    access = own.access(number)
    draft = Draft(Label(paper_id, number, NOTE), access.desk.id, text)
    return _write(own, draft, access.unit, access.desk.id)


def ask(own: Work, number: int, text: str, paper_id: bytes) -> bool:
    """Write a unit's question for the tipster, which the case's triage desk reads too.

    Raises AccessError for who triages the case (they can ask themselves), and as *note* does.
    """
    access = own.access(number)
    if access.triage:
        raise AccessError("triage asks the tipster itself")
    with own.engine.connect() as connection:
        triage = from_triage.desk(connection, own.member, number, access.desk.id)
    label = Label(paper_id, number, QUESTION)
    return _write(own, Draft(label, access.desk.id, text), access.unit, access.desk.id, triage)


def answer(own: Work, question: Label, text: str, paper_id: bytes) -> bool:
    """Answer a unit's question with a note that the unit and triage can read.

    Raises AccessError for a unit whose access was withdrawn, and as *note* does.
    """
    access = own.access(question.case)
    with own.engine.connect() as connection:
        asked = find(connection, own, question.case, question.id)
    if not access.triage:
        raise AccessError("only the triage desk answers a unit")
    label = Label(paper_id, question.case, NOTE, about=question.id)
    return _write(own, Draft(label, access.desk.id, text), asked.desk, access.desk.id, asked.desk)


def find(connection: Connection, own: Work, number: int, question: bytes) -> Paper:
    """Return a question that the officer can read. Raises AccessError."""
    for one in paper.of_case(connection, own.member, number):
        if (one.label.id, one.label.kind) == (question, QUESTION) and one.text is not None:
            return one
    raise AccessError("there is no such question")


def questions(
    connection: Connection, papers: Sequence[Paper], entries: Sequence[audit.Entry] | None = None
) -> list[Question]:
    """Return the questions among a case's *papers*, oldest first, with what became of them.

    *entries* are those of the desks that read them, where they have been read already.
    """
    asked = [one for one in papers if one.label.kind == QUESTION]
    if entries is None:
        desks = {desk for one in asked for desk in one.readers}
        entries = audit.of_case(connection, desks, asked[0].label.case) if asked else []
    return [
        Question(
            one,
            tuple(entry for entry in entries if _takes_up(entry, one)),
            tuple(note for note in papers if note.label.about == one.label.id),
        )
        for one in asked
    ]


def _takes_up(entry: audit.Entry, question: Paper) -> bool:
    asked = entry.detail.get("question") == question.label.id.hex()
    # By the desk that was asked: the unit itself cannot say that it was.
    by_triage = entry.desk in question.readers - {question.desk}
    return entry.holds and entry.action == audit.REPLIED and asked and by_triage


def _write(own: Work, draft: Draft, unit: bytes | None, *desks: bytes) -> bool:
    """Write for *desks*; *unit* is one of them that must have the case by a route, or None."""
    with db.writing(own.engine) as connection:
        if paper.is_written(connection, draft.label.id):
            return False
        # Looked at in here: the case may have been taken from the unit while somebody wrote.
        if unit is not None and (draft.label.case, unit) not in door.live(connection, [unit]):
            raise AccessError("the unit has not got this case any more")
        paper.write(
            connection, own.member, draft, [paper.reader(connection, own.member, desk) for desk in desks]
        )
    return True
