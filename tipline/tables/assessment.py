"""The tables of what triage made of a case."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from tipline.tables.base import metadata

#: The newest grading of a case: codes of assessment/schemes.py. A case that nobody graded has no row.
grading = Table(
    "grading",
    metadata,
    Column("case", ForeignKey("case.id"), primary_key=True),
    Column("scheme", String(9), nullable=False),
    Column("source", String(1), nullable=False),
    Column("information", String(1), nullable=False),
    Column("handling", String(2), nullable=False),
    Column("tlp", String(12), nullable=False),
    Column("officer", ForeignKey("officer.id"), nullable=False),
    Column("at", Integer, nullable=False),
    Index("ix_grading_source", "source"),
    Index("ix_grading_information", "information"),
)

#: What waits for a second officer of a desk, for lists: the audit says what was proposed, and by whom.
proposal = Table(
    "proposal",
    metadata,
    Column("case", ForeignKey("case.id"), primary_key=True),
    Column("act", String(10), primary_key=True),
    Column("desk", ForeignKey("desk.id"), nullable=False),
    Column("officer", ForeignKey("officer.id"), nullable=False),
    Column("at", Integer, nullable=False),
)

#: Which languages an officer reads: *code* is of ISO 639, in its shortest form.
reads = Table(
    "reads",
    metadata,
    Column("officer", ForeignKey("officer.id"), primary_key=True),
    Column("code", String(3), primary_key=True),
)
