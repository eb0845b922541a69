"""The table of cases that were taken over from an old system."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, Table

from tipline.tables.base import metadata

#: Such a case has no receipt, so nobody can be answered. Its old number is in a *paper*, sealed like a note.
imported = Table(
    "imported",
    metadata,
    Column("case", ForeignKey("case.id"), primary_key=True),
    Column("paper", ForeignKey("paper.id"), nullable=False),
    Column("officer", ForeignKey("officer.id"), nullable=False),
    Column("at", Integer, nullable=False),
)
