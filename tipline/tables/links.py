"""The table of cases that officers linked, or said of that they have nothing to do with each other."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, String, Table

from tipline.tables.base import metadata

#: What a *desk* says of two cases, *one* with the lower number: *kind* is "linked" or "apart" (a suggestion
#: that was dismissed); why, by a code, with words in a paper of each case's own.
link = Table(
    "link",
    metadata,
    Column("one", ForeignKey("case.id"), primary_key=True),
    Column("other", ForeignKey("case.id"), primary_key=True, index=True),
    Column("desk", ForeignKey("desk.id"), primary_key=True),
    Column("kind", String(6), nullable=False),
    Column("officer", ForeignKey("officer.id"), nullable=False),
    Column("at", Integer, nullable=False),
    Column("reason", String(20), nullable=False, default=""),
    CheckConstraint("one < other", name="ordered"),
)
