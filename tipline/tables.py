"""The agency's tables. In the clear: workflow facts only: desk, status, priority, days, who did what when.

Text, category, language and file names are inside sealed bytes. The collector writes envelopes, parcels,
tokens, the board's slots and the audit's day heads; everything else is the console's.
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
    Text,
    UniqueConstraint,
)

from tipline.tables_account import factor, invitation
from tipline.tables_audit import audit, audit_head
from tipline.tables_base import metadata
from tipline.tables_cover import cover
from tipline.tables_paper import paper, paper_key, paper_opened
from tipline.tables_route import recused, route, taken
from tipline.tables_together import thread

__all__ = [
    "audit", "audit_head", "cover", "factor", "invitation", "metadata", "paper", "paper_key",
    "paper_opened", "recused", "route", "taken", "thread",
]  # fmt: skip

#: Officers: HPKE public key, Ed25519 public key (32), private keys sealed under the passphrase. *disabled*:
#: an administrator lets this one sign in no more.
officer = Table(
    "officer",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("public", LargeBinary, nullable=False),
    Column("verify", LargeBinary(32), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("disabled", Boolean, nullable=False, default=False),
)

#: Desks: *kind* is "triage", "unit", or "quorum" with one "seat" (*seat_of* it) for each of its overseers;
#: one, with an id of zeros, is "administration" and gets nothing.
desk = Table(
    "desk",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("kind", String(14), nullable=False),
    Column("seat_of", ForeignKey("desk.id"), index=True),
)

#: A desk's public keys: one for each epoch, and as epoch 0, -1, -2... those at rest: the smallest is in use.
desk_key = Table(
    "desk_key",
    metadata,
    Column("desk", ForeignKey("desk.id"), primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("public", LargeBinary, nullable=False),
    # That an epoch's key is the one that was made: nobody has the lock who can only write here.
    Column("proof", LargeBinary),
)

#: Epochs (weeks, *epoch* their number), kept when their keys are gone. Days count since 1970-01-01.
#: *named_until* is the last day of any keyring that named it, *at_relay* whether the relay's still may.
#: *lived*: how many seconds went by since one that named it was signed; by no clock, but counted on from
#: *seconds* after *start*. *collected*: the newest envelope.seq after the first full collection that began
#: when its keyrings had ended. *destroyed* is written before the key file is overwritten.
epoch = Table(
    "epoch",
    metadata,
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("made", Integer, nullable=False),
    Column("named_until", Integer),
    Column("at_relay", Boolean, nullable=False, default=False),
    Column("lived", Integer, nullable=False, default=0),
    Column("start", String(40), nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("collected", Integer),
    Column("destroyed", Integer),
)

#: What a tip can be about, in the page's order, and the desk it goes to. Public: the keyring says it too.
category = Table(
    "category",
    metadata,
    Column("code", String(32), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("desk", ForeignKey("desk.id"), nullable=False),
    Column("place", Integer, nullable=False),
)

#: Who is at which desk, as signed statements (keys/roster.py): a desk's new keys are sealed to them.
#: *vouching* is the signer's certificate where the signer signed, NULL before there is one.
roster = Table(
    "roster",
    metadata,
    Column("desk", ForeignKey("desk.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("statement", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("vouching", LargeBinary),
)

#: A desk's private key, sealed to one member.
member_key = Table(
    "member_key",
    metadata,
    Column("desk", ForeignKey("desk.id"), primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("officer", ForeignKey("officer.id"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

#: A desk's private key, sealed to its recovery key, which is split among holders.
recovery_key = Table(
    "recovery_key",
    metadata,
    Column("desk", ForeignKey("desk.id"), primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

#: Cases: *id* is the speakable tip number; *next_slot* the next label index for a reply.
case = Table(
    "case",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("desk", ForeignKey("desk.id"), nullable=False),
    Column("status", String(20), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("day", Integer, nullable=False),
    Column("next_slot", Integer, nullable=False, default=0),
    Index("ix_case_inbox", "desk", "priority", "id"),
)

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
)

#: Replies as sent, text sealed to the answering desk's key at rest with the number *key*. *after* is the
#: newest envelope.seq then.
reply = Table(
    "reply",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("case", ForeignKey("case.id"), nullable=False, index=True),
    Column("desk", ForeignKey("desk.id"), nullable=False),
    Column("officer", ForeignKey("officer.id"), nullable=False),
    Column("at", Integer, nullable=False),
    Column("after", Integer, nullable=False, default=0),
    Column("key", Integer, nullable=False, default=0),
    Column("sealed", LargeBinary, nullable=False),
    ForeignKeyConstraint(["desk", "key"], ["desk_key.desk", "desk_key.epoch"]),
    Index("ix_reply_key", "desk", "key"),
)

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
