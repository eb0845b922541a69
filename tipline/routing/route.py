"""What triage does with units: who is responsible, who has it for information, what each has, taking back.

All of an act is one transaction: what the unit is (route_state.py), its keys, the case's status, the audit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, update

from tipline import db, tables
from tipline.audit import actions
from tipline.cases import audit
from tipline.cases.work import Access, Work
from tipline.errors import AccessError, StateError
from tipline.papers import reason, report
from tipline.papers.reason import Reason
from tipline.routing import door, route_keys, route_rows, route_state
from tipline.routing.route_keys import Unit
from tipline.routing.route_state import INFORM, RAW, REPORT, ROUTE, WITHDRAW

_ACTIONS = {ROUTE: actions.ROUTED, INFORM: actions.INFORMED}


@dataclass(frozen=True)
class Giving:
    """What to give: the report, and the tipster's words where *raw* says why.

    *approval*: only a report that a second officer approved; it takes a word of the caller's to do without.
    *seen*: what there was to give when somebody chose this; something else is not given then.
    """

    raw: Reason | None = None
    approval: bool = True
    seen: Seen | None = None


@dataclass(frozen=True)
class Seen:
    """What stood on a page: the *report* that units are given (a paper's id) and a digest of the *messages*.

    None where the page did not have it.
    """

    report: bytes | None
    messages: bytes | None


@dataclass(frozen=True)
class Given:
    """What an act gave a unit: *envelopes* of the tipster's messages, *papers* of the report.

    *why*: what the audit says of the reason.
    """

    envelopes: tuple[bytes, ...] = ()
    papers: tuple[bytes, ...] = ()
    why: dict[str, str] = field(default_factory=dict)


THE_REPORT = Giving()


def send(own: Work, number: int, unit: bytes, giving: Giving = THE_REPORT, act: str = ROUTE) -> Given:
    """Route a case to a unit as responsible or, with *act* INFORM, for information.

    A unit that has the case already only changes its part. Raises AccessError when the officer may not or
    there is no such unit, StateError when another is responsible or there is nothing to give, FormatError for
    a bad reason.
    """
    access = _triage(own, number)
    with db.writing(own.engine) as connection:
        door.still(connection, number, own.member.id, access.unit)
        to, row = _unit(connection, own, access, unit), route_rows.find(connection, number, unit)
        before, then = route_rows.after(connection, number, unit, act)
        if row is not None and route_state.is_live(before):
            given, gives = Given(), row.gives
        else:
            route_keys.take(connection, number, unit)
            given = _give(connection, own, access, to, giving)
            gives = RAW if given.envelopes else REPORT
        action, detail = _ACTIONS[act], {"unit": unit.hex(), "part": then[0], "gives": gives} | given.why
        audit.append(connection, own.member, access.desk.id, (action, _object(number, given)), detail)
        route_rows.move(connection, own, (number, unit), then, gives=gives)
        route_rows.happen(connection, number, before, act)
    return given


def give(own: Work, number: int, unit: bytes, giving: Giving = THE_REPORT) -> Given:
    """Give a unit that has the case what came since: nothing follows by itself.

    Raises as *send*, and StateError where there is nothing new.
    """
    access = _triage(own, number)
    with db.writing(own.engine) as connection:
        door.still(connection, number, own.member.id, access.unit)
        to, row = _unit(connection, own, access, unit), route_rows.find(connection, number, unit)
        if row is None or not route_state.is_live(route_rows.standing(row)):
            raise StateError("the unit has not got this case")
        given = _give(connection, own, access, to, giving)
        gives = RAW if given.envelopes else row.gives
        action, detail = actions.GAVE, {"unit": unit.hex(), "part": row.part, "gives": gives} | given.why
        audit.append(connection, own.member, access.desk.id, (action, _object(number, given)), detail)
        own_ = tables.route
        here = (own_.c.case == number, own_.c.unit == unit)
        connection.execute(update(own_).where(*here).values(gives=gives))
    return given


def withdraw(own: Work, number: int, unit: bytes, why: Reason) -> None:
    """Take a case from a unit, its keys with it. Raises AccessError, StateError, FormatError."""
    access, why = _triage(own, number), reason.check(reason.WITHDRAW, why)
    with db.writing(own.engine) as connection:
        door.still(connection, number, own.member.id, access.unit)
        before, then = route_rows.after(connection, number, unit, WITHDRAW)
        said = reason.record(connection, own.member, number, why, [access.desk.id])
        what, detail = {"case": number}, {"unit": unit.hex(), "part": then[0]} | said.detail
        audit.append(connection, own.member, access.desk.id, (actions.WITHDREW, what), detail)
        route_rows.clear(connection, number, unit)
        # A copy of these rows that somebody kept opens with no key that the unit has from now on.
        route_rows.move(connection, own, (number, unit), then, reason=why.code, paper=said.paper)
        route_rows.happen(connection, number, before, WITHDRAW)


def _triage(own: Work, number: int) -> Access:
    access = own.access(number)
    if not access.triage:
        raise AccessError("only the triage desk routes a case")
    return access


def _unit(connection: Connection, own: Work, access: Access, unit: bytes) -> Unit:
    to = next((one for one in route_keys.units(connection, own.member) if one.id == unit), None)
    if to is None or unit == access.desk.id:
        raise AccessError("a case is routed to a unit, and only to another desk's")
    return to


def _give(connection: Connection, own: Work, access: Access, to: Unit, giving: Giving) -> Given:
    """Give what is asked for and the unit lacks: at least something."""
    _check_seen(connection, own, access, giving)
    paper = route_keys.give_report(connection, own.member, access, to, giving.approval)
    envelopes, why = [], {}
    if giving.raw is not None:
        raw = reason.check(reason.GIVE, giving.raw)
        envelopes = route_keys.give_raw(connection, access.desk, access.items, to)
        paper += route_keys.give_translations(connection, own.member, access, to)
        why = reason.record(connection, own.member, access.number, raw, [access.desk.id]).detail
    if not paper and not envelopes:
        raise StateError("there is nothing to give: no new report, and no message that the unit lacks")
    return Given(tuple(envelopes), tuple(paper), why)


def _check_seen(connection: Connection, own: Work, access: Access, giving: Giving) -> None:
    if giving.seen is None:
        return
    one = report.for_units(connection, own.member, access.number, giving.approval)
    if giving.seen.report is not None and giving.seen.report != (one.label.id if one else b""):
        raise StateError("the report for units is another one since you looked: read it, then choose again")
    messages = digest(item.envelope for item in access.items)
    if giving.raw is not None and giving.seen.messages not in {None, messages}:
        raise StateError("the tipster wrote again since you looked: read it, then choose again")


def digest(envelopes: Iterable[bytes]) -> bytes:
    """Return what stands for a case's messages in a form."""
    return hashlib.sha256(b"".join(sorted(envelopes))).digest()


def _object(number: int, given: Given) -> dict[str, Any]:
    envelopes, papers = ([one.hex() for one in ids] for ids in (given.envelopes, given.papers))
    return {"case": number, "envelopes": envelopes, "papers": papers}
