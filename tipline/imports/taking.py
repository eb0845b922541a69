"""Filing an old system's cases: each sealed like a tip, to this desk's key at rest alone, with its entry.

Its envelope is made for keys that are thrown away at once, so that the one key to it is the row that the desk
renews and shreds like every other. Nobody has a receipt: such a case cannot be answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from tipline import clock, db, tables
from tipline.audit import actions
from tipline.cases import audit, disposition, filing
from tipline.cases.work import Work
from tipline.errors import AccessError, FormatError, StateError
from tipline.imports import check, marked
from tipline.imports.check import NOTED, Old
from tipline.papers import paper, paper_box
from tipline.papers.paper import NOTE, Draft, Reader
from tipline.papers.paper_box import Label
from tipline.seal import docket, message, opening, receipt, rewrap, sealing, stanza
from tipline.staff.member import TRIAGE, Desk

#: So many cases are filed in one transaction: the collector waits meanwhile.
BATCH = 50


@dataclass(frozen=True)
class Plan:
    """What is to be filed at a *desk* for an *agency* (8 bytes): *cases* out of a *file* (its SHA-256).

    *before* counts what had been taken over when the file was checked.
    """

    desk: bytes
    agency: bytes
    file: bytes
    cases: tuple[Old, ...]
    before: int


def numbers(own: Work, desk: bytes) -> set[str]:
    """Return the old numbers that are at a desk of the officer's already, as its sealed notes say."""
    case = tables.case.c
    query = select(tables.imported.c.case).join(tables.case, case.id == tables.imported.c.case)
    with own.engine.connect() as connection:
        there = connection.scalars(query.where(case.desk == desk)).all()
    texts = (one.text for number in there for one in own.known.texts(number) if one.kind == NOTE)
    return {text.removeprefix(NOTED).split("\n", 1)[0] for text in texts if text.startswith(NOTED)}


def take(own: Work, plan: Plan) -> int:
    """File what was checked; return how many. What was filed stays when it is killed, and is not filed again.

    Raises AccessError for who triages nothing at the desk, StateError when somebody else took cases over
    since the file was checked, AuditError.
    """
    desk = own.member.desks.get(plan.desk)
    if desk is None or desk.kind != TRIAGE or not desk.receives:
        raise AccessError("only the triage desk takes cases over")
    done = 0
    for at in range(0, len(plan.cases), BATCH):
        batch = plan.cases[at : at + BATCH]
        with db.writing(own.engine) as connection:
            if marked.count(connection) != plan.before + done:
                raise StateError("somebody else takes cases over: check the file again")
            reader = paper.reader(connection, own.member, desk.id)
            for one in batch:
                _file(connection, own, desk, plan, one, reader)
        done += len(batch)
    own.refresh()
    return done


def _file(  # noqa: PLR0913, PLR0917 -- one case of a plan, with what all of them share
    connection: Connection, own: Work, desk: Desk, plan: Plan, one: Old, reader: Reader
) -> None:
    number = _case(connection, own, desk, one)
    _seal(connection, desk, plan.agency, one, number)
    label = Label(paper_box.new_id(), number, NOTE)
    what = {"file": plan.file.hex(), "line": one.line, **({"code": one.code} if one.code else {})}
    audit.append(connection, own.member, desk.id, (actions.IMPORTED, {"case": number}), what)
    paper.write(connection, own.member, Draft(label, desk.id, check.noted(one)), [reader])
    row = {"case": number, "paper": label.id, "officer": own.member.id, "at": clock.seconds()}
    connection.execute(insert(tables.imported).values(row))


def _case(connection: Connection, own: Work, desk: Desk, one: Old) -> int:
    status = disposition.CLOSED if one.code else disposition.NEW
    row = {"desk": desk.id, "status": status, "priority": one.priority, "day": one.day}
    made = connection.execute(insert(tables.case).values(row)).inserted_primary_key
    assert made is not None
    number = int(made[0])
    if one.code:
        end = {"case": number, "desk": desk.id, "code": one.code, "officer": own.member.id}
        connection.execute(insert(tables.closing).values(at=clock.seconds(), **end))
    return number


def _seal(connection: Connection, desk: Desk, agency: bytes, one: Old, number: int) -> None:
    """Store the text as an envelope that the desk's key at rest opens, and no week's key."""
    suite = desk.at_rest.suite
    # A receipt that nobody is given and nothing keeps.
    drawn = receipt.keys(suite, receipt.generate(), agency)
    said = check.message_of(one, desk.id, (drawn.acknowledgement, drawn.thread))
    passing = suite.generate()
    to = sealing.Address(suite, agency, 0, [passing.public], [])
    nobody = docket.Docket(docket.NO_DESK, "no", drawn.acknowledgement)
    envelope = sealing.seal(to, nobody, drawn, message.encode(said))
    key = opening.open_stanza(envelope, passing)
    if key is None:
        raise FormatError("stanza")
    id_ = rewrap.envelope_id(envelope)
    row = {"id": id_, "day": one.day, "case": number, "bytes": envelope}
    connection.execute(insert(tables.envelope).values(row))
    stored = connection.execute(select(tables.envelope).where(tables.envelope.c.id == id_)).one()
    sealed = filing.keep(desk, stored, stanza.Stanza(stanza.WHOLE, key))
    held: dict[str, Any] = {"envelope": id_, "desk": desk.id, "key": desk.newest, "sealed": sealed}
    connection.execute(insert(tables.stanza).values(held))
