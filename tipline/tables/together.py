"""The tables of desks that open only together."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, LargeBinary, Table

from tipline.tables.base import metadata

#: Which thread a case is that overseers have opened: *sealed* to the desk's key at rest of number *key*.
#: What is sealed to the desk's seats later can so be joined to it. *joined*: its messages are another case's.
thread = Table(
    "thread",
    metadata,
    Column("case", ForeignKey("case.id"), primary_key=True),
    Column("key", Integer, nullable=False, default=0),
    Column("sealed", LargeBinary, nullable=False),
    Column("joined", Boolean, nullable=False, default=False),
)
