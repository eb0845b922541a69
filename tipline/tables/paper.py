"""The tables of papers. Text is sealed here as everywhere."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from tipline.tables.base import metadata

#: What officers write about a case: *kind* is one of papers/paper_box.py's. *version* counts a
#: case's reports from 1 and is 1 for the rest; *desk* is whose officer wrote it; *about* the paper that it
#: answers. *sealed* is under a key of its own, which paper_key has for every desk that may read it.
paper = Table(
    "paper",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", LargeBinary(16), nullable=False, unique=True),
    Column("case", ForeignKey("case.id"), nullable=False, index=True),
    Column("kind", String(12), nullable=False),
    Column("version", Integer, nullable=False),
    Column("desk", ForeignKey("desk.id"), nullable=False),
    Column("officer", ForeignKey("officer.id"), nullable=False),
    Column("at", Integer, nullable=False),
    Column("about", ForeignKey("paper.id")),
    Column("sealed", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
Index(
    "uq_paper_report",
    paper.c.case,
    paper.c.version,
    unique=True,
    sqlite_where=paper.c.kind == "report",
    postgresql_where=paper.c.kind == "report",
)

#: A paper's key, sealed to a desk's key at rest; *key* is the number of that key: 0, then -1, -2... It cannot
#: go while something is sealed to it. *seq* only grows: a session asks for what is newer than what it has.
paper_key = Table(
    "paper_key",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("paper", ForeignKey("paper.id"), nullable=False),
    Column("desk", ForeignKey("desk.id"), nullable=False),
    Column("key", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    UniqueConstraint("paper", "desk"),
    ForeignKeyConstraint(["desk", "key"], ["desk_key.desk", "desk_key.epoch"]),
    Index("ix_paper_key_desk", "desk", "seq"),
    Index("ix_paper_key_key", "desk", "key"),
    sqlite_autoincrement=True,
)

#: Who has read which paper (unread marks), at which second.
paper_opened = Table(
    "paper_opened",
    metadata,
    Column("paper", ForeignKey("paper.id"), primary_key=True),
    Column("officer", ForeignKey("officer.id"), primary_key=True),
    Column("at", Integer, nullable=False),
)
