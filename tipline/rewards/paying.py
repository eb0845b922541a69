"""Paying a reward against its code, and nothing else: once, whoever brings it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select, update

from tipline import clock, db, tables
from tipline.audit import actions
from tipline.cases import audit
from tipline.cases.work import Work
from tipline.errors import AccessError, StateError
from tipline.rewards import claim, reward, signed
from tipline.staff.member import Member

_REFUSED = {
    reward.PAID: "this code was paid already",
    reward.UNCOLLECTED: "this code was good for a time that is over",
    reward.UNSIGNED: "the board did not sign for this reward",
}


def amount(own: Work, code: str) -> int:
    """Return what a code is worth: the one thing that its payer is told.

    *code* as claim.parse returns it. Raises AccessError for a code that there is not at a board of theirs,
    StateError for one that was paid or is too old.
    """
    with own.engine.connect() as connection:
        return int(_find(connection, own.member, code).amount)


def pay(own: Work, code: str) -> int:
    """Note that a code's amount was paid out; return it. Raises as *amount* does: a code pays once.

    The audit has that this officer paid it, and not for which case.
    """
    with db.writing(own.engine) as connection:
        row = _find(connection, own.member, code)
        paid = {"payer": own.member.id, "paid": clock.day_number()}
        said = {"amount": row.amount, "claim": claim.paid_hash(code).hex()}
        audit.append(connection, own.member, row.board, (actions.REWARD_PAID, {}), said)
        connection.execute(update(tables.reward).where(tables.reward.c.id == row.id).values(paid))
    return int(row.amount)


def _find(connection: Connection, member: Member, code: str) -> Row[Any]:
    own = tables.reward
    row = connection.execute(select(own).where(own.c.claim == claim.hash_(code))).one_or_none()
    if row is None or row.board not in member.desks:
        raise AccessError("there is no such code")
    state = reward.read(connection, row).state
    if signed.is_paid(connection, row.board, code):
        state = reward.PAID
    if state != reward.SENT:
        raise StateError(_REFUSED.get(state, "this code cannot be paid"))
    if not signed.is_sent(connection, row):
        raise StateError("no officer of triage signed for sending this code")
    return row
