"""One text for translators: given out by triage, translated at a desk of translators, taken back.

The text is a paper of its own, sealed to the desks of both; the translation is another. So a translator's
keys open that text and what they made of it, and nothing else of the case: no file, reply, report or note,
and not the envelope. What the page shows beside it is the case's number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from tipline import db, tables
from tipline.audit import actions
from tipline.cases import audit, index
from tipline.cases.audit import Entry
from tipline.cases.work import Access, Work
from tipline.errors import AccessError, StateError
from tipline.keys import rows
from tipline.papers import paper
from tipline.papers.paper import Draft, Paper, Reader
from tipline.papers.paper_box import HANDOUT, TRANSLATION, Label
from tipline.routing import door, route_keys
from tipline.staff import rekey


@dataclass(frozen=True, repr=False)
class Handed:
    """A message's text (*envelope*) that the desk *to* was given; *translations*: newest first.

    *is_out* tells whether that desk can still open it.
    """

    text: Paper
    envelope: bytes
    to: bytes
    is_out: bool
    translations: tuple[Paper, ...]


@dataclass(frozen=True)
class Task:
    """A text that is with a desk of translators, without its words; *done*: it has a translation."""

    paper: bytes
    number: int
    at: int
    by: str
    done: bool


def desks(connection: Connection, own: Work) -> list[route_keys.Unit]:
    """Return the desks of translators, by name."""
    return route_keys.units(connection, own.member, rows.TRANSLATION)


def hand_out(own: Work, number: int, envelope: bytes, desk: bytes, paper_id: bytes) -> bool:
    """Give the text of one message to a desk of translators; once for a *paper_id*, and then False.

    Raises AccessError for who does not triage the case, for a message that is not there, and for what is no
    desk of translators; FormatError for a message without words.
    """
    access = _triage(own, number)
    with db.writing(own.engine) as connection:
        door.still(connection, number, own.member.id, access.unit)
        if paper.is_written(connection, paper_id):
            return False
        to = next((one for one in desks(connection, own) if one.id == desk), None)
        if to is None:
            raise AccessError("there is no such desk of translators")
        text = _text(connection, own, access, envelope)
        label = Label(paper_id, number, HANDOUT)
        readers = [paper.reader(connection, own.member, access.desk.id), Reader(to.id, to.key, to.public)]
        paper.write(connection, own.member, Draft(label, access.desk.id, text), readers)
        what = {"case": number, "paper": paper_id.hex()}
        detail = access.why | {"envelope": envelope.hex(), "unit": desk.hex()}
        audit.append(connection, own.member, access.desk.id, (actions.HANDED_OUT, what), detail)
    return True


def take_back(own: Work, number: int, paper_id: bytes) -> None:
    """Take a text, and what was made of it, from its translators; triage keeps both.

    What was read cannot be taken back. Their desk gets a new key, so that a copy of the rows opens nothing.
    Raises AccessError, StateError when it is not out any more.
    """
    access = _triage(own, number)
    with db.writing(own.engine) as connection:
        door.still(connection, number, own.member.id, access.unit)
        entries = audit.of_case(connection, [access.desk.id], number)
        given = next((entry for entry in _given(entries, access.desk.id) if _names(entry, paper_id)), None)
        if given is None:
            raise AccessError("there is no such text")
        desk = bytes.fromhex(str(given.detail["unit"]))
        own_, at = tables.paper.c, tables.paper_key
        of_it = select(own_.id).where((own_.id == paper_id) | (own_.about == paper_id))
        if connection.execute(delete(at).where(at.c.desk == desk, at.c.paper.in_(of_it))).rowcount == 0:
            raise StateError("the translators have not got this text any more")
        rekey.ask(connection, desk)
        what, detail = {"case": number, "paper": paper_id.hex()}, access.why | {"unit": desk.hex()}
        audit.append(connection, own.member, access.desk.id, (actions.TEXT_BACK, what), detail)


def of_case(papers: Sequence[Paper], entries: Iterable[Entry], desk: bytes) -> list[Handed]:
    """Return what triage at *desk* gave out of a case, oldest first, of its *papers* and audit *entries*."""
    texts = {one.label.id.hex(): one for one in papers if one.label.kind == HANDOUT}
    found = []
    for entry in _given(entries, desk):
        text, to = texts.get(str(entry.object["paper"])), bytes.fromhex(str(entry.detail["unit"]))
        if text is not None:
            made = [
                one for one in papers if (one.label.kind, one.label.about) == (TRANSLATION, text.label.id)
            ]
            # Of nobody but the desk that was asked.
            mine = tuple(one for one in reversed(made) if one.desk == to)
            envelope = bytes.fromhex(str(entry.detail["envelope"]))
            found.append(Handed(text, envelope, to, to in text.readers, mine))
    return found


def tasks(connection: Connection, own: Work) -> list[Task]:
    """Return the texts that are with the officer's desks of translators, newest first."""
    what, at, officer = tables.paper.c, tables.paper_key.c, tables.officer.c
    query = (
        select(what.id, what.case, what.at, officer.name)
        .join(tables.paper_key, at.paper == what.id)
        .join(tables.officer, officer.id == what.officer)
        .where(what.kind == HANDOUT, at.desk.in_(_translates(own)))
        .where(door.not_recused(own.member.id, what.case))
        .order_by(what.seq.desc())
    )
    found = connection.execute(query).all()
    done = set(connection.scalars(select(what.about).where(what.about.in_([row.id for row in found]))))
    return [Task(row.id, row.case, row.at, row.name, row.id in done) for row in found]


