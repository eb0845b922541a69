"""Who may enrol a first factor: who never had one since their keys were made, as the audit has it.

Otherwise deleting an officer's factors from the database would be enough to bring in others.
"""

from __future__ import annotations

import json

from cryptography.exceptions import InvalidSignature
from sqlalchemy import Connection, func, select

from tipline import tables
from tipline.audit import actions
from tipline.audit.entry import LABEL
from tipline.factors import rows
from tipline.keyring.signature import to_be_signed
from tipline.keys.rows import ADMINISTRATORS
from tipline.seal.message import to_base64
from tipline.staff.member import Member

_TELLING = (actions.FACTOR_ADDED, actions.JOINED, actions.FACTORS_RESET)


def may_enrol(connection: Connection, member: Member) -> bool:
    """Tell whether this officer has no factor, and had none either."""
    return rows.of(connection, member).none and _last(connection, member) != actions.FACTOR_ADDED


def _last(connection: Connection, member: Member) -> str:
    """Return what this officer last signed of factors or keys; empty when nothing."""
    own, who = tables.audit.c, to_base64(member.id)
    query = select(own.entry, own.signature).where(
        own.desk == ADMINISTRATORS, func.instr(own.entry, who.encode()) > 0
    )
    for entry, signature in connection.execute(query.order_by(own.seq.desc())):
        says = json.loads(entry)
        if says["officer"] == who and says["action"] in _TELLING and _signed(member, entry, signature):
            return str(says["action"])
    return ""


def _signed(member: Member, entry: bytes, signature: bytes) -> bool:
    try:
        member.keys.audit.public_key().verify(signature, to_be_signed(LABEL, entry))
    except InvalidSignature:
        return False
    return True
