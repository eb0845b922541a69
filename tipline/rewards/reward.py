"""A reward: proposed by triage, granted by the board, its code sent by triage, and paid by the board.

The board's members hold no key of any case. What they have of one is its number, how it ended, and what
they grant: the rows of this table, which say nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from tipline import clock, db, tables
from tipline.audit import actions
from tipline.cases import audit
from tipline.cases.work import Work
from tipline.errors import AccessError, StateError
from tipline.keys.rows import REWARDS
from tipline.rewards import signed
from tipline.rewards.settings import RewardSettings
from tipline.routing import door
from tipline.staff.member import Desk, Member

PROPOSED, HALF, GRANTED, SENT = "proposed", "half-granted", "granted", "sent"
PAID, UNCOLLECTED, DECLINED = "paid", "uncollected", "declined"
#: Its row says something that nobody signed for (signed.py): nothing comes of it.
UNSIGNED = "unsigned"
#: Two members of a board grant together, where it has as many.
MEMBERS = 2


@dataclass(frozen=True)
class Reward:
    """A case's reward: *state* is one of the words above, *amount* 0 before one was named.

    *granter*: who named the amount; another member has to agree while it is HALF. Days count since 1970.
    """

    id: int
    case: int
    board: bytes
    state: str
    amount: int
    granter: bytes | None
    proposed: int
    granted: int | None
    until: int | None
    paid: int | None


def of_case(connection: Connection, number: int) -> Reward | None:
    """Return a case's reward; the newest one that was declined where there is no other, None without any."""
    own = tables.reward
    query = select(own).where(own.c.case == number).order_by(own.c.declined.is_not(None), own.c.id.desc())
    row = connection.execute(query.limit(1)).one_or_none()
    return read(connection, row) if row else None


def of_boards(connection: Connection, member: Member) -> list[Reward]:
    """Return the rewards of the member's boards, newest first."""
    boards = [desk.id for desk in member.desks.values() if desk.kind == REWARDS]
    own = tables.reward
    rows = connection.execute(select(own).where(own.c.board.in_(boards)).order_by(own.c.id.desc()))
    return [read(connection, row) for row in rows.all()]


def boards(connection: Connection) -> list[tuple[bytes, str]]:
    """Return the boards that the agency has: id and name."""
    own = tables.desk.c
    query = select(own.id, own.name).where(own.kind == REWARDS).order_by(own.name)
    return [(row.id, row.name) for row in connection.execute(query)]


def propose(own: Work, number: int, board: bytes) -> None:
    """Propose a case to a board. Raises AccessError, StateError when it has a reward already."""
    access = own.access(number)
    if not access.triage:
        raise AccessError("only the triage desk proposes a reward")
    with db.writing(own.engine) as connection:
        door.still(connection, number, own.member.id, access.unit)
        if board not in dict(boards(connection)):
            raise AccessError("there is no such board")
        there = of_case(connection, number)
        if there is not None and there.state != DECLINED:
            raise StateError("a reward for this case was proposed already")
        what = {"case": number}
        said = {"board": board.hex()}
        audit.append(connection, own.member, access.desk.id, (actions.REWARD_PROPOSED, what), said)
        row = {"case": number, "board": board, "proposer": own.member.id, "proposed": clock.day_number()}
        connection.execute(insert(tables.reward).values(row))


def grant(own: Work, number: int, amount: int, settings: RewardSettings) -> Reward:
    """Grant an amount for a case, or agree to what another member granted.

    Another amount than theirs is a new one, which they have to agree to. Raises AccessError for who is not
    of its board, StateError when it is past that, or the amount is not one that the agency grants.
    """
    if not settings.least <= amount <= settings.most:
        raise StateError(f"a reward is {settings.least} to {settings.most} {settings.currency}")
    with db.writing(own.engine) as connection:
        desk, there = _mine(connection, own.member, number)
        if there.state not in {PROPOSED, HALF}:
            raise StateError("this is granted or declined already")
        second = there.state == HALF and there.amount == amount
        if second and there.granter == own.member.id:
            raise StateError("another member of the board has to agree")
        alone = len(own.member.rosters.of(connection, desk.id).members) < MEMBERS
        changed: dict[str, Any] = {"granted": clock.day_number()} if second or alone else {}
        changed |= {"seconder": own.member.id} if second else {"granter": own.member.id, "amount": amount}
        what, said = {"case": number}, {"amount": amount} | ({"alone": True} if alone else {})
        audit.append(connection, own.member, desk.id, (actions.REWARD_GRANTED, what), said)
        _change(connection, there.id, changed)
        return _mine(connection, own.member, number)[1]


def decline(own: Work, number: int) -> None:
    """Grant nothing for a case. Raises as *grant* does."""
    with db.writing(own.engine) as connection:
        desk, there = _mine(connection, own.member, number)
        if there.state not in {PROPOSED, HALF}:
            raise StateError("this is granted or declined already")
        audit.append(connection, own.member, desk.id, (actions.REWARD_DECLINED, {"case": number}))
        _change(connection, there.id, {"declined": clock.day_number()})


def read(connection: Connection, row: Row[Any]) -> Reward:
    """Return a row as a reward, with what it has become by today: as far as it was signed for."""
    state = _state(connection, row)
    granted = None if state == UNSIGNED else row.granted
    half = state != PROPOSED
    return Reward(
        row.id, row.case, row.board, state, row.amount or 0 if half else 0, row.granter if half else None,
        row.proposed, granted, row.until, row.paid,
    )  # fmt: skip


def _state(connection: Connection, row: Row[Any]) -> str:
    if row.declined is not None:
        return DECLINED
    if not signed.is_proposed(connection, row):
        return UNSIGNED
    if row.granted is None:
        return HALF if row.granter in signed.granters(connection, row) else PROPOSED
    if not signed.is_granted(connection, row):
        return UNSIGNED
    if row.paid is not None or row.claim is None:
        return GRANTED if row.paid is None else PAID
    return UNCOLLECTED if row.until < clock.day_number() else SENT


def _mine(connection: Connection, member: Member, number: int) -> tuple[Desk, Reward]:
    there = of_case(connection, number)
    desk = member.desks.get(there.board) if there else None
    if there is None or desk is None:
        raise AccessError("no reward for this case waits at a board of yours")
    return desk, there


def _change(connection: Connection, id_: int, values: dict[str, Any]) -> None:
    own = tables.reward
    connection.execute(update(own).where(own.c.id == id_).values(values))
