"""Notes of a desk for itself, a unit's questions for the tipster (triage reads them), triage's answers.

A unit never writes to the tipster: triage reads its question and puts it in words that are safe to send.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from tipline import db, tables
from tipline.cases import audit, paper
from tipline.cases.member import TRIAGE, Member
from tipline.cases.paper import NOTE, QUESTION, Draft, Paper
from tipline.cases.paper_box import Label
from tipline.cases.work import Work
from tipline.errors import AccessError, RosterError


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
    desk = own.access(number).desk.id
    return _write(own, Draft(Label(paper_id, number, NOTE), desk, text), desk)


def ask(own: Work, number: int, text: str, paper_id: bytes) -> bool:
    """Write a unit's question for the tipster, which the case's triage desk reads too.

    Raises AccessError for who triages the case (they can ask themselves), and as *note* does.
    """
    access = own.access(number)
    if access.triage:
        raise AccessError("triage asks the tipster itself")
    with own.engine.connect() as connection:
        triage = _triage(connection, own.member, number)
    label = Label(paper_id, number, QUESTION)
    return _write(own, Draft(label, access.desk.id, text), access.desk.id, triage)


def answer(own: Work, question: Label, text: str, paper_id: bytes) -> bool:
    """Answer a unit's question with a note that the unit and triage can read.

    Raises AccessError for a unit whose access was withdrawn, and as *note* does.
    """
    access = own.access(question.case)
    with own.engine.connect() as connection:
        asked = find(connection, own, question.case, question.id)
        if not access.triage or not _has_access(connection, question.case, asked.desk):
            raise AccessError("only the triage desk answers a unit, and only one that has the case")
    label = Label(paper_id, question.case, NOTE, about=question.id)
    return _write(own, Draft(label, access.desk.id, text), access.desk.id, asked.desk)


def find(connection: Connection, own: Work, number: int, question: bytes) -> Paper:
    """Return a question that the officer can read. Raises AccessError."""
    for one in paper.of_case(connection, own.member, number):
        if (one.label.id, one.label.kind) == (question, QUESTION) and one.text is not None:
            return one
    raise AccessError("there is no such question")


def questions(connection: Connection, papers: Sequence[Paper]) -> list[Question]:
    """Return the questions among a case's *papers*, oldest first, with what became of them."""
    asked = [one for one in papers if one.label.kind == QUESTION]
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
    return entry.holds and entry.action == audit.REPLIED and asked


def _write(own: Work, draft: Draft, *desks: bytes) -> bool:
    with db.writing(own.engine) as connection:
        if paper.is_written(connection, draft.label.id):
            return False
        paper.write(
            connection, own.member, draft, [paper.reader(connection, own.member, desk) for desk in desks]
        )
    return True


def _triage(connection: Connection, who: Member, number: int) -> bytes:
    """Return the desk that triages a case, if its roster says that it is one: rows can be changed."""
    own = tables.case.c
    desk = connection.execute(select(own.desk).where(own.id == number)).scalar_one()
    try:
        kind = who.rosters.of(connection, desk).kind
    except RosterError:
        kind = ""
    if kind != TRIAGE:
        raise AccessError("no triage desk has this case")
    return bytes(desk)


def _has_access(connection: Connection, number: int, unit: bytes) -> bool:
    """Tell whether a unit was given keys for a case that were not taken away."""
    own, at, what, wrapped = tables.paper.c, tables.paper_key.c, tables.envelope.c, tables.stanza.c
    papers = (
        select(own.id)
        .join(tables.paper_key, at.paper == own.id)
        .where(own.case == number, own.desk != unit, at.desk == unit)
    )
    messages = (
        select(what.id)
        .join(tables.stanza, wrapped.envelope == what.id)
        .where(what.case == number, wrapped.desk == unit)
    )
    return any(connection.execute(query.limit(1)).first() for query in (papers, messages))
