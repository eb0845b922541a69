"""The table of what was given out. It stays when the case is shredded, and its paper goes with the case."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table

from tipline.tables.base import metadata

#: A document of a *case* was made for somebody: *kind* and *purpose* are codes of dissemination/giving.py, to
#: whom and why in words is in *paper* (which may be gone), *sha256* that of the document.
dissemination = Table(
    "dissemination",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("case", ForeignKey("case.id"), nullable=False, index=True),
    Column("desk", ForeignKey("desk.id"), nullable=False, index=True),
    Column("officer", ForeignKey("officer.id"), nullable=False),
    Column("at", Integer, nullable=False),
    Column("kind", String(6), nullable=False),
    Column("purpose", String(10), nullable=False),
    Column("paper", LargeBinary(16), nullable=False),
    Column("sha256", LargeBinary(32), nullable=False),
    sqlite_autoincrement=True,
)
