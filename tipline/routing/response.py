"""What a unit says to a case that it was given: it takes it on, or it does not, or not any more."""

from __future__ import annotations

from tipline import db
from tipline.audit import actions
from tipline.cases import audit
from tipline.cases.work import Access, Work
from tipline.errors import AccessError
from tipline.papers import from_triage, reason
from tipline.papers.reason import Reason
from tipline.routing import door, route_rows
from tipline.routing.route_state import ACCEPT, DECLINE, RETURN

_ACTIONS = {DECLINE: actions.DECLINED, RETURN: actions.RETURNED}
_ASKED = {DECLINE: reason.DECLINE, RETURN: reason.RETURN}


def accept(own: Work, number: int, unit: bytes) -> None:
    """Take a case on as the responsible unit. Raises AccessError for another unit's officer, StateError."""
    access = _of_unit(own, number, unit)
    with db.writing(own.engine) as connection:
        door.still(connection, number, own.member.id, unit)
        before, then = route_rows.after(connection, number, unit, ACCEPT)
        what, detail = {"case": number}, {"part": then[0], **access.why}
        audit.append(connection, own.member, unit, (actions.ACCEPTED, what), detail)
        route_rows.move(connection, own, (number, unit), then)
        route_rows.happen(connection, number, before, ACCEPT)


def decline(own: Work, number: int, unit: bytes, why: Reason) -> None:
    """Say that the unit does not take a case; its keys of it go.

    Raises AccessError for another unit's officer, StateError, FormatError for a bad reason.
    """
    _end(own, number, unit, DECLINE, why)


def give_back(own: Work, number: int, unit: bytes, why: Reason) -> None:
    """Return a case that the unit had accepted; its keys of it go. Raises as *decline*."""
    _end(own, number, unit, RETURN, why)


def _end(own: Work, number: int, unit: bytes, act: str, why: Reason) -> None:
    _of_unit(own, number, unit)
    why, action = reason.check(_ASKED[act], why), _ACTIONS[act]
    with db.writing(own.engine) as connection:
        door.still(connection, number, own.member.id, unit)
        before, then = route_rows.after(connection, number, unit, act)
        triage = from_triage.desk(connection, own.member, number, unit)
        said = reason.record(connection, own.member, number, why, [unit, triage])
        what, detail = {"case": number}, {"part": then[0], **said.detail}
        audit.append(connection, own.member, unit, (action, what), detail)
        route_rows.clear(connection, number, unit)
        route_rows.move(connection, own, (number, unit), then, reason=why.code, paper=said.paper)
        route_rows.happen(connection, number, before, act)


def _of_unit(own: Work, number: int, unit: bytes) -> Access:
    access = own.access(number)
    if unit not in own.member.desks:
        raise AccessError("only the unit's officers answer for it")
    return access
