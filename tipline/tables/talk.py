"""The tables of the conversation's tools: drafts of replies, and the agency's own templates."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, Integer, LargeBinary, Table

from tipline.tables.base import metadata

#: A reply that is not sent yet, one a case and officer, under a key of the officer's own (talk/drafts.py) and
#: around that one of the *desk*, derived from its key at rest with the number *key*.
draft = Table(
    "draft",
    metadata,
    Column("officer", ForeignKey("officer.id"), primary_key=True),
    Column("case", ForeignKey("case.id"), primary_key=True),
    Column("at", Integer, nullable=False),
    Column("desk", ForeignKey("desk.id"), nullable=False),
    Column("key", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    ForeignKeyConstraint(["desk", "key"], ["desk_key.desk", "desk_key.epoch"]),
    Index("ix_draft_desk", "desk", "key"),
)

#: A desk's own template for replies, sealed to its key at rest with the number *key*. It counts with the
#: entry *seq* of the desk's chain, by which its officer signed for it (talk/templates.py).
template = Table(
    "template",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("desk", ForeignKey("desk.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("key", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    ForeignKeyConstraint(["desk", "key"], ["desk_key.desk", "desk_key.epoch"]),
    Index("ix_template_desk", "desk", "key"),
)
