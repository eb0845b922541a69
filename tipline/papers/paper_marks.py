"""Which papers an officer has opened, and what is new to them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, insert, select

from tipline import clock, tables
from tipline.papers import paper, paper_box
from tipline.staff.member import Member

_NO_NEWS = (paper_box.REASON, paper_box.HANDOUT)


def note_opened(connection: Connection, member: Member, number: int) -> list[bytes]:
    """Mark the papers of a case that are sealed to the member's desks as opened; return their ids."""
    papers = [row.id for row in paper.sealed_for(connection, member, number)]
    own = tables.paper_opened
    before = select(own.c.paper).where(own.c.officer == member.id, own.c.paper.in_(papers))
    unseen = set(papers) - set(connection.scalars(before))
    rows = [{"paper": one, "officer": member.id, "at": clock.seconds()} for one in unseen]
    if rows:
        connection.execute(insert(own), rows)
    return papers


def unopened(connection: Connection, member: Member, numbers: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return, by case, the kinds of others' papers for the member's desks that the member has not opened.

    Reasons, and what was given to translators, are no news.
    """
    own, at, seen = tables.paper.c, tables.paper_key.c, tables.paper_opened.c
    query = (
        select(own.case, own.kind)
        .where(own.case.in_(list(numbers)), own.officer != member.id, own.kind.not_in(_NO_NEWS))
        .where(own.id.in_(select(at.paper).where(at.desk.in_(list(member.desks)))))
        .where(own.id.not_in(select(seen.paper).where(seen.officer == member.id)))
        .distinct()
        .order_by(own.case, own.kind)
    )
    found: dict[int, tuple[str, ...]] = {}
    for row in connection.execute(query):
        found[row.case] = (*found.get(row.case, ()), row.kind)
    return found
