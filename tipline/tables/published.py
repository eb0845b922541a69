"""The tables of what is published, and the small facts of who publishes it."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, LargeBinary, String, Table, Text

from tipline.tables.base import metadata

#: The board's slots, replies and dummies alike. *posted* is 0 until a board with it was accepted by intake.
#: *kind*: "reply" or "batch" (dummy that lives as long as a reply) or "filler" (dummy that may go any time).
slot = Table(
    "slot",
    metadata,
    Column("bytes", LargeBinary(1024), primary_key=True),
    Column("kind", String(6), nullable=False),
    Column("day", Integer, nullable=False),
    Column("posted", Boolean, nullable=False, default=False),
)

#: "Collected" tokens by the day they speak of; *dummy* ones fill up to a power of two.
token = Table(
    "token",
    metadata,
    Column("token", LargeBinary(16), primary_key=True),
    Column("day", Integer, nullable=False),
    Column("dummy", Boolean, nullable=False),
)

#: Small facts of the collector: serials, hash of the last board head, day of the last board, last backup.
state = Table(
    "state",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
