"""The tables of officers' accounts, besides the officers themselves."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table

from tipline.tables.base import metadata

#: What an officer proves to be there with, besides the passphrase: *kind* is "webauthn" or "totp". What it is
#: checked with, and its name, are sealed under a key of the officer's own (factors/sealed.py). *counter* is a
#: security key's own, or the last half minute of which a code was used. *day*: since when it is there.
factor = Table(
    "factor",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("officer", ForeignKey("officer.id"), nullable=False, index=True),
    Column("kind", String(8), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("counter", Integer, nullable=False),
    Column("day", Integer, nullable=False),
)

#: An invitation: an administrator's signed statement (staff/invitation.py), until it is used. *officer* has
#: no row of their own yet where the invitation is to a new account.
invitation = Table(
    "invitation",
    metadata,
    Column("officer", LargeBinary(16), primary_key=True),
    Column("statement", LargeBinary, nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
)
