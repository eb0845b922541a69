"""The table of officers' saved views of the inbox."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, LargeBinary, Table

from tipline.tables.base import metadata

#: All of an officer's views, under a key of the officer's own and of one size (lanes/views.py).
view = Table(
    "view",
    metadata,
    Column("officer", ForeignKey("officer.id"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
