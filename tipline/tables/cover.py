"""The table of covers."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, LargeBinary, Table

from tipline.tables.base import metadata

#: Envelopes to nobody that the collector sent or was about to send, by the *day* for which they count.
#: *taken*: the relay has or had it; *fetched*: it came in from there, and has *seq*, the number that
#: it would have among the envelopes. After a backup that reaches so far a tip of its moment would be let go.
cover = Table(
    "cover",
    metadata,
    Column("id", LargeBinary(32), primary_key=True),
    Column("day", Integer, nullable=False, index=True),
    Column("taken", Boolean, nullable=False, default=False),
    Column("fetched", Boolean, nullable=False, default=False),
    Column("seq", Integer),
)
