"""Routing is re-wrapping: K_text, never K, sealed to a unit's at-rest key for every message of a case.

What the tipster writes later does not follow by itself: it may hold what the unit has no need to know. The
case page shows it as not passed on, and routing to the same unit again passes on what is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from tipline import clock, db, tables
from tipline.cases import audit, disposition, index, work
from tipline.cases.index import Item
from tipline.cases.member import Desk, Member
from tipline.cases.work import Work
from tipline.errors import AccessError
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


def route(own: Work, number: int, unit: bytes) -> int:
    """Give a unit what the case holds so far; return how many messages were passed on.

    Raises AccessError when the officer may not, or there is no such unit.
    """
    access = own.access(number)
    with db.writing(own.engine) as connection:
        to = next((one for one in units(connection) if one.id == unit), None)
        if not access.triage or to is None:
            raise AccessError("only the triage desk routes a case, and only to a unit")
        passed = _pass_on(connection, access.desk, [item for item in access.items if item.whole], to)
        if passed:
            what = {"case": number, "envelopes": [envelope.hex() for envelope in passed]}
            detail = {"unit": unit.hex()}
            audit.append(connection, own.member, access.desk.id, (audit.ROUTED, what), detail)
            _note(connection, own.member, number, unit)
        return len(passed)


def _pass_on(connection: Connection, desk: Desk, items: list[Item], to: Row[Any]) -> list[bytes]:
    at = tables.stanza
    ids = [item.envelope for item in items]
    has = set(connection.scalars(select(at.c.envelope).where(at.c.desk == to.id, at.c.envelope.in_(ids))))
    passed = []
    for item in items:
        held = None if item.envelope in has else index.key_of(connection, desk, item.envelope)
        if held is not None:
            sealed = _for_unit(*held, to)
            connection.execute(insert(at).values(envelope=item.envelope, desk=to.id, sealed=sealed))
            passed.append(item.envelope)
    return passed


def _for_unit(envelope: bytes, key: stanza.Stanza, to: Row[Any]) -> bytes:
    text = stanza.Stanza(stanza.TEXT, opening.text_key_of(envelope, key.key))
    return rewrap.rewrap(header.suite_in(envelope), to.public, rewrap.envelope_id(envelope), to.id, text)


def _note(connection: Connection, member: Member, number: int, unit: bytes) -> None:
    own = tables.route
    if connection.scalar(select(own.c.at).where(own.c.case == number, own.c.unit == unit)) is None:
        row = {"case": number, "unit": unit, "officer": member.id, "at": clock.seconds()}
        connection.execute(insert(own).values(row))
    work.happen(connection, number, disposition.ROUTING)
