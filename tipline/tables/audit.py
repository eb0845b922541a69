"""The tables of the audit."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Table

from tipline.tables.base import metadata

#: One chain a desk: *entry* is the JSON that was signed, *signature* the officer's. *case* and *at* repeat
#: what the entry says, to find it by.
audit = Table(
    "audit",
    metadata,
    Column("desk", ForeignKey("desk.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("entry", LargeBinary, nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
    Column("case", ForeignKey("case.id"), index=True),
    Column("at", Integer, nullable=False),
)

#: The audit's day heads: *opening* is the JSON whose hash the boards of a *day* (since 1970-01-01) publish.
audit_head = Table(
    "audit_head",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("opening", LargeBinary, nullable=False),
)
