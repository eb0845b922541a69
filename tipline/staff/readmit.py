"""After a recovery by shares: the console's signer names the officer who got the desk's keys as its lead."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete

from tipline import tables
from tipline.errors import FormatError, RosterError
from tipline.keyring.signature import agency_id
from tipline.keys import roster, rosters, rows, signer
from tipline.keys.roster import SIGNER, Roster, Trust, Version
from tipline.keys.rows import SEAT
from tipline.staff.member import Member


def last_signed(connection: Connection, who: Member, desk: bytes) -> Roster:
    """Return a desk's roster as the last version has it that holds, whatever was put after it.

    Raises FormatError("recovery") where no version holds.
    """
    return roster.read(_kept(connection, desk, rosters.installed(who.folder.parent))[-1])


def as_lead(connection: Connection, who: Member, desk: bytes) -> dict[str, Any]:
    """Add a version of a desk's roster with *who* as a lead; versions that nobody signed go first.

    Returns what the audit is to have. Raises KeyringError where the signer's key and certificate do not
    belong together, FormatError as *last_signed* does.
    """
    trust = rosters.installed(who.folder.parent)
    own = signer.load(who.folder / signer.KEY, who.folder / "signer.cert", trust.root_public)
    kept = _kept(connection, desk, trust)
    table = tables.roster
    connection.execute(delete(table).where(table.c.desk == desk, table.c.version > len(kept)))
    before = roster.read(kept[-1])
    me = rows.listed(connection, who.id, lead=True)
    others = tuple(one for one in before.members if one.officer != who.id)
    # A seat is one overseer's: who had it before has it no more.
    members = (me,) if before.kind == SEAT else (*others, me)
    what = roster.follow(before, kept[-1], members=members, agency=agency_id(trust.root_public), by=SIGNER)
    version = roster.sign_as_signer(own.key, own.vouching, what)
    rosters.add(connection, what, version)
    return rosters.in_audit(what, version)


def _kept(connection: Connection, desk: bytes, trust: Trust) -> list[Version]:
    """Return the versions up to the last one that holds."""
    chain = rosters.versions(connection, desk)
    while chain:
        try:
            roster.verified(chain, trust)
        except RosterError:
            chain.pop()
        else:
            return chain
    raise FormatError("recovery", "no roster of the desk holds: restore a backup")
