"""Which languages officers read, as each says of themselves, and what is not read by anybody at a desk.

A workflow fact, and in the clear. What a tip is written in is not, so a mark is made where a key opened it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, delete, insert, select

from tipline import db, tables
from tipline.cases.work import Work
from tipline.errors import FormatError, RosterError
from tipline.languages import names
from tipline.staff.member import Member


def of_officer(connection: Connection, officer: bytes) -> frozenset[str]:
    """Return the codes of what an officer said they read."""
    own = tables.reads.c
    return frozenset(connection.scalars(select(own.code).where(own.officer == officer)))


def say(own: Work, codes: Iterable[str]) -> None:
    """Keep what this officer reads. Raises FormatError "language" for a code that is none of names.NAMES."""
    codes, at, me = set(codes), tables.reads, own.member.id
    if not codes <= names.NAMES.keys():
        raise FormatError("language", "this is none of the languages in the list")
    with db.writing(own.engine) as connection:
        connection.execute(delete(at).where(at.c.officer == me))
        if codes:
            connection.execute(insert(at), [{"officer": me, "code": code} for code in sorted(codes)])


def at_desks(
    connection: Connection, member: Member, desks: Iterable[bytes], everyone: Collection[str]
) -> dict[bytes, frozenset[str]]:
    """Return what is read at each of these desks by somebody there; *everyone*: the setting of that name."""
    own, found = tables.reads.c, {}
    for desk in set(desks):
        try:
            there = [one.officer for one in member.rosters.of(connection, desk).members]
        except RosterError:
            there = []
        said = connection.scalars(select(own.code).where(own.officer.in_(there)))
        found[desk] = frozenset(names.base(code) for code in (*said, *everyone))
    return found


def nobody_reads(said: str, written: str, read: Collection[str]) -> bool:
    """Tell whether a tip is in a language that is not among those *read* at a desk (at_desks).

    *said* is the language of the page that it was written on, *written* that of its words (written.guess),
    which counts where it is known.
    """
    code = names.base(written or said)
    return bool(code) and code not in read
