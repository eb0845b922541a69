"""Answering a tipster: slots for the board that only the receipt opens, a copy that only the desk opens."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import Connection, func, insert, select, update

from tipline import clock, db, tables
from tipline.cases import audit, disposition, index, work
from tipline.cases.reply_copy import info
from tipline.cases.work import Access, Work
from tipline.errors import AccessError, FormatError
from tipline.imports import marked
from tipline.seal import opening, slot
from tipline.talk import drafts

TEXT_MAX = slot.PARTS_MAX * slot.TEXT_MAX
ID_SIZE = 16


@dataclass(frozen=True)
class Measure:
    """How long a reply is: *size* in bytes of UTF-8, of TEXT_MAX; the *slots* it takes, of *left*."""

    size: int
    slots: int
    left: int

    @property
    def fits(self) -> bool:
        """Tell whether it can be sent."""
        return 0 < self.size <= TEXT_MAX and self.slots <= self.left


@dataclass(frozen=True, repr=False)
class Secret:
    """What only the tipster is to read: *value* stands in the sealed reply where the text has *place*.

    The desk's copy has *shown* there. *settle* notes in the reply's own transaction that it was given, and
    *said* is what the audit says of it.
    """

    place: str
    value: str
    shown: str
    settle: Callable[[Connection], None]
    said: dict[str, object]


@dataclass(frozen=True)
class Manner:
    """How a reply came about, for the audit. *question*: the paper of a unit's that it takes up.

    *passed*: the kinds of caution that its officer read and went on. A *holding* text answers nothing, so the
    case stays as it was.
    """

    question: bytes | None = None
    passed: tuple[str, ...] = ()
    holding: bool = False
    secret: Secret | None = None

    def sent(self, text: str) -> str:
        """Return what the tipster reads."""
        return text.replace(self.secret.place, self.secret.value) if self.secret else text

    def copied(self, text: str) -> str:
        """Return what the desk's copy says."""
        return text.replace(self.secret.place, self.secret.shown) if self.secret else text

    @property
    def detail(self) -> dict[str, object]:
        """What the audit says of it: never a word of the reply."""
        said = {"question": self.question and self.question.hex(), "passed": list(self.passed)}
        given = {name: value for name, value in (said | {"holding": self.holding}).items() if value}
        return given | (self.secret.said if self.secret else {})


_PLAIN = Manner()


def tidy(text: str) -> str:
    """Return what is sent of what was typed: line ends as one character, no space around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def measure(connection: Connection, number: int, text: str) -> Measure:
    """Measure a reply to a case."""
    size = len(text.encode())
    used = connection.execute(select(tables.case.c.next_slot).where(tables.case.c.id == number)).scalar_one()
    return Measure(size, max(1, -(-size // slot.TEXT_MAX)), slot.LABELS - used)


def new_id() -> bytes:
    """Return the random id of a reply that is being written."""
    return secrets.token_bytes(ID_SIZE)


def send(own: Work, number: int, text: str, reply_id: bytes | None = None, manner: Manner = _PLAIN) -> bool:
    """Seal a reply for the board and a copy for the desk; once, however often the same *reply_id* is sent.

    Returns False when it was sent before. Raises AccessError when the officer may not answer, FormatError
    "too long", "empty" or "slots".
    """
    access = own.access(number)
    if not access.triage:
        raise AccessError("only the triage desk answers a tipster")
    if not text:
        raise FormatError("empty", "a reply has words")
    reply_key = _reply_key(own, access)
    # Two transactions: a label that was given out once is never given out again, whatever happens in between.
    reply_id = reply_id or new_id()
    with db.writing(own.engine) as connection:
        if is_sent(connection, reply_id):
            return False
        first = allocate(connection, number, manner.sent(text))
    reply = slot.Reply(reply_id, access.desk.id, clock.day_number(), manner.sent(text))
    slots = slot.seal(own.member.suite, reply_key, first, reply)
    with db.writing(own.engine) as connection:
        if is_sent(connection, reply_id):
            return False
        if manner.secret:
            manner.secret.settle(connection)
        _keep_copy(connection, own, access, replace(reply, text=manner.copied(text)))
        rows = [{"bytes": one, "kind": "reply", "day": reply.day, "posted": False} for one in slots]
        connection.execute(insert(tables.slot), rows)
        what = {"case": number, "reply": reply.id.hex()}
        detail = {"slots": len(slots), **manner.detail}
        audit.append(connection, own.member, access.desk.id, (audit.REPLIED, what), detail)
        drafts.forget(connection, own.member.id, number)
        if not manner.holding:
            work.happen(connection, number, disposition.REPLY)
    return True


def _reply_key(own: Work, access: Access) -> bytes:
    """Return the reply key of the envelope that began the thread: a later one could name another's."""
    first = index.root(access.items)
    if first is None:
        raise AccessError("no key of this officer opens this conversation")
    with own.engine.connect() as connection:
        if marked.is_imported(connection, access.number):
            raise AccessError("nobody has a receipt for a case that was taken over")
        held = index.key_of(connection, own.member.desks[first.desk], first.envelope)
    if held is None:
        raise AccessError("no key of this officer opens this case")
    return opening.open_reply(held[0], held[1].key)[0]


def is_sent(connection: Connection, reply_id: bytes) -> bool:
    """Tell whether a reply was sent already."""
    own = tables.reply.c.id
    return connection.scalar(select(own).where(own == reply_id)) is not None


def allocate(connection: Connection, number: int, text: str) -> int:
    """Take so many labels as the reply needs; return the first. Raises FormatError "too long" or "slots"."""
    need = measure(connection, number, text)
    if need.size > TEXT_MAX:
        raise FormatError("too long", f"a reply holds {TEXT_MAX} bytes, this has {need.size}")
    if not need.fits:
        raise FormatError("slots", f"{need.left} slots are left for this tipster, this takes {need.slots}")
    own = tables.case
    first = connection.execute(select(own.c.next_slot).where(own.c.id == number)).scalar_one()
    connection.execute(update(own).where(own.c.id == number).values(next_slot=first + need.slots))
    return int(first)


def _keep_copy(connection: Connection, own: Work, access: Access, reply: slot.Reply) -> None:
    at_rest, bound = access.desk.at_rest, info(reply.id, access.desk.id)
    connection.execute(
        insert(tables.reply).values(
            id=reply.id,
            case=access.number,
            desk=access.desk.id,
            officer=own.member.id,
            at=clock.seconds(),
            after=connection.scalar(select(func.max(tables.envelope.c.seq))) or 0,
            key=access.desk.newest,
            sealed=at_rest.suite.seal(at_rest.public, bound, reply.text.encode()),
        )
    )
