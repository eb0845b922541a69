"""Answering the tipster of a case that opens only together. The copy is kept under the tip's own key K.

So it opens again when k overseers open the case again, and not for one of them alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, func, insert, select

from tipline import clock, db, tables
from tipline.audit import actions
from tipline.cases import audit, disposition, reply, work
from tipline.cases.case import Answer
from tipline.cases.work import Work
from tipline.errors import FormatError
from tipline.seal import header, opening, slot
from tipline.seal.suite import decrypt, encrypt
from tipline.together.together import Place, envelopes


def send(own: Work, at: Place, first: tuple[bytes, bytes], text: str, reply_id: bytes) -> bool:
    """Seal a reply for the board; *first* is the id and K of the envelope that began the thread.

    Returns False when it was sent before. Raises FormatError "too long", "empty" or "slots".
    """
    if not text:
        raise FormatError("empty", "a reply has words")
    # Two transactions: a label that was given out once is never given out again, whatever happens in between.
    with db.writing(own.engine) as connection:
        if reply.is_sent(connection, reply_id):
            return False
        (row,) = envelopes(connection, {first[0]: None})
        index = reply.allocate(connection, at.number, text)
    written = slot.Reply(reply_id, at.desk.id, clock.day_number(), text)
    reply_key, _ = opening.open_reply(row.bytes, first[1])
    slots = slot.seal(own.member.suite, reply_key, index, written)
    with db.writing(own.engine) as connection:
        if reply.is_sent(connection, reply_id):
            return False
        _keep_copy(connection, own, at, encrypt(_key(row.bytes, first[1], reply_id), text.encode()), reply_id)
        rows = [{"bytes": one, "kind": "reply", "day": written.day, "posted": False} for one in slots]
        connection.execute(insert(tables.slot), rows)
        what = {"case": at.number, "reply": reply_id.hex()}
        audit.append(connection, own.member, at.desk.id, (actions.REPLIED, what), {"slots": len(slots)})
        work.happen(connection, at.number, disposition.REPLY)
    return True


def copies(connection: Connection, desk: bytes, number: int, keys: Mapping[bytes, bytes]) -> list[Answer]:
    """Return the replies of a case, with K by envelope id; the text of one is None where none opens it."""
    own, found = tables.reply, envelopes(connection, keys)
    rows = connection.execute(
        select(own, tables.officer.c.name)
        .join(tables.officer)
        .where(own.c.case == number, own.c.desk == desk)
    ).all()
    answers = []
    for row in rows:
        tried = (decrypt(_key(one.bytes, keys[one.id], row.id), row.sealed) for one in found)
        text = next((one for one in tried if one is not None), None)
        said = None if text is None else text.decode(errors="replace")
        answers.append(Answer(row.at, row.name, said, row.after))
    return answers


def _key(envelope: bytes, key: bytes, reply_id: bytes) -> bytes:
    return header.suite_in(envelope).derive(key, reply_id, "sealed reply copy")


def _keep_copy(connection: Connection, own: Work, at: Place, sealed: bytes, reply_id: bytes) -> None:
    connection.execute(
        insert(tables.reply).values(
            id=reply_id,
            case=at.number,
            desk=at.desk.id,
            officer=own.member.id,
            at=clock.seconds(),
            after=connection.scalar(select(func.max(tables.envelope.c.seq))) or 0,
            # What it is kept under is the tip's key, and none of the desk's.
            key=at.desk.newest,
            sealed=sealed,
        )
    )
