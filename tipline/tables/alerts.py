"""The tables of alerts: what waits unread, what was told, who is on call. The collector reads all of it.

So it lies in the clear: who works when is known to the desk, and where an alert reaches an officer is staff
data that nobody but they and the collector are shown.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from tipline.tables.base import metadata

#: Envelopes that nobody has opened yet, at the desk whose they are, with the second *since* which they are
#: known here. *filed*: desk and *priority* are its case's, and no more the docket's. A row goes when somebody
#: has opened it: then no hour of an arrival is kept.
waiting = Table(
    "waiting",
    metadata,
    Column("envelope", ForeignKey("envelope.id", ondelete="CASCADE"), primary_key=True),
    Column("desk", ForeignKey("desk.id"), primary_key=True),
    Column("priority", Integer, nullable=False),
    Column("since", Integer, nullable=False),
    Column("filed", Boolean, nullable=False, default=False),
    Index("ix_waiting_due", "desk", "priority", "since"),
    Index("ix_waiting_filed", "filed"),
)

#: A desk's one open alert: *count* tips with *mark* (alerts/ladder.py) wait too long. *climbs* is the second
#: from which it climbs the ladder, *step* the last one told, *sent* when. *taken* is the officer who looks
#: after it, *attended* the last second at which that showed.
alert = Table(
    "alert",
    metadata,
    Column("desk", ForeignKey("desk.id"), primary_key=True),
    Column("mark", Integer, nullable=False),
    Column("count", Integer, nullable=False),
    Column("opened", Integer, nullable=False),
    Column("climbs", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    Column("sent", Integer),
    Column("taken", ForeignKey("officer.id")),
    Column("attended", Integer),
)

#: How the ways by which alerts go stand: *failing* since when and *why*, *worked* and *tried* when
#: last, and when the other ways were *told*.
alert_channel = Table(
    "alert_channel",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("failing", Integer),
    Column("why", String(200), nullable=False, default=""),
    Column("worked", Integer),
    Column("tried", Integer),
    Column("told", Integer),
)

#: Where alerts reach an officer. *tried*: when a trial was sent there, and *why* it did not go out.
reach = Table(
    "reach",
    metadata,
    Column("officer", ForeignKey("officer.id"), primary_key=True),
    Column("mail", String(254), nullable=False),
    Column("ntfy", String(64), nullable=False),
    Column("tried", Integer),
    Column("why", String(200), nullable=False, default=""),
)

#: Who is on call, every week: from minute *start* of *weekday* (0 is Monday) for *minutes*, by the agency's
#: clocks. *place* is 1 for who is told first and 2 for the second.
shift = Table(
    "shift",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("desk", ForeignKey("desk.id"), nullable=False, index=True),
    Column("officer", ForeignKey("officer.id"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("minutes", Integer, nullable=False),
)

#: Who is on call instead, from second *start* to *end*.
shift_once = Table(
    "shift_once",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("desk", ForeignKey("desk.id"), nullable=False, index=True),
    Column("officer", ForeignKey("officer.id"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
)

#: Notes at a change of shift, sealed to the desk's key at rest with the number *key*. One counts with the
#: entry *seq* of the desk's chain, by which its officer signed for it (staff/handover.py).
handover = Table(
    "handover",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("desk", ForeignKey("desk.id"), nullable=False, index=True),
    Column("officer", ForeignKey("officer.id"), nullable=False),
    Column("at", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("key", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    ForeignKeyConstraint(["desk", "key"], ["desk_key.desk", "desk_key.epoch"]),
    Index("ix_handover_key", "desk", "key"),
)

#: Who has read which of them, at which second.
handover_read = Table(
    "handover_read",
    metadata,
    Column("handover", ForeignKey("handover.id", ondelete="CASCADE"), primary_key=True),
    Column("officer", ForeignKey("officer.id"), primary_key=True),
    Column("at", Integer, nullable=False),
)
