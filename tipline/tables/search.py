"""The tables of the sealed index."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, Integer, LargeBinary, Table

from tipline.tables.base import metadata

#: What a desk's keys open, ready to be searched: entries packed into pieces of one size, sealed under a key
#: that is derived from the desk's key at rest of number *key*. That key cannot go while one is under it.
segment = Table(
    "segment",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("desk", ForeignKey("desk.id"), nullable=False),
    Column("key", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    ForeignKeyConstraint(["desk", "key"], ["desk_key.desk", "desk_key.epoch"]),
    Index("ix_segment_desk", "desk", "seq"),
    Index("ix_segment_key", "desk", "key"),
    sqlite_autoincrement=True,
)

#: Which cases a segment has something of: so that what is known of a case can be deleted without any key.
segment_case = Table(
    "segment_case",
    metadata,
    Column("segment", ForeignKey("segment.seq"), primary_key=True),
    Column("case", ForeignKey("case.id"), primary_key=True, index=True),
)
