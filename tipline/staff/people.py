"""Who is at a desk and who could be, for the page that its leads use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, or_, select

from tipline import tables
from tipline.audit import actions
from tipline.keys import key_words, rows
from tipline.keys.roster import Listed, Roster
from tipline.seal.message import from_base64


@dataclass(frozen=True)
class Person:
    """A member as listed, *since* when (None: since the beginning).

    *current* tells that the officer still has the keys that were admitted: otherwise nothing is sealed to
    them, and a lead has to admit them again.
    """

    listed: Listed
    since: int | None
    current: bool


@dataclass(frozen=True)
class Candidate:
    """An officer who could be admitted: the hash of their *keys*, and the *words* that they must read out."""

    id: bytes
    name: str
    keys: bytes
    words: str
    again: bool = False


def members(connection: Connection, who: Roster) -> list[Person]:
    """Return a desk's members, leads first, by name."""
    since, have = _since(connection, who.desk), rows.members(connection, who)
    found = [Person(one, since.get(one.officer), one.officer in have) for one in who.members]
    return sorted(found, key=lambda one: (not one.listed.lead, one.listed.name))


def candidates(connection: Connection, who: Roster) -> list[Candidate]:
    """Return the officers who could be admitted, by name: not members, or members with new keys since."""
    own = tables.officer
    have = rows.members(connection, who)
    found = connection.execute(select(own).where(own.c.disabled.is_(False)).order_by(own.c.name)).all()
    return [
        Candidate(
            row.id,
            row.name,
            key_words.digest(row.public, row.verify),
            key_words.spoken(row.public, row.verify),
            who.member(row.id) is not None,
        )
        for row in found
        if row.id not in have
    ]


def _since(connection: Connection, desk: bytes) -> dict[bytes, int]:
    return dict(_admissions(connection, desk))


def _admissions(connection: Connection, desk: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield officer and time of each admission, and recovery, that the desk's audit has, oldest first."""
    own = tables.audit.c
    marks = [f'"action":"{action}"'.encode() for action in (actions.ADMITTED, actions.RECOVERED)]
    query = select(own.entry).where(
        own.desk == desk, or_(*(func.instr(own.entry, mark) > 0 for mark in marks))
    )
    for entry in connection.scalars(query.order_by(own.seq)).all():
        said = json.loads(entry)
        named = said["detail"].get("officer")
        yield bytes.fromhex(named) if named else from_base64(said["officer"], 16), int(said["at"])
