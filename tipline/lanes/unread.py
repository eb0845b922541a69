"""Which cases hold something that an officer has not opened: a message of the tipster's, or another's paper.

What was read is kept in the session's memory, case by case, and brought up to date by what was opened and
what came since: nothing is counted anew for all cases.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, func, literal_column, select

from tipline import tables
from tipline.links import parts
from tipline.papers import paper
from tipline.search.facts import Filter

if TYPE_CHECKING:
    from tipline.cases.work import Work

_PAGE = 500
#: Who opened a message, where those of some cases are asked for: SQLite has no index on what bears a sign,
#: and would take one to go through all that the officer ever opened.
_OF_CASES: ColumnElement[bytes] = literal_column('+"opened".officer', tables.opened.c.officer.type)


@dataclass(repr=False)
class Opened:
    """The cases of which one officer has *read* every message, by what was opened up to the second *at*.

    *seqs* are the newest keys of messages (stanza.seq) at the last two looks.
    """

    read: set[int] = field(default_factory=set)
    at: int = 0
    seqs: tuple[int, int] = (0, 0)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def clear(self) -> None:
        """Forget everything."""
        with self.lock:
            self.read.clear()
            self.at, self.seqs = 0, (0, 0)

    def refresh(self, connection: Connection, own: Work) -> None:
        """Take in what the officer opened since, in whichever session, and what came."""
        with self.lock:
            # Another session may add to the last second still, so it is looked at again.
            counts = _counts(connection, own.member.id, since=self.at)
            opened = {number: count for number, (count, _) in counts.items()}
            if self.at:
                came = _came(connection, own, self.seqs[0])
                opened = _whole_counts(connection, own.member.id, {*opened, *came})
                self.read -= came - opened.keys()
            for number, count in opened.items():
                is_read = count >= len(own.known.items(number))
                (self.read.add if is_read else self.read.discard)(number)
            # What came last may not have been in the index yet: it is looked at once more.
            newest = _newest(connection)
            self.seqs = (self.seqs[1] or max(0, newest - _PAGE), newest)
            self.at = max((at for _, at in counts.values()), default=self.at)


def numbers(connection: Connection, own: Work) -> set[int]:
    """Return the cases that hold something the officer has not opened, themselves or in a part of theirs."""
    own.seen.refresh(connection, own)
    unread = (own.known.matching(Filter()) - own.seen.read) | _with_papers(connection, own)
    return parts.with_wholes(connection, unread)


def _counts(
    connection: Connection, officer: bytes, since: int = 0, cases: Iterable[int] | None = None
) -> dict[int, tuple[int, int]]:
    """Return how many messages of each case were opened, and when last."""
    own, what = tables.opened.c, tables.envelope.c
    query = select(what.case, own.at).join(tables.envelope, what.id == own.envelope)
    if cases is None:
        query = query.where(own.officer == officer, own.at >= since)
    else:
        query = query.where(_OF_CASES.in_([officer]), what.case.in_(list(cases)))
    # Counted here: for anything it can do by their cases, SQLite goes through all envelopes there are.
    found: dict[int, tuple[int, int]] = {}
    for number, at in connection.execute(query):
        count, last = found.get(number, (0, 0))
        found[number] = (count + 1, max(at, last))
    return found


def _whole_counts(connection: Connection, officer: bytes, cases: Iterable[int]) -> dict[int, int]:
    pages = [_counts(connection, officer, cases=page) for page in _pages(list(cases))]
    return {number: count for page in pages for number, (count, _) in page.items()}


def _came(connection: Connection, own: Work, after: int) -> set[int]:
    at, what = tables.stanza.c, tables.envelope.c
    query = select(what.case).join(tables.stanza, at.envelope == what.id)
    query = query.where(at.seq > after, at.desk.in_(list(own.member.desks)))
    return set(connection.scalars(query)) - {None}


def _newest(connection: Connection) -> int:
    return connection.scalar(select(func.max(tables.stanza.c.seq))) or 0


def _with_papers(connection: Connection, own: Work) -> set[int]:
    """Return the cases with others' papers for the officer's desks that the officer has not opened."""
    one, at, seen = tables.paper.c, tables.paper_key.c, tables.paper_opened.c
    query = (
        select(one.case)
        .join(tables.paper_key, at.paper == one.id)
        .outerjoin(tables.paper_opened, (seen.paper == at.paper) & (seen.officer == own.member.id))
        .where(at.desk.in_(list(own.member.desks)), seen.paper.is_(None))
        .where(one.officer != own.member.id, one.kind != paper.REASON)
        .distinct()
    )
    return set(connection.scalars(query))


def _pages(numbers_: list[int]) -> Iterator[list[int]]:
    return (numbers_[at : at + _PAGE] for at in range(0, len(numbers_), _PAGE))
