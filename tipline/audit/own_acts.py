"""PURE: the administration's chain, in which every officer enters what they did to their own account.

They make their keys, add and remove factors, change their passphrase. Such an entry, and no other, may be
signed with a key that any roster of the console ever named its officer with, or that its officer entered when
they made it, by an invitation that an administrator had entered before. The invitation's hash is in the chain
for all to read: who took it up shows the code, which is of no use after that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from tipline.audit import entry as entries
from tipline.audit.actions import INVITED, JOINED
from tipline.audit.entry import Entry, Stored
from tipline.audit.signers import Own, Signers
from tipline.errors import AuditError
from tipline.keys.roster import Roster
from tipline.seal.message import from_base64, to_base64

#: The id of the desk that is none (keys/rows.py has it too, which nothing here may load).
ADMINISTRATION = bytes(16)
#: Bytes of an invitation's code.
CODE_SIZE = 16


def of(administrators: Signers, others: Iterable[Roster], chain: Iterable[Stored]) -> Own:
    """Return who may enter their own acts, by keys that *others* name or the *chain* introduces."""
    own = Own({}, {})
    for says in others:
        for one in says.members:
            own.add(one.officer, one.verify, one.name)
    invited: dict[tuple[str, str], str] = {}
    for stored in chain:
        try:
            says_ = entries.parse(stored.entry)
        except AuditError:
            continue
        _take(own, administrators, invited, (stored, says_))
    return own


def _take(
    own: Own, trusted: Signers, invited: dict[tuple[str, str], str], found: tuple[Stored, Entry]
) -> None:
    stored, says = found
    if says.action == INVITED and any(
        entries.is_signed(stored, key) for key in trusted.keys_of(says.officer)
    ):
        invited[_text(says, "officer"), _text(says, "invitation")] = _text(says, "name")
    if says.action == JOINED:
        by, key = _text(says, "invitation"), _bytes(says, "verify", 32)
        code = (to_base64(says.officer), by)
        if code in invited and _is_code_of(says, by) and key and entries.is_signed(stored, key):
            # Once: a code that was used stands in the chain for whoever can write to it.
            own.add(says.officer, key, invited.pop(code))
            own.introduced[says.officer, by] = key


def _is_code_of(says: Entry, invitation: str) -> bool:
    """Tell whether an entry shows the code of the *invitation* that it names by its hash."""
    return to_base64(hashlib.sha256(_bytes(says, "code", CODE_SIZE)).digest()) == invitation


def _bytes(says: Entry, name: str, size: int) -> bytes:
    try:
        return from_base64(_text(says, name), size)
    except ValueError:
        return b""


def _text(says: Entry, name: str) -> str:
    return str(says.object.get(name, ""))
