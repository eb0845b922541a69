"""Rosters for tests: read as the console does, or signed by the console's signer as no command does."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, update

from tipline import tables
from tipline.keyring.signature import agency_id
from tipline.keys import roster, rosters, rows, signer
from tipline.keys.roster import SIGNER, Roster
from tipline.keys.rosters import Rosters


def read(connection: Connection, keys: Path, desk: bytes) -> Roster:
    """Return a desk's roster; *keys* is the agency's folder of key files."""
    return Rosters(keys).of(connection, desk)


def sign(connection: Connection, keys: Path, desk: bytes, **changes: Any) -> Roster:
    """Add a version with *changes*, signed by the signer; a change of name or kind goes into the rows too."""
    trust = rosters.installed(keys.parent)
    own = signer.load(keys / signer.KEY, keys / "signer.cert", trust.root_public)
    chain = rosters.versions(connection, desk)
    row = connection.execute(select(tables.desk).where(tables.desk.c.id == desk)).one()
    before = roster.read(chain[-1]) if chain else Roster(b"", trust.console, desk, row.name, row.kind, (), 0)
    says = {"agency": agency_id(trust.root_public), "by": SIGNER, **changes}
    what = roster.follow(before, chain[-1] if chain else None, **says)
    rosters.add(connection, what, roster.sign_as_signer(own.key, own.vouching, what))
    values = {"name": what.name, "kind": what.kind}
    connection.execute(update(tables.desk).where(tables.desk.c.id == desk).values(values))
    return what


def begin(connection: Connection, keys: Path, desk: bytes, officers: Iterable[bytes]) -> Roster:
    """Name the members of a desk that has no roster yet; the first is its lead."""
    members = tuple(rows.listed(connection, one, lead=not place) for place, one in enumerate(officers))
    return sign(connection, keys, desk, members=members)


def of(desk: bytes, *people: roster.Listed) -> Roster:
    """Return a roster that nobody signed, for what does not ask."""
    return Roster(bytes(8), "agency", desk, "Desk", rows.TRIAGE, people)
