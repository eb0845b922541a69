"""The holding text: sent in one act to every case that waits for an answer, by an officer who is there.

Nobody can do it without: a reply takes a desk's key, and no program holds one at night.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select

from tipline import tables
from tipline.cases import disposition, reply
from tipline.cases.reply import Manner
from tipline.cases.work import Work
from tipline.errors import AccessError, FormatError, TakenError
from tipline.links import parts
from tipline.staff.member import TRIAGE
from tipline.talk import choosing
from tipline.talk.choosing import Choice

#: So many in one act; the rest is asked for again.
AT_ONCE = 500
_WAITING = (disposition.NEW, disposition.AGAIN, disposition.READ)
_ID = b"tipline/1 holding text"


@dataclass(frozen=True)
class Waiting:
    """A case whose tipster has no answer to what they sent last (envelope.seq), in their language."""

    number: int
    last: int
    lang: str


@dataclass(frozen=True)
class Sent:
    """How many holding texts were *done*, and how many tipsters have no room for one any more."""

    done: int
    full: int


def waiting(own: Work) -> list[Waiting]:
    """Return the cases that wait, oldest first.

    None that is in a colleague's hands, is part of a closed one, or that nobody has a receipt for.
    """
    what, sent, case = tables.envelope.c, tables.reply.c, tables.case.c
    newest = select(what.case, func.max(what.seq).label("last")).group_by(what.case).subquery()
    answer = select(sent.case, func.max(sent.after).label("after")).group_by(sent.case).subquery()
    desks = [desk.id for desk in own.member.desks.values() if desk.kind == TRIAGE]
    held = tables.taken.c
    in_other_hands = exists().where(
        held.case.in_([case.id, case.into]), held.desk == case.desk, held.officer != own.member.id
    )
    query = (
        select(case.id, newest.c.last)
        .join(newest, newest.c.case == case.id)
        .outerjoin(answer, answer.c.case == case.id)
        .where(case.desk.in_(desks), case.status.in_(_WAITING), parts.status().in_(disposition.OPEN))
        .where(case.id.not_in(select(tables.imported.c.case)), ~in_other_hands)
        .where(func.coalesce(answer.c.after, 0) < newest.c.last)
        .order_by(case.id)
        .limit(AT_ONCE)
    )
    with own.engine.connect() as connection:
        rows = connection.execute(query).all()
    # By what the session knows, which leaves recusals out: sending asks for access to each by itself.
    return [
        Waiting(row.id, row.last, own.known.items(row.id)[-1].lang)
        for row in rows
        if own.known.facts(row.id) is not None
    ]


def kinds(found: Sequence[Choice]) -> dict[str, str]:
    """Return what can be chosen as the text, by value: ours, and the desk's own by their titles."""
    own = {one.title: one.title for one in found if one.reviewed is None}
    return {"holding": "The text that comes with Tipline"} | own


def text_for(found: Sequence[Choice], kind: str, lang: str) -> Choice | None:
    """Return the text of a *kind* in a language; in English where there is none, None for no such kind."""
    own = [one for one in found if one.reviewed is None and one.title == kind]
    if not own:
        return choosing.in_language(found, kind, lang) if kind == "holding" else None
    return next(
        (one for wanted in (lang.partition("-")[0].lower(), "en", "") for one in own if _is(one, wanted)),
        None,
    )


def send(own: Work, to: Sequence[Waiting], words: Callable[[Waiting], str]) -> Sent:
    """Send each its *words*, once for what its tipster sent last, whoever else does so at this moment."""
    done = full = 0
    for one in to:
        try:
            done += reply.send(own, one.number, words(one), _id(one), Manner(holding=True))
        except FormatError as error:
            if error.failure != "slots":
                raise
            full += 1
        except (AccessError, TakenError):
            continue  # it went into somebody's hands meanwhile
    return Sent(done, full)


def _is(one: Choice, lang: str) -> bool:
    return not lang or one.lang.partition("-")[0].lower() == lang


def _id(one: Waiting) -> bytes:
    """Return the reply's id: the same for two officers who answer the same message."""
    what = _ID + one.number.to_bytes(8, "big") + one.last.to_bytes(8, "big")
    return hashlib.sha256(what).digest()[: reply.ID_SIZE]
