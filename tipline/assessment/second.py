"""What takes two officers: one of the desk proposes an act, another of the same desk confirms it.

For the acts that end the urgency of a threat to life: lowering its priority (priority.py) and closing it. Who
has such an act calls, inside its own writing transaction:

    propose(connection, own, access, (act, to), why)    instead of doing it
    waiting(connection, access.desk.id, number)         to show what waits, with the words' paper
    confirm(connection, own, access, act, seen)         -> Proposal; then does it, and audits its own act
    drop(connection, own, access, act, seen)            the first takes it back, or another refuses

*act* is a constant here and *to* a code of the act's own (a priority, a disposition). *seen* is the
proposal's number as it stood on the page, so that what was read is what is confirmed. The truth is the audit:
a proposal counts with its first officer's signed entry, until an entry after it says what became of it. The
row beside it is for lists alone, so no row can propose or confirm anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert

from tipline import clock, tables
from tipline.audit import actions
from tipline.cases import audit
from tipline.cases.audit import Entry
from tipline.cases.work import Access, Work
from tipline.errors import AccessError, StateError
from tipline.papers import reason
from tipline.papers.reason import Reason

#: Acts that take two.
PRIORITY, CLOSE, SHRED = "priority", "close", "shred"
_ABOUT = {actions.PROPOSED, actions.CONFIRMED, actions.DROPPED}


@dataclass(frozen=True)
class Proposal:
    """An *act* on a case that waits for a second officer; *to* is what it would make of it, a code.

    *seq* is the number of its entry in the desk's audit. *officer* (*name*) proposed it at *at*, for
    *reason*, a code; *paper* has the words, in hex, and is empty where there are none.
    """

    act: str
    to: str
    seq: int
    officer: bytes
    name: str
    at: int
    reason: str
    paper: str

    @property
    def detail(self) -> dict[str, str]:
        """What the entry of the act itself says of who proposed it, and why."""
        said = {"first": self.officer.hex(), "reason": self.reason}
        return said | ({"paper": self.paper} if self.paper else {})


def propose(connection: Connection, own: Work, access: Access, what: tuple[str, str], why: Reason) -> None:
    """Ask for a second officer's word; a new proposal of the same act takes the place of an older one.

    *what* is the act and what it would make of the case, *why* is checked already. Raises AccessError for who
    does not triage the case.
    """
    _check(access)
    said = reason.record(connection, own.member, access.number, why, [access.desk.id])
    audit.append(
        connection,
        own.member,
        access.desk.id,
        (actions.PROPOSED, _object(access, *what)),
        access.why | said.detail,
    )
    _forget(connection, access.number, what[0])
    row = {"case": access.number, "act": what[0], "desk": access.desk.id, "officer": own.member.id}
    connection.execute(insert(tables.proposal).values(**row, at=clock.seconds()))


def waiting(
    connection: Connection, desk: bytes, number: int, entries: Sequence[Entry] | None = None
) -> list[Proposal]:
    """Return what waits for a second officer of *desk*. *entries*: the case's, where they are read."""
    entries = audit.of_case(connection, [desk], number) if entries is None else entries
    last = {entry.object.get("act"): entry for entry in _in_order(entries, desk) if entry.action in _ABOUT}
    return [_proposal(entry) for entry in last.values() if entry.action == actions.PROPOSED]


def confirm(connection: Connection, own: Work, access: Access, act: str, seen: int) -> Proposal:
    """Confirm a proposal as the second officer, and return it: the caller does the act now.

    Raises AccessError for its first officer and for who does not triage the case, StateError when it is not
    the one that was *seen*.
    """
    found = _find(connection, access, act, seen)
    if found.officer == own.member.id:
        raise AccessError("it takes another officer of the desk to confirm this")
    _end(connection, own, access, actions.CONFIRMED, found)
    return found


def drop(connection: Connection, own: Work, access: Access, act: str, seen: int) -> None:
    """Let a proposal go: its first officer takes it back, or another refuses. Raises as *confirm*."""
    found = _find(connection, access, act, seen)
    _end(connection, own, access, actions.DROPPED, found)


def _find(connection: Connection, access: Access, act: str, seen: int) -> Proposal:
    _check(access)
    there = waiting(connection, access.desk.id, access.number)
    found = next((one for one in there if (one.act, one.seq) == (act, seen)), None)
    if found is None:
        raise StateError("this does not wait for a second officer any more")
    return found


def _check(access: Access) -> None:
    if not access.triage:
        raise AccessError("only the triage desk decides this")


def _in_order(entries: Iterable[Entry], desk: bytes) -> list[Entry]:
    return sorted(
        (entry for entry in entries if entry.holds and entry.desk == desk), key=lambda entry: entry.seq
    )


def _proposal(entry: Entry) -> Proposal:
    said = {name: str(entry.detail.get(name, "")) for name in ("reason", "paper")}
    act, to = str(entry.object["act"]), str(entry.object["to"])
    return Proposal(act, to, entry.seq, entry.officer, entry.officer_name, entry.at, **said)


def _end(connection: Connection, own: Work, access: Access, action: str, found: Proposal) -> None:
    what = _object(access, found.act, found.to)
    said = access.why | {"first": found.officer.hex()}
    audit.append(connection, own.member, access.desk.id, (action, what), said)
    _forget(connection, access.number, found.act)


def _object(access: Access, act: str, to: str) -> dict[str, Any]:
    return {"case": access.number, "act": act, "to": to}


def _forget(connection: Connection, number: int, act: str) -> None:
    own = tables.proposal
    connection.execute(delete(own).where(own.c.case == number, own.c.act == act))
