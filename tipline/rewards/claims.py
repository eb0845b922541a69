"""The claim code on its way to the tipster: made when a reply is sent, and read by nobody else."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, update

from tipline import clock, tables
from tipline.cases.reply import Secret
from tipline.errors import StateError
from tipline.rewards import claim, reward
from tipline.rewards.settings import RewardSettings
from tipline.talk import variables

PLACE = f"{{{variables.CLAIM}}}"
#: What the desk's copy of the reply has in its place: whoever reads the code can collect the reward.
SHOWN = "[claim code]"
_CAN_BE_SENT = (reward.GRANTED, reward.SENT, reward.UNCOLLECTED)


def value(connection: Connection, number: int) -> str:
    """Return what the variable stands for in a reply to a case: its place, or nothing without a reward."""
    there = reward.of_case(connection, number)
    return PLACE if there and there.state in _CAN_BE_SENT else ""


def secret(number: int, text: str, settings: RewardSettings) -> Secret | None:
    """Return a new code for a reply that has a place for one; None for a reply without.

    A code that was sent before is of no use from then on: the tipster may have lost it.
    """
    if PLACE not in text:
        return None
    code, until = claim.new(), clock.day_number() + settings.days
    row = {"claim": claim.hash_(code), "sent": clock.day_number(), "until": until}
    # Signed with the reply: the row alone makes no code worth anything.
    said = {"claim": claim.hash_(code).hex(), "until": until}
    return Secret(PLACE, code, SHOWN, lambda connection: _settle(connection, number, row), said)


def _settle(connection: Connection, number: int, row: dict[str, Any]) -> None:
    there = reward.of_case(connection, number)
    if there is None or there.state not in _CAN_BE_SENT:
        raise StateError("no reward is granted for this case, or it was paid")
    connection.execute(update(tables.reward).where(tables.reward.c.id == there.id).values(row))
