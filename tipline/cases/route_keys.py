"""What a unit is given of a case, by key, and how it is taken again. Rows alone: who may, route.py says.

The raw tip is re-wrapped: K_text, never K, of each message sealed to the unit's key at rest. So a unit that
has it opens text and files, and neither the conversation nor the reply key.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from tipline import tables
from tipline.cases import index, paper, report
from tipline.cases.index import Item
from tipline.cases.member import Desk, Member
from tipline.cases.work import Access
from tipline.keys.desk import AT_REST
from tipline.keys.rows import UNIT
from tipline.seal import header, opening, rewrap, stanza


def units(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return the desks that a case can be routed to (id, name, public key at rest), by name."""
    own, key = tables.desk, tables.desk_key
    query = (
        select(own.c.id, own.c.name, key.c.public)
        .join(key, key.c.desk == own.c.id)
        .where(own.c.kind == UNIT, key.c.epoch == AT_REST)
        .order_by(own.c.name)
    )
    return connection.execute(query).all()


def give_raw(connection: Connection, desk: Desk, items: Iterable[Item], to: Row[Any]) -> list[bytes]:
    """Re-wrap to a unit what *desk* has whole and the unit lacks; return these envelopes' ids."""
    at = tables.stanza
    whole = [item.envelope for item in items if item.whole]
    has = set(connection.scalars(select(at.c.envelope).where(at.c.desk == to.id, at.c.envelope.in_(whole))))
    given = []
    for envelope in whole:
        held = None if envelope in has else index.key_of(connection, desk, envelope)
        if held is not None:
            sealed = _for_unit(*held, to)
            connection.execute(insert(at).values(envelope=envelope, desk=to.id, sealed=sealed))
            given.append(envelope)
    return given


def give_report(
    connection: Connection, member: Member, access: Access, to: Row[Any], approval: bool
) -> list[bytes]:
    """Seal the key of the report that units get to one that lacks it; return its id, or nothing.

    Where *approval* is asked for, only a version that a second officer approved is given.
    """
    one = report.for_units(connection, member, access.number, approval)
    if one is None or not paper.give(connection, access.desk, one.label.id, paper.reader(connection, to.id)):
        return []
    return [one.label.id]


def take(connection: Connection, number: int, unit: bytes) -> None:
    """Delete everything a unit was given of a case. What was read, saved or copied before stays so.

    Papers that the unit wrote stay its own: nobody else has a key of its notes.
    """
    paper.take(connection, number, unit)
    own, at = tables.envelope.c, tables.stanza
    of_case = select(own.id).where(own.case == number)
    connection.execute(delete(at).where(at.c.desk == unit, at.c.envelope.in_(of_case)))


def _for_unit(envelope: bytes, key: stanza.Stanza, to: Row[Any]) -> bytes:
    text = stanza.Stanza(stanza.TEXT, opening.text_key_of(envelope, key.key))
    return rewrap.rewrap(header.suite_in(envelope), to.public, rewrap.envelope_id(envelope), to.id, text)
