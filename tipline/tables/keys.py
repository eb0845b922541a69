"""The tables of officers, desks and their keys."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, LargeBinary, String, Table

from tipline.tables.base import metadata

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

#: Desks: *kind* is "triage", "unit", "rewards", "translation", or "quorum" with one "seat" (*seat_of* it) for
#: each overseer; one, with an id of zeros, is "administration" and gets nothing.
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
