"""A new version of a desk's roster, signed by the officer who acts, with its entry in the audit."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from tipline.cases import audit
from tipline.errors import AccessError, RosterError
from tipline.keys import roster, rosters
from tipline.keys.roster import Roster
from tipline.staff.member import Member


def add(
    connection: Connection, who: Member, desk: bytes, action: str, changes: dict[str, Any], **detail: str
) -> Roster:
    """Add the version after the newest with *changes* of its fields, inside the caller's transaction.

    *action* and *detail* are what the audit says. Raises RosterError when what is stored is not what was
    signed last, AccessError when this officer may not change that.
    """
    before, head = who.rosters.head(connection, desk)
    what = roster.follow(before, head, by=who.id, **changes)
    version = roster.sign_as_officer(who.keys.audit, what)
    try:
        roster.check_step(before, what, version)
    except RosterError as error:
        raise AccessError(str(error)) from None
    rosters.add(connection, what, version)
    audit.append(connection, who, desk, (action, rosters.in_audit(what, version)), detail)
    return what
