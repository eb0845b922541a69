"""A case that opens only together: an overseer asks, others give their share, and k shares open it.

Each act is in the audit, committed, before it is done. A share is taken out of the database with the key of a
session that is there and has agreed; what comes of k shares is in memory alone (openings.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from tipline import db, tables
from tipline.audit import actions
from tipline.cases import audit, index, thread_hint, work
from tipline.cases.disposition import OPENED
from tipline.cases.work import Work
from tipline.errors import AccessError, FormatError
from tipline.papers import paper, paper_box
from tipline.papers.paper_box import Label
from tipline.seal import quorum, stanza
from tipline.staff.member import Desk, Member
from tipline.together.openings import Openings


@dataclass(frozen=True, repr=False)
class Place:
    """Where an overseer stands to a case: the *desk* that it is at, and their *seat* there."""

    number: int
    desk: Desk
    seat: Desk


@dataclass(frozen=True, repr=False)
class _Held:
    """A share, and whose: *work* is the session that gives it."""

    work: Work
    seat: bytes
    share: stanza.Stanza


@dataclass(frozen=True, repr=False)
class _Result:
    """What shares gave: *keys* by envelope id, the sessions whose share was *good*, the seats in *bad*."""

    keys: Mapping[bytes, bytes]
    good: Sequence[Work]
    bad: frozenset[bytes]


def place(own: Work, number: int) -> Place:
    """Return where the officer stands to a case. Raises AccessError for one who has no seat at its desk."""
    with own.engine.connect() as connection:
        case = tables.case.c
        at = connection.scalar(select(case.desk).where(case.id == number))
    return Place(number, *seat_at(own.member, at))


def seat_at(member: Member, desk: bytes | None) -> tuple[Desk, Desk]:
    """Return a *desk* (id) and the member's seat at it. Raises AccessError without one."""
    seat = next((one for one in member.desks.values() if desk and one.seat_of == desk), None)
    together = member.desks.get(desk or b"")
    if seat is None or together is None:
        raise AccessError("this officer has no seat at the desk of this case")
    return together, seat


def ask(own: Work, openings: Openings, number: int, why: str) -> bool:
    """Ask to open a case, saying *why* in words, and give one's own share. Tell whether it is open now.

    The words are sealed to the desk: each overseer may read them before giving a share. Raises AccessError,
    FormatError "empty" or "too long", AuditError.
    """
    at = place(own, number)
    with db.writing(own.engine) as connection:
        label = Label(paper_box.new_id(), number, paper.REASON)
        draft = paper.Draft(label, at.desk.id, why)
        paper.write(connection, own.member, draft, [paper.reader(connection, own.member, at.desk.id)])
        asked = {"case": number, "paper": label.id.hex()}
        audit.append(connection, own.member, at.desk.id, (actions.ASKED, asked))
    return give(own, openings, number)


def give(own: Work, openings: Openings, number: int) -> bool:
    """Give one's share of a case, for as long as this session lasts. Tell whether it is open now.

    Raises AccessError or AuditError.
    """
    at = place(own, number)
    with db.writing(own.engine) as connection:
        gave = {"case": number, "seat": at.seat.id.hex()}
        audit.append(connection, own.member, at.desk.id, (actions.GAVE_SHARE, gave))
    with openings.lock:
        openings.agree(number, own)
        return _try(own, openings, at)


def close(own: Work, openings: Openings, number: int) -> None:
    """Close a case for all who have it open, and take back every share. Raises AccessError or AuditError."""
    at = place(own, number)
    openings.close(number)
    with db.writing(own.engine) as connection:
        audit.append(connection, own.member, at.desk.id, (actions.CLOSED_TOGETHER, {"case": number}))


def _try(own: Work, openings: Openings, at: Place) -> bool:
    givers = [giver for giver in openings.givers(at.number) if _seat(giver, at) is not None]
    with own.engine.connect() as connection:
        found, is_enough = _combined(connection, at, givers)
    if found is None:
        if is_enough:
            openings.fail(at.number)
        return False
    number, found = _joined(own, at, givers, found)
    openings.open(number, found.keys, found.bad, found.good)
    for giver in givers if number != at.number else ():
        openings.agree(number, giver)
    if number != at.number:
        openings.close(at.number)
    return own in found.good


