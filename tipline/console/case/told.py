"""Which messages of a case a call taker typed, by the audit: the message itself can claim anything."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from tipline.audit import actions
from tipline.cases.case import Case
from tipline.cases.work import Work


def shown(connection: Connection, own: Work, opened: Case) -> dict[str, Any]:
    """Return who typed which message, by the envelope's id in hex; a unit has no entry of triage's."""
    del connection, own
    typed = (
        one
        for one in opened.audit
        if one.holds and one.action == actions.CALL_TYPED and one.desk == opened.desk.id
    )
    return {"typed_by": {one.object["envelope"]: one.officer_name for one in typed}}
