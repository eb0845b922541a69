"""What officers signed for of a reward. Its row is for lists: nothing is granted or paid by a row alone.

Whoever can write to the database could write a grant there, the hash of a code of their own, or that a code
was not paid yet. The board's members and triage's officers sign for these in their desks' chains.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, Row, select

from tipline import clock, tables
from tipline.audit import actions
from tipline.cases import audit
from tipline.cases.audit import Entry
from tipline.errors import AuditError
from tipline.rewards import claim


def is_proposed(connection: Connection, row: Row[Any]) -> bool:
    """Tell whether an officer of triage proposed the case to this board."""
    said = (one for one in audit.of_triage(connection, row.case) if one.action == actions.REWARD_PROPOSED)
    return any((one.officer, one.detail.get("board")) == (row.proposer, row.board.hex()) for one in said)


def granters(connection: Connection, row: Row[Any]) -> set[bytes]:
    """Return the members of the board who granted the row's amount, since it last declined."""
    return {one.officer for one in _grants(connection, row)}


def is_granted(connection: Connection, row: Row[Any]) -> bool:
    """Tell whether two members of the board granted the row's amount, or one who was its only one."""
    said = _grants(connection, row)
    return len({one.officer for one in said}) > 1 or any(one.detail.get("alone") for one in said)


def is_sent(connection: Connection, row: Row[Any]) -> bool:
    """Tell whether triage sent the code whose hash the row has as its last one, and its time is not over."""
    replies = (one for one in audit.of_triage(connection, row.case) if one.action == actions.REPLIED)
    said = [one for one in replies if "claim" in one.detail]
    if not said or row.claim is None or said[-1].detail["claim"] != row.claim.hex():
        return False
    return int(said[-1].detail["until"]) >= clock.day_number()


def is_paid(connection: Connection, board: bytes, code: str) -> bool:
    """Tell whether the board's chain has that a code was paid: whoever wrote it, it pays no second time."""
    own, paid = tables.audit.c, claim.paid_hash(code).hex()
    for data in connection.scalars(select(own.entry).where(own.desk == board, own.case.is_(None))):
        with suppress(AuditError):
            one = audit.parse(data)
            if one.action == actions.REWARD_PAID and one.detail.get("claim") == paid:
                return True
    return False


def _grants(connection: Connection, row: Row[Any]) -> list[Entry]:
    found: list[Entry] = []
    for one in audit.of_case(connection, [row.board], row.case):
        if one.holds and one.action == actions.REWARD_DECLINED:
            found.clear()
        elif one.holds and (one.action, one.detail.get("amount")) == (actions.REWARD_GRANTED, row.amount):
            found.append(one)
    return found
