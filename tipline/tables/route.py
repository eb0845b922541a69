"""The tables of who works on a case."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, and_

from tipline.tables.base import metadata

#: Which units a case was routed to. *part* ("responsible", "information"), *gives* ("report", "raw") and
#: *state* are routing/route_state.py's words; *officer* put it into that state at *at*, with *reason*, a
#: code, and words in *paper*.
route = Table(
    "route",
    metadata,
    Column("case", ForeignKey("case.id"), primary_key=True),
    Column("unit", ForeignKey("desk.id"), primary_key=True, index=True),
    Column("part", String(11), nullable=False),
    Column("gives", String(6), nullable=False),
    Column("state", String(9), nullable=False),
    Column("officer", ForeignKey("officer.id"), nullable=False),
    Column("at", Integer, nullable=False),
    Column("reason", String(20), nullable=False, default=""),
    Column("paper", ForeignKey("paper.id")),
)
# One responsible unit at a time, whatever the code does.
_LIVE = and_(route.c.part == "responsible", route.c.state.in_(("sent", "accepted")))
Index("uq_route_responsible", route.c.case, unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE)

#: Whose case it is at a desk: colleagues are asked for a reason before they open it.
taken = Table(
    "taken",
    metadata,
    Column("case", ForeignKey("case.id"), primary_key=True),
    Column("desk", ForeignKey("desk.id"), primary_key=True),
    Column("officer", ForeignKey("officer.id"), nullable=False, index=True),
    Column("at", Integer, nullable=False),
)

#: Officers who know a person in a case: the console keeps it from them on every desk.
recused = Table(
    "recused",
    metadata,
    Column("case", ForeignKey("case.id"), primary_key=True),
    Column("officer", ForeignKey("officer.id"), primary_key=True),
    Column("at", Integer, nullable=False),
)