def open_(own: Work, paper_id: bytes) -> tuple[Paper, list[Paper]]:
    """Open a text for a translator, once the audit has it; return it and what was made of it, newest first.

    Raises AccessError when none of the officer's desks of translators has it.
    """
    with db.writing(own.engine) as connection:
        row, desk = _task(connection, own, paper_id)
        what = {"case": row.case, "paper": paper_id.hex()}
        audit.append(connection, own.member, desk, (actions.TEXT_READ, what))
    with own.engine.connect() as connection:
        papers = paper.of_case(connection, own.member, row.case)
    text = next(one for one in papers if one.label.id == paper_id)
    made = [one for one in papers if (one.label.kind, one.label.about) == (TRANSLATION, paper_id)]
    return text, list(reversed(made))


def translate(own: Work, paper_id: bytes, words: str, new: bytes) -> bool:
    """Write a translation of a text for the triage desk that gave it; once for an id *new*, then False.

    Raises AccessError when the text was taken back, FormatError for what is no text.
    """
    with db.writing(own.engine) as connection:
        row, desk = _task(connection, own, paper_id)
        if paper.is_written(connection, new):
            return False
        text = next(
            one for one in paper.of_case(connection, own.member, row.case) if one.label.id == paper_id
        )
        if text.text is None:
            raise AccessError("no officer of triage signed for giving this text")
        readers = [paper.reader(connection, own.member, one) for one in (desk, row.desk)]
        label = Label(new, row.case, TRANSLATION, about=paper_id)
        paper.write(connection, own.member, Draft(label, desk, words), readers)
    return True


def _triage(own: Work, number: int) -> Access:
    access = own.access(number)
    if not access.triage:
        raise AccessError("only the triage desk gives a text to translators")
    return access


def _translates(own: Work) -> list[bytes]:
    return [desk.id for desk in own.member.desks.values() if desk.kind == rows.TRANSLATION]


def _text(connection: Connection, own: Work, access: Access, envelope: bytes) -> str:
    item = next((item for item in access.items if item.envelope == envelope), None)
    held = index.key_of(connection, own.member.desks[item.desk], envelope) if item else None
    if held is None:
        raise AccessError("no key of this officer opens this message")
    return index.read(*held)[1].text


def _task(connection: Connection, own: Work, paper_id: bytes) -> tuple[Row[*tuple[Any, ...]], bytes]:
    """Return the row of a text, and the desk of translators by which this officer has it."""
    what, at = tables.paper, tables.paper_key.c
    query = select(what, at.desk.label("to")).join(tables.paper_key, at.paper == what.c.id)
    mine = (what.c.id == paper_id, what.c.kind == HANDOUT, at.desk.in_(_translates(own)))
    row = connection.execute(query.where(*mine)).first()
    if row is None or door.is_recused(connection, row.case, own.member.id):
        raise AccessError("there is no such text for this officer")
    return row, row.to


def _given(entries: Iterable[Entry], desk: bytes) -> list[Entry]:
    return [
        entry
        for entry in entries
        if entry.holds and entry.desk == desk and entry.action == actions.HANDED_OUT
    ]


def _names(entry: Entry, paper_id: bytes) -> bool:
    return entry.object.get("paper") == paper_id.hex()
