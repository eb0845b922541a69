"""The table of what officers marked as possible child-abuse material."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Table

from tipline.tables.base import metadata

#: One row a mark: file number *place* of a message (*envelope*), or with neither all files of the *case*,
#: those that are still to come too. *officer* of *desk* marked it. case.restricted says that there is one.
marked = Table(
    "marked",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case", ForeignKey("case.id"), nullable=False, index=True),
    Column("envelope", LargeBinary(32)),
    Column("place", Integer),
    Column("desk", ForeignKey("desk.id"), nullable=False),
    Column("officer", ForeignKey("officer.id"), nullable=False),
    Column("at", Integer, nullable=False),
)
