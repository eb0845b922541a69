"""The tables of what arrived, and who has opened it."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    and_,
    literal_column,
)

from tipline.tables.base import metadata

#: Cases: *id* is the speakable tip number; *next_slot* the next label index for a reply. *restricted*:
#: something of it is marked as possible child-abuse material (table "marked"), so nothing of it is shredded.
#: *into* is the case that this one is part of since they were merged, itself part of none (links/parts.py).
case = Table(
    "case",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("desk", ForeignKey("desk.id"), nullable=False),
    Column("status", String(20), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("day", Integer, nullable=False),
    Column("next_slot", Integer, nullable=False, default=0),
    Column("restricted", Boolean, nullable=False, default=False),
    Column("into", ForeignKey("case.id")),
    # Any status, in the order of the inbox; and how far back in numbers an age reaches.
    Index("ix_case_status", "desk", "status", "priority", "id"),
    Index("ix_case_day", "day", "id"),
)
Index("ix_case_into", case.c.into, sqlite_where=case.c.into.is_not(None))

#: What an inbox shows unasked: not what is over, nor what is part of another case. Written out, not bound:
#: SQLite looks at a partial index only where a query has its very words.
OVER: tuple[ColumnElement[str], ...] = (literal_column("'closed'"), literal_column("'shredded'"))
IS_OPEN = and_(case.c.status.not_in(OVER), case.c.into.is_(None))
Index("ix_case_open", case.c.desk, case.c.priority, case.c.id, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)

#: Sealed originals as collected: *desk* and *danger* are what the docket said (NULL: it did not open here).
#: *day* is the relay's day of arrival. *case* is set when a desk's officer's session indexes it; *alarm* when
#: docket and message differ, *broken* when it opened for a desk and is not as the format says (or named
#: a desk whose keys do not open it), *unverified* when it continues a thread without proof of whose it is.
#: *seq* only grows: a session asks for what is newer than what it has.
envelope = Table(
    "envelope",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", LargeBinary(32), nullable=False, unique=True),
    Column("day", Integer, nullable=False),
    Column("desk", LargeBinary(16)),
    Column("danger", String(10)),
    Column("acknowledgement_day", Integer),
    Column("case", ForeignKey("case.id"), index=True),
    Column("alarm", Boolean, nullable=False, default=False),
    Column("broken", String(40)),
    Column("unverified", Boolean, nullable=False, default=False),
    # Last, so that the small columns are read without walking over it.
    Column("bytes", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_envelope_broken", envelope.c.seq, sqlite_where=envelope.c.broken.is_not(None))

#: Parcels as collected. *seq* only grows: a backup reaches up to one.
parcel = Table(
    "parcel",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", LargeBinary(32), nullable=False, unique=True),
    Column("day", Integer, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

#: Re-wrapped stanzas: an envelope's K (the desk's own) or K_text (a unit's) sealed to a desk's key at rest
#: with the number *key*. A key cannot go while something is sealed to it.
stanza = Table(
    "stanza",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("envelope", ForeignKey("envelope.id"), nullable=False),
    Column("desk", ForeignKey("desk.id"), nullable=False),
    Column("key", Integer, nullable=False, default=0),
    Column("sealed", LargeBinary, nullable=False),
    UniqueConstraint("envelope", "desk"),
    ForeignKeyConstraint(["desk", "key"], ["desk_key.desk", "desk_key.epoch"]),
    Index("ix_stanza_desk", "desk", "seq"),
    Index("ix_stanza_key", "desk", "key"),
    sqlite_autoincrement=True,
)

#: Up to which envelope.seq a desk's keys were tried, by whichever of its officers.
tried = Table(
    "tried",
    metadata,
    Column("desk", ForeignKey("desk.id"), primary_key=True),
    Column("seq", Integer, nullable=False),
)

#: Who has read which envelope (unread marks), at which second.
opened = Table(
    "opened",
    metadata,
    Column("envelope", ForeignKey("envelope.id"), primary_key=True),
    Column("officer", ForeignKey("officer.id"), primary_key=True),
    Column("at", Integer, nullable=False),
    Index("ix_opened_officer", "officer", "at"),
)

#: Replies as sent, text sealed to the answering desk's key at rest with the number *key*. *after* is the
#: newest envelope.seq then; *seq* only grows.
reply = Table(
    "reply",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", LargeBinary(16), nullable=False, unique=True),
    Column("case", ForeignKey("case.id"), nullable=False, index=True),
    Column("desk", ForeignKey("desk.id"), nullable=False),
    Column("officer", ForeignKey("officer.id"), nullable=False),
    Column("at", Integer, nullable=False),
    Column("after", Integer, nullable=False, default=0),
    Column("key", Integer, nullable=False, default=0),
    Column("sealed", LargeBinary, nullable=False),
    ForeignKeyConstraint(["desk", "key"], ["desk_key.desk", "desk_key.epoch"]),
    Index("ix_reply_key", "desk", "key"),
    Index("ix_reply_desk", "desk", "seq"),
    sqlite_autoincrement=True,
)