def _seat(giver: Work, at: Place) -> Desk | None:
    return next((one for one in giver.member.desks.values() if one.seat_of == at.desk.id), None)


def _joined(own: Work, at: Place, givers: Sequence[Work], found: _Result) -> tuple[int, _Result]:
    """Join what was opened to the case of its thread, note that in the audit, and open all of that case."""
    with db.writing(own.engine) as connection:
        thread = next(iter(_threads(connection, found.keys)), None)
        number = thread_hint.join(connection, at.desk, thread, at.number) if thread else at.number
        whole, _ = _combined(connection, Place(number, at.desk, at.seat), givers)
        found = whole or found
        what = {"case": at.number, "envelopes": [envelope.hex() for envelope in found.keys]}
        detail: dict[str, Any] = {"officers": [giver.member.id.hex() for giver in found.good]}
        detail |= {"joined": number} if number != at.number else {}
        audit.append(connection, own.member, at.desk.id, (actions.OPENED_TOGETHER, what), detail)
        for seat in sorted(found.bad):
            bad = {"case": at.number, "seat": seat.hex()}
            audit.append(connection, own.member, at.desk.id, (actions.BAD_SHARE, bad))
        work.happen(connection, number, OPENED)
    return number, found


def _threads(connection: Connection, keys: Mapping[bytes, bytes]) -> set[bytes]:
    """Return the threads that those messages are of which can be read."""
    found = set()
    for row in envelopes(connection, keys):
        try:
            found.add(index.read(row.bytes, stanza.Stanza(stanza.WHOLE, keys[row.id]))[1].thread)
        except FormatError:
            continue
    return found


def _combined(connection: Connection, at: Place, givers: Sequence[Work]) -> tuple[_Result | None, bool]:
    """Combine the givers' shares of every message; tell also whether they are as many as must be.

    None where no message opens, and where they are of several threads: somebody who writes to the database
    has put another tip into the case that is agreed to. A giver whose share is bad for one message is no
    reader of any, and neither is one whose seat came later than all of them.
    """
    keys, shared, bad, is_enough = {}, set(), set(), False
    what = tables.envelope.c
    for row in connection.execute(select(what.id, what.bytes).where(what.case == at.number)).all():
        held, false = _held(connection, at, givers, row.id)
        is_enough = is_enough or _is_enough(held)
        try:
            combined = quorum.combine(row.bytes, [one.share for one in held])
        except FormatError:
            continue
        keys[row.id] = combined.key
        bad |= false | {held[place_].seat for place_ in combined.bad}
        shared |= {one.work.member.id for one in held if one.seat not in bad}
    if len(_threads(connection, keys)) > 1:
        return None, is_enough
    held_badly = {giver.member.id for giver in givers if seat_at(giver.member, at.desk.id)[1].id in bad}
    good = [giver for giver in givers if giver.member.id in shared - held_badly]
    return (_Result(keys, good, frozenset(bad)) if keys else None), is_enough


def _held(
    connection: Connection, at: Place, givers: Sequence[Work], envelope: bytes
) -> tuple[list[_Held], set[bytes]]:
    """Return the givers' shares of a message, and the seats that have one which does not even open."""
    held, false, own = [], set(), tables.stanza.c
    having = set(connection.scalars(select(own.desk).where(own.envelope == envelope)))
    for giver in givers:
        _, seat = seat_at(giver.member, at.desk.id)
        if seat.id not in having:
            continue
        try:
            found = index.key_of(connection, seat, envelope)
        except FormatError:
            found = None
        if found is None or found[1].kind != stanza.SHARE:
            false.add(seat.id)
        else:
            held.append(_Held(giver, seat.id, found[1]))
    return held, false


def _is_enough(held: Sequence[_Held]) -> bool:
    """Tell whether as many shares are there as most of them say must be."""
    said = Counter(one.share.k for one in held).most_common(1)
    return bool(said) and len(held) >= said[0][0]


def envelopes(connection: Connection, ids: Mapping[bytes, object]) -> Sequence[Row[Any]]:
    """Return the rows of these envelopes, oldest first."""
    own = tables.envelope
    return connection.execute(select(own).where(own.c.id.in_(list(ids))).order_by(own.c.seq)).all()
