"""One act on many cases. Each is an act of its own, with its entry in the audit: what fails, fails alone.

What was done says how it is undone: by the inverse act, audited as any other, and only while the case is
still as the act left it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select, update

from tipline import db, tables
from tipline.assessment import priority
from tipline.cases import disposition
from tipline.cases.work import Work
from tipline.closing import closing, hold
from tipline.closing.disposition import Disposition
from tipline.errors import AccessError, FormatError, StateError, TakenError
from tipline.papers.reason import Reason
from tipline.routing import door, route, route_rows, route_state, taken
from tipline.routing.route import THE_REPORT, Giving

TAKE, ROUTE, PRIORITY, HOLD, CLOSE = "take", "route", "priority", "hold", "close"
ACTS: Final = (TAKE, ROUTE, PRIORITY, HOLD, CLOSE)
_TAKEN = "it is in a colleague's hands: open it, and say why"
_MISTAKE, NO_REASON = Reason("mistake"), Reason("")


@dataclass(frozen=True)
class Asked:
    """What is to be done: *act*, and what it takes: a *unit* and its *part*, or a *level* of priority.

    *why* is the reason for another priority or a hold, and the disposition and words where cases are closed;
    *giving* is what the unit gets.
    """

    act: str
    unit: bytes = b""
    part: str = route_state.ROUTE
    giving: Giving = THE_REPORT
    level: int = -1
    why: Reason = NO_REASON


@dataclass(frozen=True)
class Did:
    """What became of one case: *refused* says why nothing was done, *waits* that a second officer is asked.

    *back* undoes it; None where there is nothing to undo.
    """

    number: int
    refused: str = ""
    waits: bool = False
    back: Callable[[Work], None] | None = None


def do(own: Work, asked: Asked, numbers: Iterable[int]) -> list[Did]:
    """Do one thing to each case, whatever became of those before."""
    return [_each(number, partial(_DOES[asked.act], own, asked, number)) for number in numbers]


def undo(own: Work, done: Sequence[Did]) -> list[Did]:
    """Do the inverse act to each case that something was done to."""
    return [_each(one.number, partial(_back, own, one)) for one in done if one.back is not None]


def _each(number: int, act: Callable[[], Did]) -> Did:
    try:
        return act()
    except TakenError:
        return Did(number, _TAKEN)
    except FormatError as error:
        return Did(number, str(error).removeprefix(f"{error.failure}: "))
    except (AccessError, StateError) as error:
        return Did(number, str(error))


def _back(own: Work, one: Did) -> Did:
    if one.back is not None:
        one.back(own)
    return Did(one.number)


def _take(own: Work, asked: Asked, number: int) -> Did:
    del asked
    with own.engine.connect() as connection:
        held = door.holder(connection, number, own.access(number).desk.id)
    if held is None:
        taken.take(own, number)
        return Did(number, back=lambda own: taken.hand_back(own, number))
    # Taking over from a colleague has no inverse: it is done on the case's page.
    return Did(number, "" if held.officer == own.member.id else _TAKEN)


def _route(own: Work, asked: Asked, number: int) -> Did:
    before, was = _before(own, number), route_rows.standing(_route_of(own, number, asked.unit))
    route.send(own, number, asked.unit, asked.giving, asked.part)
    sent = _route_of(own, number, asked.unit)

    def back(own: Work) -> None:
        # The row says who put it into its state, and when: another's act is not taken back for this one.
        if _route_of(own, number, asked.unit) != sent:
            raise StateError("somebody has acted on it since: see its page")
        if route_state.is_live(was):
            other = route_state.INFORM if asked.part == route_state.ROUTE else route_state.ROUTE
            route.send(own, number, asked.unit, act=other)
        else:
            route.withdraw(own, number, asked.unit, _MISTAKE)
        _restore(own, number, before)

    return Did(number, back=back)


def _prioritise(own: Work, asked: Asked, number: int) -> Did:
    with own.engine.connect() as connection:
        before = priority.of(connection, number)
    if not priority.change(own, number, asked.level, asked.why):
        return Did(number, waits=True)

    def back(own: Work) -> None:
        with own.engine.connect() as connection:
            now = priority.of(connection, number)
        if now != asked.level:
            raise StateError(f"it was made P{now} since")
        if not priority.change(own, number, before, _MISTAKE):
            raise StateError("it stays P0 until another officer of your desk confirms")

    return Did(number, back=back)


def _hold(own: Work, asked: Asked, number: int) -> Did:
    before = _before(own, number)
    placed = hold.place(own, number, asked.why)

    def back(own: Work) -> None:
        hold.lift(own, number, placed, Reason("held-wrongly"))
        _restore(own, number, before)

    return Did(number, back=back)


def _close(own: Work, asked: Asked, number: int) -> Did:
    before = _before(own, number)
    if not closing.close(own, number, Disposition(asked.why.code, words=asked.why.words)):
        return Did(number, waits=True)
    closed = _closed(own, number)

    def back(own: Work) -> None:
        if _closed(own, number) != closed:
            raise StateError("it was opened again since")
        closing.reopen(own, number, Reason("closed-wrongly"))
        _restore(own, number, before)

    return Did(number, back=back)


def _closed(own: Work, number: int) -> closing.Closed | None:
    with own.engine.connect() as connection:
        return closing.last(connection, number)


def _route_of(own: Work, number: int, unit: bytes) -> Row[Any] | None:
    with own.engine.connect() as connection:
        return route_rows.find(connection, number, unit)


@dataclass(frozen=True)
class _Before:
    """A case's *status* before an act, and how often its messages had been *opened*, by whomever."""

    status: str
    opened: int


def _before(own: Work, number: int) -> _Before:
    with own.engine.connect() as connection:
        return _Before(_status(connection, number), _opened(connection, number))


def _restore(own: Work, number: int, before: _Before) -> None:
    """Give a case its status back where undoing left it read; not that nobody has read it if somebody has."""
    with db.writing(own.engine) as connection:
        unread = before.status in {disposition.NEW, disposition.AGAIN}
        if _status(connection, number) != disposition.READ:
            return
        if not unread or _opened(connection, number) == before.opened:
            case = tables.case
            connection.execute(update(case).where(case.c.id == number).values(status=before.status))


def _status(connection: Connection, number: int) -> str:
    case = tables.case.c
    return connection.scalar(select(case.status).where(case.id == number)) or ""


def _opened(connection: Connection, number: int) -> int:
    what, seen = tables.envelope.c, tables.opened.c
    query = select(func.count()).select_from(tables.opened).join(tables.envelope, what.id == seen.envelope)
    return connection.scalar(query.where(what.case == number)) or 0


_DOES: Mapping[str, Callable[[Work, Asked, int], Did]] = {
    TAKE: _take,
    ROUTE: _route,
    PRIORITY: _prioritise,
    HOLD: _hold,
    CLOSE: _close,
}
