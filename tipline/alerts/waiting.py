"""What waits unread, at which desk, and since when: by the dockets first, by the cases once there are any.

A relay could have re-sealed a docket. So what officers' keys found counts as soon as they found it, and what
a desk has tried and does not open is not that desk's. A look takes in and counts a bounded number of rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    tuple_,
)

from tipline import facts, tables
from tipline.alerts.ladder import Waits, mark_of

#: Rows that one look takes in, and counts: what is neglected must not make every look a long one.
AT_ONCE = 1000
#: The priority that a docket asks for, as cases/disposition.py has it, which the collector does not load.
BY_DANGER = {"yes": 0, "unsure": 1, "no": 3}
#: A docket that is ours and broken may hide anything.
BROKEN_DOCKET = 1
#: The desks that tips come to by themselves: every other kind gets what somebody gives it.
RECEIVERS = ("triage", "quorum")
#: Desks of this kind open tips together: no single officer has opened one, and the case's status tells.
QUORUM, _UNOPENED = "quorum", ("new", "again")
#: Cases in which nothing waits for anybody, whoever has opened them.
_DONE = ("closed",)
#: A unit that was asked to take a case on: part and state, as routing/route_state.py has them.
ASKED = ("responsible", "sent")
_SEEN = "waiting-seen"

_own, _what, _case, _desk = tables.waiting.c, tables.envelope.c, tables.case.c, tables.desk.c
_ROW = tuple_(_own.envelope, _own.desk)


def take_in(connection: Connection, now: int) -> bool:
    """Take in what was collected since the last look; tell whether there may be more."""
    after = int(facts.read(connection, (_SEEN,)).get(_SEEN, "0"))
    query = select(_what.seq, _what.id, _what.desk, _what.danger, _what.alarm).where(_what.seq > after)
    found = connection.execute(query.order_by(_what.seq).limit(AT_ONCE)).all()
    if not found:
        return False
    receivers = connection.scalars(select(_desk.id).where(_desk.kind.in_(RECEIVERS))).all()
    rows = [
        {"envelope": row.id, "desk": desk, "priority": priority, "since": now, "filed": False}
        for row in found
        for desk, priority in _at(row, receivers)
    ]
    if rows:
        connection.execute(insert(tables.waiting), rows)
    facts.write(connection, {_SEEN: str(found[-1].seq)})
    return len(found) == AT_ONCE


def look(connection: Connection, unread: Mapping[int, int], now: int) -> dict[bytes, Waits]:
    """Return what waits too long, by desk; forget what waits no more.

    *unread* are the seconds that a tip of each priority may wait; one without may wait for ever.
    """
    _follow(connection)
    limits = [and_(_own.priority == number, _own.since <= now - limit) for number, limit in unread.items()]
    # What began in the future began now: the clock was set back.
    long_ = or_(*limits, and_(_own.priority.in_(list(unread)), _own.since > now))
    opened = _forget(connection, long_)
    found = {}
    for desk in connection.scalars(select(_desk.id).where(_desk.kind.in_(RECEIVERS))).all():
        # Each by itself: a flood at one desk must not hide what waits at another.
        query = select(_own.priority, _own.since).where(_own.desk == desk, long_)
        rows = connection.execute(query.order_by(_own.priority, _own.since).limit(AT_ONCE)).all()
        if rows:
            found[desk] = _waits(rows, now, opened=desk in opened)
    return found | _asked(connection, unread, now)


def _asked(connection: Connection, unread: Mapping[int, int], now: int) -> dict[bytes, Waits]:
    """Return what units were asked to take on, and have not answered for as long as a tip may wait unread."""
    own, found = tables.route.c, dict[bytes, list[Row[*tuple[Any, ...]]]]()
    long_ = or_(*(and_(_case.priority == number, own.at <= now - limit) for number, limit in unread.items()))
    # What is part of another case is over when the whole is.
    whole = tables.case.alias()
    query = (
        select(own.unit, _case.priority, own.at.label("since"))
        .join(tables.case, _case.id == own.case)
        .outerjoin(whole, whole.c.id == _case.into)
        .where(own.part == ASKED[0], own.state == ASKED[1], long_)
        .where(func.coalesce(whole.c.status, _case.status).not_in(_DONE))
    )
    for row in connection.execute(query.order_by(_case.priority, own.at)):
        found.setdefault(row.unit, []).append(row)
    return {unit: _waits(rows, now, opened=False) for unit, rows in found.items()}


def _at(row: Row[*tuple[Any, ...]], receivers: Sequence[bytes]) -> list[tuple[bytes, int]]:
    """Return where an envelope waits, with its priority: at no desk, if its docket is another console's."""
    if row.desk is not None:
        return [(row.desk, BY_DANGER.get(row.danger, BROKEN_DOCKET))] if row.desk in receivers else []
    asks = BROKEN_DOCKET if row.alarm else BY_DANGER.get(row.danger, BY_DANGER["no"])
    # It names none, and may be anybody's.
    return [(desk, asks) for desk in receivers] if row.alarm or row.danger == "yes" else []


def _follow(connection: Connection) -> None:
    """Take over what officers' keys found: whose an envelope is, how urgent, or that it is not the desk's."""
    query = (
        select(_own.envelope, _own.since, _case.desk, _case.priority)
        .join(tables.envelope, _what.id == _own.envelope)
        .join(tables.case, _case.id == _what.case)
        .where(_own.filed.is_(False))
    )
    filed = {row.envelope: row for row in connection.execute(query.limit(AT_ONCE)).mappings()}
    if filed:
        connection.execute(delete(tables.waiting).where(_own.envelope.in_(list(filed))))
        connection.execute(insert(tables.waiting), [{**row, "filed": True} for row in filed.values()])
    tried = select(tables.tried.c.seq).where(tables.tried.c.desk == _own.desk).scalar_subquery()
    not_ours = exists().where(
        _what.id == _own.envelope,
        _what.case.is_(None),
        or_(_what.broken.is_not(None), _what.seq <= func.coalesce(tried, 0)),
    )
    connection.execute(delete(tables.waiting).where(_own.filed.is_(False), not_ours))


def _forget(connection: Connection, which: ColumnElement[bool]) -> set[bytes]:
    """Forget of *which* those that somebody has opened; return the desks whose they were."""
    opened = exists().where(tables.opened.c.envelope == _own.envelope)
    done = and_(
        _what.case.is_not(None),
        or_(_case.status.in_(_DONE), and_(_desk.kind == QUORUM, _case.status.not_in(_UNOPENED))),
    )
    query = (
        select(_own.envelope, _own.desk)
        .join(tables.envelope, _what.id == _own.envelope)
        .join(tables.desk, _desk.id == _own.desk)
        .outerjoin(tables.case, _case.id == _what.case)
        .where(which, or_(opened, done))
    )
    found = connection.execute(query.order_by(_own.priority, _own.since).limit(AT_ONCE)).all()
    if found:
        connection.execute(delete(tables.waiting).where(_ROW.in_([tuple(row) for row in found])))
    return {row.desk for row in found}


def _waits(rows: Sequence[Row[*tuple[Any, ...]]], now: int, *, opened: bool) -> Waits:
    """Return a desk's, of which the most urgent comes first."""
    mark = mark_of(rows[0].priority)
    same = [row for row in rows if mark_of(row.priority) == mark]
    return Waits(len(same), mark, min(now, *(row.since for row in same)), opened)
