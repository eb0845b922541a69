"""What a unit is given of a case, by key, and how it is taken again. Rows alone: who may, route.py says.

The raw tip is re-wrapped: K_text, never K, of each message sealed to the unit's key at rest. So a unit that
has it opens text and files, and neither the conversation nor the reply key.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from tipline import tables
from tipline.cases import index
from tipline.cases.index import Item
from tipline.cases.work import Access
from tipline.errors import RosterError
from tipline.keys import rows
from tipline.keys.rows import UNIT
from tipline.papers import paper, report
from tipline.papers.paper import Reader
from tipline.papers.paper_box import TRANSLATION
from tipline.seal import header, opening, rewrap, stanza
from tipline.search import segments
from tipline.staff.member import Desk, Member


@dataclass(frozen=True)
class Unit:
    """A desk that a case can be routed to, with its *public* key at rest and that key's number (*key*)."""

    id: bytes
    name: str
    key: int
    public: bytes


def units(connection: Connection, who: Member, kind: str = UNIT) -> list[Unit]:
    """Return the desks that a case can be routed to, by name: those that their rosters vouch for.

    Another *kind* of desk is one that something else is given to.
    """
    own = tables.desk.c
    ids = connection.scalars(select(own.id).where(own.kind == kind).order_by(own.name)).all()
    found = (_unit(connection, who, desk, kind) for desk in ids)
    return [unit for unit in found if unit is not None]


def _unit(connection: Connection, who: Member, desk: bytes, kind: str) -> Unit | None:
    # A unit whose name, kind or key in the database is not what was signed gets nothing.
    try:
        listed = who.rosters.of(connection, desk)
    except RosterError:
        return None
    at_rest = rows.at_rest(connection, listed) if listed.kind == kind else None
    return Unit(desk, listed.name, *at_rest) if at_rest else None


def give_raw(connection: Connection, desk: Desk, items: Iterable[Item], to: Unit) -> list[bytes]:
    """Re-wrap to a unit what *desk* has whole and the unit lacks; return these envelopes' ids."""
    at = tables.stanza
    whole = [item.envelope for item in items if item.whole]
    has = set(connection.scalars(select(at.c.envelope).where(at.c.desk == to.id, at.c.envelope.in_(whole))))
    given = []
    for envelope in whole:
        held = None if envelope in has else index.key_of(connection, desk, envelope)
        if held is not None:
            sealed = _for_unit(*held, to)
            row = {"envelope": envelope, "desk": to.id, "key": to.key, "sealed": sealed}
            connection.execute(insert(at).values(row))
            given.append(envelope)
    return given


def give_report(
    connection: Connection, member: Member, access: Access, to: Unit, approval: bool
) -> list[bytes]:
    """Seal the key of the report that units get to one that lacks it; return its id, or nothing.

    Where *approval* is asked for, only a version that a second officer approved is given.
    """
    one = report.for_units(connection, member, access.number, approval)
    if one is None or not paper.give(connection, access.desk, one.label.id, Reader(to.id, to.key, to.public)):
        return []
    return [one.label.id]


def give_translations(connection: Connection, member: Member, access: Access, to: Unit) -> list[bytes]:
    """Seal the keys of a case's translations to a unit that has the tip itself; return their ids."""
    made = [one for one in paper.of_case(connection, member, access.number) if one.label.kind == TRANSLATION]
    reader = Reader(to.id, to.key, to.public)
    return [
        one.label.id
        for one in made
        if one.text is not None and paper.give(connection, access.desk, one.label.id, reader)
    ]


def take(connection: Connection, number: int, unit: bytes) -> None:
    """Delete everything a unit was given of a case. What was read, saved or copied before stays so.

    Papers that the unit wrote stay its own: nobody else has a key of its notes.
    """
    segments.forget(connection, [number], unit)
    paper.take(connection, number, unit)
    own, at = tables.envelope.c, tables.stanza
    of_case = select(own.id).where(own.case == number)
    connection.execute(delete(at).where(at.c.desk == unit, at.c.envelope.in_(of_case)))


def _for_unit(envelope: bytes, key: stanza.Stanza, to: Unit) -> bytes:
    text = stanza.Stanza(stanza.TEXT, opening.text_key_of(envelope, key.key))
    return rewrap.rewrap(header.suite_in(envelope), to.public, rewrap.envelope_id(envelope), to.id, text)
