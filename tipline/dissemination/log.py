"""The record of what was given out: who got what, why and when (28 CFR 23.20 asks for it).

An entry in the audit, signed by who gave it; a row for lists, which counts with that entry; and a paper of
the desk's with to whom, and words about why. What a unit of the agency has is in routes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select

from tipline import clock, db, tables
from tipline.audit import actions
from tipline.cases import audit
from tipline.cases.case import Case
from tipline.cases.work import Work
from tipline.dissemination.giving import Giving
from tipline.errors import AccessError, StateError
from tipline.papers import paper
from tipline.papers.paper import Draft, Paper
from tipline.papers.paper_box import DISSEMINATION, Label
from tipline.routing import door
from tipline.staff.member import TRIAGE

#: The record shows so many at once.
NEWEST = 500
_DETAIL = ("purpose", "sha256")


@dataclass(frozen=True)
class Line:
    """One giving: *to* is who got it and why in words; None where no key opens the paper, or it is gone."""

    number: int
    kind: str
    purpose: str
    officer: str
    at: int
    sha256: bytes
    to: str | None


def record(own: Work, opened: Case, given: Giving, made: bytes, paper_id: bytes) -> None:
    """Put a giving on record. What was *made* is handed out after this alone, and once for a *paper_id*.

    Raises AccessError for who does not triage the case, StateError when it is not theirs any more.
    """
    if not opened.triage:
        raise AccessError("only the triage desk gives a case out")
    desk, label = opened.desk.id, Label(paper_id, opened.number, DISSEMINATION)
    digest = hashlib.sha256(made).digest()
    with db.writing(own.engine) as connection:
        if paper.is_written(connection, paper_id):
            raise StateError("this is on record already: open the page again to give it once more")
        door.still(connection, opened.number, own.member.id, None)
        readers = [paper.reader(connection, own.member, desk)]
        hash_ = paper.write(connection, own.member, Draft(label, desk, given.text), readers)
        row = {"case": opened.number, "desk": desk, "officer": own.member.id, "at": clock.seconds()}
        row |= {"kind": given.kind, "purpose": given.purpose, "paper": paper_id, "sha256": digest}
        connection.execute(insert(tables.dissemination).values(row))
        what = {"case": opened.number, "kind": given.kind, "paper": paper_id.hex()}
        detail = {"purpose": given.purpose, "hash": hash_.hex(), "sha256": digest.hex()}
        audit.append(connection, own.member, desk, (actions.DISSEMINATED, what), detail)


def of_case(own: Work, number: int, papers: Sequence[Paper]) -> list[Line]:
    """Return what of a case was given out, oldest first. *papers* are the opened case's."""
    texts, rows = _texts(papers), tables.dissemination.c
    with own.engine.connect() as connection:
        found = _signed(connection, _query().where(rows.case == number).order_by(rows.seq))
    return [_line(row, texts.get(row.paper)) for row in found]


def of_desks(own: Work) -> list[Line]:
    """Return what the officer's triage desks gave out, newest first; that it is read is in the audit first.

    What is about a case that this officer is off is left out.
    """
    desks = [desk.id for desk in own.member.desks.values() if desk.kind == TRIAGE]
    rows = tables.dissemination.c
    with db.writing(own.engine) as connection:
        for desk in desks:
            audit.append(connection, own.member, desk, (actions.READ_LOG, {}))
    with own.engine.connect() as connection:
        query = _query().where(rows.desk.in_(desks), door.not_recused(own.member.id, rows.case))
        found = _signed(connection, query.order_by(rows.seq.desc()).limit(NEWEST))
        papers = [
            one for case in {row.case for row in found} for one in paper.of_case(connection, own.member, case)
        ]
    texts = _texts(papers)
    return [_line(row, texts.get(row.paper)) for row in found]


def _texts(papers: Iterable[Paper]) -> dict[bytes, str | None]:
    return {one.label.id: one.text for one in papers if one.label.kind == DISSEMINATION}


def _signed(connection: Connection, query: Select[Any]) -> list[Row[Any]]:
    """Return those rows that say what an officer signed for when they gave it."""
    return [row for row in connection.execute(query).all() if _said(row) in _entries(connection, row.case)]


def _said(row: Row[Any]) -> tuple[object, ...]:
    return row.officer, row.kind, row.paper.hex(), row.purpose, row.sha256.hex()


def _entries(connection: Connection, number: int) -> list[tuple[object, ...]]:
    return [
        (one.officer, *map(one.object.get, ("kind", "paper")), *map(one.detail.get, _DETAIL))
        for one in audit.of_triage(connection, number)
        if one.action == actions.DISSEMINATED
    ]


def _query() -> Select[Any]:
    rows, officer = tables.dissemination, tables.officer
    return select(rows, officer.c.name).join(officer, officer.c.id == rows.c.officer)


def _line(row: Row[Any], text: str | None) -> Line:
    return Line(row.case, row.kind, row.purpose, row.name, row.at, row.sha256, text)
