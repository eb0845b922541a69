"""The audit as officers write and read it: one hash chain a desk, each entry signed by who acted.

What an entry is, and how a chain is checked, is in tipline/audit.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select
from sqlalchemy.exc import SQLAlchemyError

from tipline import clock, db, tables
from tipline.audit import chain, heads, own_acts
from tipline.audit.actions import (
    ACTIONS,
    APPROVED,
    FILE_OPENED,
    KEY_EXPORTED,
    OPENED,
    RECOVERED,
    RENEWED,
    REPLIED,
    ROUTED,
    SIGNED_IN,
    UNAPPROVED,
    WROTE,
)
from tipline.audit.chain import Walk
from tipline.audit.day_head import START, Head
from tipline.audit.entry import LABEL, Entry, Stored, parse
from tipline.audit.heads import end as head
from tipline.audit.signers import Signers
from tipline.errors import AuditError
from tipline.keyring.signature import to_be_signed
from tipline.keys import rosters
from tipline.keys.roster import Trust, Version
from tipline.keys.rows import TRIAGE
from tipline.staff.member import Member

#: So many entries are remembered as they were read, over all cases: a page of one reads them several times.
READ_MAX = 5000

__all__ = [
    "APPROVED", "FILE_OPENED", "KEY_EXPORTED", "OPENED", "RECOVERED", "RENEWED", "REPLIED", "ROUTED",
    "SIGNED_IN", "UNAPPROVED", "WROTE",
    "Entry", "Head", "append", "head", "of_case", "of_triage", "parse", "verify",
]  # fmt: skip


def append(
    connection: Connection,
    member: Member,
    desk: bytes,
    what: tuple[str, dict[str, Any]],
    detail: dict[str, Any] | None = None,
) -> None:
    """Add an entry inside the caller's writing transaction, which must commit before plaintext is released.

    *what* is one of actions.ACTIONS and its object ("case" by number). Raises AuditError when it cannot be
    written.
    """
    action, object_ = what
    if action not in ACTIONS:
        raise AuditError(f"{action} is nothing: the audit has no word for it")
    try:
        last = heads.end(connection, desk)
        new = Entry(desk, last.seq + 1, last.hash, clock.seconds(), member.id, action, object_, detail or {})
        _insert(connection, member, new)
    except SQLAlchemyError as error:
        raise AuditError(f"the audit could not be written: {type(error).__name__}") from None


def verify(connection: Connection, desk: bytes, known: Head | None = None) -> Head:
    """Check a desk's whole chain by its rosters; return its head.

    *known* is a head seen before: the chain must still contain it. Raises AuditError naming the first fault.
    What proves more, against what was published, is tipline/audit/verify.py.
    """
    known = known or START
    rows = (row for _, row in stored(connection, tables.audit.c.desk == desk))
    found = chain.check(desk, rows, _signers(connection, desk), {known.seq})
    if found.faults:
        raise AuditError(found.faults[0])
    if not found.contains(known):
        raise AuditError(f"the chain no longer holds entry {known.seq} as it was seen before")
    return found.end


def of_case(connection: Connection, desks: Iterable[bytes], number: int) -> list[Entry]:
    """Return what the chains of *desks* say about a case, oldest first."""
    own = tables.audit.c
    signers = {desk: signers_of(connection, desk) for desk in desks}
    rows = stored(connection, own.case == number, own.desk.in_(list(signers)))
    found = [read(desk, row, signers[desk]) for desk, row in rows]
    return sorted(found, key=lambda entry: (entry.at, entry.desk, entry.seq))


def of_triage(connection: Connection, number: int) -> list[Entry]:
    """Return what triage's chains say about a case and holds, oldest first: desks that are it as signed."""
    own = tables.desk.c
    desks = connection.scalars(select(own.id).where(own.kind == TRIAGE)).all()
    says = {desk: signers_of(connection, desk).rosters for desk in desks}
    triage = [desk for desk, rosters_ in says.items() if rosters_ and rosters_[-1].kind == TRIAGE]
    return [entry for entry in of_case(connection, triage, number) if entry.holds]


def stored(connection: Connection, *which: ColumnElement[bool]) -> list[tuple[bytes, Stored]]:
    """Return entries as they are stored, with their desks, in the order of the chains."""
    own = tables.audit.c
    query = select(own.desk, own.seq, own.entry, own.signature, own.case, own.at).where(*which)
    return [(row[0], Stored(*row[1:])) for row in connection.execute(query.order_by(own.desk, own.seq))]


def signers_of(connection: Connection, desk: bytes) -> Signers:
    """Return who may have signed a part of a desk's chain, by rosters that hold."""
    if desk == own_acts.ADMINISTRATION:
        return _signers(connection, desk, part=True)
    trust = rosters.installed(db.folder_of(connection))
    return _signers_of_part(tuple(rosters.versions(connection, desk)), trust)


@lru_cache(maxsize=64)
def _signers_of_part(versions: tuple[Version, ...], trust: Trust) -> Signers:
    return Signers(versions, trust, part=True)


def read(desk: bytes, row: Stored, signers: Signers) -> Entry:
    """Read an entry to be shown: *holds* is false where its signature, place or officer is wrong."""
    # Signers of the administration learn from what they read; every other's word on a row stays the same.
    return _read(desk, row, signers) if desk == own_acts.ADMINISTRATION else _known(desk, row, signers)


@lru_cache(maxsize=READ_MAX)
def _known(desk: bytes, row: Stored, signers: Signers) -> Entry:
    return _read(desk, row, signers)


def _read(desk: bytes, row: Stored, signers: Signers) -> Entry:
    faults = Walk(desk, signers, None).step(row)
    try:
        found = parse(row.entry)
    except AuditError:
        return Entry(desk, row.seq, b"", row.at, b"", "unreadable", {}, {})
    name = signers.name_of(found.officer)
    return replace(found, officer_name=name, holds=not (faults or signers.fault))


def _signers(connection: Connection, desk: bytes, *, part: bool = False) -> Signers:
    trust = rosters.installed(db.folder_of(connection))
    found = Signers(rosters.versions(connection, desk), trust, part=part)
    if desk == own_acts.ADMINISTRATION:
        desks = connection.scalars(select(tables.roster.c.desk).distinct()).all()
        others = (Signers(rosters.versions(connection, other), trust).rosters for other in desks)
        whole = (row for _, row in stored(connection, tables.audit.c.desk == desk))
        found.own = own_acts.of(found, itertools.chain.from_iterable(others), whole)
    return found


def _insert(connection: Connection, member: Member, new: Entry) -> None:
    data = new.encode()
    row = {"desk": new.desk, "seq": new.seq, "entry": data, "case": new.case, "at": new.at}
    signature = member.keys.audit.sign(to_be_signed(LABEL, data))
    connection.execute(insert(tables.audit).values(signature=signature, **row))
