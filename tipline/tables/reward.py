"""The table of rewards. No name, and of the claim code a hash alone."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table

from tipline.tables.base import metadata

#: A reward that triage (*proposer*) proposed to the *board*, a desk of kind "rewards". *amount* is in whole
#: units of the agency's currency; it stands when *granter* and, where the board has two members, *seconder*
#: granted it. *declined*: the board gives none. *claim* is the hash of the claim code that went out on the
#: day *sent*, and can be paid until the day *until*. Days count since 1970-01-01.
reward = Table(
    "reward",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case", ForeignKey("case.id"), nullable=False, index=True),
    Column("board", ForeignKey("desk.id"), nullable=False),
    Column("proposer", ForeignKey("officer.id"), nullable=False),
    Column("proposed", Integer, nullable=False),
    Column("amount", Integer),
    Column("granter", ForeignKey("officer.id")),
    Column("seconder", ForeignKey("officer.id")),
    Column("granted", Integer),
    Column("declined", Integer),
    Column("claim", LargeBinary(32), unique=True),
    Column("sent", Integer),
    Column("until", Integer),
    Column("payer", ForeignKey("officer.id")),
    Column("paid", Integer),
    sqlite_autoincrement=True,
)
#: A case has one reward that was not declined.
Index(
    "uq_reward_case",
    reward.c.case,
    unique=True,
    sqlite_where=reward.c.declined.is_(None),
    postgresql_where=reward.c.declined.is_(None),
)
