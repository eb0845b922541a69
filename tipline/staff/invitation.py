"""Invitations: an administrator's signed word that a person may make keys, or enrol a factor anew.

A statement is JSON: v, officer, name, kind, code (SHA-256 of the code's 16 bytes), until (seconds), by. The
code is shown to the administrator once and kept nowhere. Whoever writes in the database invites nobody: the
signature is that of somebody on the roster of administrators.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field, replace
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, Row, delete, func, insert, select

from tipline import clock, tables
from tipline.audit import actions
from tipline.cases import audit
from tipline.errors import AccessError, KeyringError, ReceiptError, RosterError, SettingsError
from tipline.keyring import reader
from tipline.keyring.signature import to_be_signed
from tipline.keys.rosters import Rosters
from tipline.keys.rows import ADMINISTRATORS
from tipline.seal import receipt
from tipline.seal.message import from_base64, to_base64
from tipline.staff.member import Member

#: What an invitation is to: a new account, new keys for one, or new second factors.
ACCOUNT, KEYS, FACTORS = "account", "keys", "factors"
KINDS: Final = (ACCOUNT, KEYS, FACTORS)
HOURS = 72
LABEL = "invitation"
_FIELDS = {"officer", "name", "kind", "code", "until", "by"}
_REFUSED = "This name and code do not belong together, or the code was used or is older than three days"


@dataclass(frozen=True)
class Invitation:
    """One invitation: *code* is the hash, *until* the last second of its use, *by* the administrator's id.

    *entropy* is what the code is of, where somebody typed it.
    """

    officer: bytes
    name: str
    kind: str
    code: bytes
    until: int
    by: bytes
    entropy: bytes = field(default=b"", repr=False, compare=False)

    def encode(self) -> bytes:
        """Return the JSON bytes that are signed."""
        return reader.write_json(
            {
                "officer": to_base64(self.officer),
                "name": self.name,
                "kind": self.kind,
                "code": to_base64(self.code),
                "until": self.until,
                "by": to_base64(self.by),
            }
        )


def write(connection: Connection, member: Member, officer: bytes, name: str, kind: str) -> str:
    """Invite, in place of any earlier invitation of the same officer; return the code, to be shown once.

    Inside the caller's writing transaction, as the audit entry is.
    """
    entropy = receipt.generate()
    until = clock.seconds() + HOURS * 3600
    what = Invitation(officer, name, kind, _hash(entropy), until, member.id)
    statement = what.encode()
    withdraw(connection, officer)
    connection.execute(
        insert(tables.invitation).values(
            officer=officer,
            statement=statement,
            signature=member.keys.audit.sign(to_be_signed(LABEL, statement)),
        )
    )
    object_ = {"officer": to_base64(officer), "name": name, "kind": kind, "invitation": to_base64(what.code)}
    audit.append(connection, member, ADMINISTRATORS, (actions.INVITED, object_))
    return receipt.format_(entropy)


def find(connection: Connection, rosters: Rosters, name: str, code: str) -> Invitation:
    """Return the invitation of this *name* and *code*. Raises AccessError, the same whatever was wrong."""
    try:
        entropy = receipt.parse(code)
    except ReceiptError:
        raise AccessError("This code has a typing mistake") from None
    given = _hash(entropy)
    for what in standing(connection, rosters):
        if what.name == name and hmac.compare_digest(what.code, given) and not _used(connection, given):
            return replace(what, entropy=entropy)
    raise AccessError(_REFUSED)


def standing(connection: Connection, rosters: Rosters) -> list[Invitation]:
    """Return the invitations that can be used now: signed by an administrator, and not too old."""
    rows = connection.execute(select(tables.invitation)).all()
    try:
        who = rosters.of(connection, ADMINISTRATORS)
    except RosterError:
        return []
    keys = {one.officer: one.verify for one in who.members}
    read = [what for what in (_read(row, keys) for row in rows) if what]
    return [what for what in read if what.until >= clock.seconds()]


def withdraw(connection: Connection, officer: bytes) -> None:
    """Delete what invitation there is of an officer."""
    connection.execute(delete(tables.invitation).where(tables.invitation.c.officer == officer))


def check_free(connection: Connection, rosters: Rosters, name: str) -> None:
    """Refuse a *name* that an officer has, or somebody who is invited. Raises SettingsError."""
    taken = connection.scalar(select(tables.officer.c.id).where(tables.officer.c.name == name))
    if taken or any(what.name == name for what in standing(connection, rosters)):
        raise SettingsError(f"there is an officer named {name} already, or one is invited")


def _read(row: Row[Any], keys: dict[bytes, bytes]) -> Invitation | None:
    try:
        what = reader.read_json(row.statement, _FIELDS, _invitation)
        public = Ed25519PublicKey.from_public_bytes(keys[what.by])
        public.verify(row.signature, to_be_signed(LABEL, row.statement))
    except (KeyringError, KeyError, ValueError, InvalidSignature):
        return None
    return what if what.officer == row.officer else None


def _used(connection: Connection, code: bytes) -> bool:
    """Tell whether the audit has an entry of its use: one that was put back is no invitation."""
    own, mark = tables.audit.c, to_base64(code).encode()
    joined = func.instr(own.entry, f'"{actions.JOINED}"'.encode()) + func.instr(
        own.entry, f'"{actions.FACTORS_RESET}"'.encode()
    )
    query = select(own.seq).where(own.desk == ADMINISTRATORS, joined > 0, func.instr(own.entry, mark) > 0)
    return connection.scalar(query.limit(1)) is not None


def _invitation(fields: dict[str, Any]) -> Invitation:
    if fields["kind"] not in KINDS:
        raise ValueError
    return Invitation(
        officer=from_base64(fields["officer"], 16),
        name=reader.text(fields["name"]),
        kind=fields["kind"],
        code=from_base64(fields["code"], 32),
        until=reader.number(fields["until"]),
        by=from_base64(fields["by"], 16),
    )


def _hash(entropy: bytes) -> bytes:
    return hashlib.sha256(entropy).digest()
