"""The tables of how cases end: workflow facts alone, which stay when the case itself is shredded.

Words to a reason are a paper, which goes with the case.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from tipline.tables.base import metadata

#: A case was closed (*code*: closing/disposition.py) or, with *code* "", opened again: the newest row holds.
#: *reason* is why it was opened again; *duplicate_of* the case that it repeats; *second* the other officer of
#: the desk, where one was needed.
closing = Table(
    "closing",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("case", ForeignKey("case.id"), nullable=False, index=True),
    Column("desk", ForeignKey("desk.id"), nullable=False),
    Column("code", String(20), nullable=False),
    Column("reason", String(20), nullable=False, default=""),
    Column("duplicate_of", ForeignKey("case.id")),
    Column("officer", ForeignKey("officer.id"), nullable=False),
    Column("second", ForeignKey("officer.id")),
    Column("at", Integer, nullable=False),
    Column("paper", ForeignKey("paper.id")),
    sqlite_autoincrement=True,
)

#: What a unit reports to have come of a case: so many (*count*) of a *kind* and *sort*
#: (closing/outcome.py), *grams* and *value* (whole units of *currency*) where the kind has them. Nothing
#: is changed: a correction is a row of its own, about the id that it *corrects*.
outcome = Table(
    "outcome",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", LargeBinary(16), nullable=False, unique=True),
    Column("case", ForeignKey("case.id"), nullable=False, index=True),
    Column("unit", ForeignKey("desk.id"), nullable=False),
    Column("officer", ForeignKey("officer.id"), nullable=False),
    Column("at", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("sort", String(16), nullable=False, default=""),
    Column("count", Integer, nullable=False, default=0),
    Column("grams", Integer, nullable=False, default=0),
    Column("value", Integer, nullable=False, default=0),
    Column("currency", String(3), nullable=False, default=""),
    Column("corrects", ForeignKey("outcome.id"), unique=True),
    sqlite_autoincrement=True,
)

#: A legal hold: nobody shreds the case before it is *lifted* (a second; NULL while it holds).
hold = Table(
    "hold",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("case", ForeignKey("case.id"), nullable=False, index=True),
    Column("reason", String(20), nullable=False),
    Column("officer", ForeignKey("officer.id"), nullable=False),
    Column("at", Integer, nullable=False),
    Column("paper", ForeignKey("paper.id")),
    Column("lifted", Integer),
    Column("lifted_by", ForeignKey("officer.id")),
    Column("lifted_reason", String(20), nullable=False, default=""),
    Column("lifted_paper", ForeignKey("paper.id")),
    sqlite_autoincrement=True,
)

#: A closed case is kept until *day* (since 1970-01-01) instead of its period's end: the newest row holds.
kept_longer = Table(
    "kept_longer",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("case", ForeignKey("case.id"), nullable=False, index=True),
    Column("day", Integer, nullable=False),
    Column("reason", String(20), nullable=False),
    Column("officer", ForeignKey("officer.id"), nullable=False),
    Column("at", Integer, nullable=False),
    Column("paper", ForeignKey("paper.id")),
    sqlite_autoincrement=True,
)

#: What clocks are told besides answers: *what* is "feedback" (given then) or "justified" (the longer term).
clock_fact = Table(
    "clock_fact",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("case", ForeignKey("case.id"), nullable=False, index=True),
    Column("what", String(10), nullable=False),
    Column("reason", String(20), nullable=False, default=""),
    Column("officer", ForeignKey("officer.id"), nullable=False),
    Column("at", Integer, nullable=False),
    Column("paper", ForeignKey("paper.id")),
    sqlite_autoincrement=True,
)

#: Cases that were shredded, by whom and why. *reached* is the day since when no key that the agency has left
#: opens a copy from before; NULL as long as one may.
shredded = Table(
    "shredded",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("case", ForeignKey("case.id"), nullable=False, unique=True),
    Column("desk", ForeignKey("desk.id"), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("officer", ForeignKey("officer.id"), nullable=False),
    Column("second", ForeignKey("officer.id"), nullable=False),
    Column("at", Integer, nullable=False),
    Column("reached", Integer),
    sqlite_autoincrement=True,
)

#: The keys of desks (a week's, or a key at rest) that a copy of a shredded case is still sealed to.
shredded_key = Table(
    "shredded_key",
    metadata,
    Column("case", ForeignKey("case.id"), primary_key=True),
    Column("desk", ForeignKey("desk.id"), primary_key=True),
    Column("epoch", Integer, primary_key=True),
)
Index("ix_shredded_open", shredded.c.seq, sqlite_where=shredded.c.reached.is_(None))
