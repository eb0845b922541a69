"""What the console's signer says of rosters: who was named at the beginning, and which keys desks got."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from tipline import tables
from tipline.errors import RosterError
from tipline.keyring.signature import agency_id
from tipline.keys import roster, rosters, rows
from tipline.keys.roster import NOWHERE, SIGNER, Roster, Trust
from tipline.keys.rosters import Rosters
from tipline.keys.signer import Signer
from tipline.keys.signing import SigningKey


def begin(
    connection: Connection, key: SigningKey, console: str, desk: bytes, officers: Iterable[bytes]
) -> None:
    """Sign the first version of a desk's roster; the first of *officers* leads, of administrators all do.

    There may be no root yet, so it says neither agency nor certificate. It counts once *certify* followed it.
    """
    own = tables.desk
    row = connection.execute(select(own).where(own.c.id == desk)).one()
    members = tuple(
        rows.listed(connection, officer, lead=not place or row.kind == rows.ADMINISTRATION)
        for place, officer in enumerate(officers)
    )
    what = Roster(NOWHERE, console, desk, row.name, row.kind, members)
    rosters.add(connection, what, roster.sign_as_signer(key, None, what))


def certify(connection: Connection, desk: bytes, trust: Trust, own: Signer, at_rest: bytes = b"") -> Roster:
    """Have the certified signer repeat what a desk's roster says, with its key *at_rest* if it has one now.

    Raises RosterError when it is not what was signed last.
    """
    before, head = Rosters.trusting(trust).head(connection, desk)
    what = roster.follow(
        before,
        head,
        agency=agency_id(trust.root_public),
        at_rest=at_rest or before.at_rest,
        by=SIGNER,
    )
    rosters.add(connection, what, roster.sign_as_signer(own.key, own.vouching, what))
    return what


def certify_again(connection: Connection, before: Trust, after: Trust, own: Signer) -> tuple[str, ...]:
    """Repeat every roster that holds *before* and not *after*: its signer is revoked. Return desks' names.

    Who stole that signer's key may have signed rosters with it, so people must look at what these say.
    """
    again = []
    for desk in connection.scalars(select(tables.desk.c.id)).all():
        if _holds(connection, desk, after) or not _holds(connection, desk, before):
            continue
        again.append(certify(connection, desk, before, own).name)
    return tuple(sorted(again))


def is_certified(connection: Connection, desk: bytes) -> bool:
    """Tell whether a certified signer, or an officer after it, spoke last of a desk."""
    chain = rosters.versions(connection, desk)
    return bool(chain) and (chain[-1].vouching is not None or roster.read(chain[-1]).by != SIGNER)


def _holds(connection: Connection, desk: bytes, trust: Trust) -> bool:
    try:
        Rosters.trusting(trust).of(connection, desk)
    except RosterError:
        return False
    return True
