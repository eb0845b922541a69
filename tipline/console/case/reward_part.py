"""The reward on a case's page: triage proposes one, sees what the board granted, and sends the code."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from tipline.cases.case import Case
from tipline.cases.work import Work
from tipline.rewards import reward


def shown(connection: Connection, own: Work, opened: Case) -> dict[str, Any]:
    """Return what the template shows, by name; nothing for who does not triage, or without a board."""
    del own
    boards = reward.boards(connection) if opened.triage else []
    return {"boards": boards, "reward": reward.of_case(connection, opened.number) if boards else None}
