"""When a shredding is final: no key that the agency has left opens a copy from before.

A copy of the database, of its journal or of a free page has the case's rows, sealed to keys at rest of its
desks, and its envelopes, sealed to the week's keys. Each of these is under a lock in the keys folder. When
the last of those locks is overwritten, that copy opens nothing of the case, with all passphrases and all
shares of recovery keys. Backups carry locks, and are gone within BACKUP_DAYS more.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, insert, select, text, update

from tipline import clock, db, tables
from tipline.audit.entry import parse
from tipline.cases.work import Work
from tipline.errors import AuditError, FormatError
from tipline.keys import epoch_key, rest_lock
from tipline.keys.epoch import AT_REST, is_at_rest
from tipline.seal import header
from tipline.search import segments
from tipline.staff.member import TRIAGE

#: The oldest backup is not older (backup/rotate.py).
BACKUP_DAYS = 30


@dataclass(frozen=True)
class Shredded:
    """A case that was shredded at *at*; *waits* names the desks whose keys have not ended yet.

    *weeks*: one of these keys is a week's, which ends by itself. *reached* is the day since when it is final.
    """

    number: int
    reason: str
    officer: str
    second: str
    at: int
    waits: tuple[str, ...]
    weeks: bool
    reached: int | None


def desks(connection: Connection, numbers: Sequence[int]) -> set[bytes]:
    """Return the desks that have a key of anything in these cases, or had one."""
    envelope, case, paper = tables.envelope.c, tables.case.c, tables.paper.c
    messages = select(envelope.id).where(envelope.case.in_(numbers))
    papers = select(paper.id).where(paper.case.in_(numbers))
    at, key, route, reply = tables.stanza.c, tables.paper_key.c, tables.route.c, tables.reply.c
    draft = tables.draft.c
    segment, of = tables.segment.c, tables.segment_case.c
    queries = (
        select(case.desk).where(case.id.in_(numbers)),
        select(at.desk).where(at.envelope.in_(messages)),
        select(key.desk).where(key.paper.in_(papers)),
        select(route.unit).where(route.case.in_(numbers)),
        select(reply.desk).where(reply.case.in_(numbers)),
        select(draft.desk).where(draft.case.in_(numbers)),
        select(segment.desk).join(tables.segment_case, of.segment == segment.seq).where(of.case.in_(numbers)),
    )
    return {desk for query in queries for desk in connection.scalars(query)} | _given(connection, numbers)


def _given(connection: Connection, numbers: Sequence[int]) -> set[bytes]:
    """Return the desks that were given something of these cases, taken back or not, as the audit says."""
    own, units = tables.audit.c, set()
    for data in connection.scalars(select(own.entry).where(own.case.in_(numbers))):
        with suppress(AuditError):
            units.add(str(parse(data).detail.get("unit")))
    return {desk for desk in connection.scalars(select(tables.desk.c.id)) if desk.hex() in units}


def note_keys(connection: Connection, numbers: Sequence[int]) -> None:
    """Note which keys of today a copy of these cases is sealed to, before their rows go."""
    envelope, own = tables.envelope.c, tables.desk_key.c
    sealed = connection.scalars(select(envelope.bytes).where(envelope.case.in_(numbers)))
    weeks = max((_week(one) for one in sealed), default=AT_REST)
    query = select(own.desk, own.epoch).where(own.desk.in_(desks(connection, numbers)), own.epoch <= weeks)
    rows = [{"case": one, "desk": row.desk, "epoch": row.epoch}
            for row in connection.execute(query) for one in numbers]  # fmt: skip
    if rows:
        connection.execute(insert(tables.shredded_key), rows)


def attend(own: Work) -> None:
    """Note what has become final since, and empty the journal then; often nothing."""
    at, of = tables.shredded.c, tables.segment_case.c
    with own.engine.connect() as connection:
        waiting = connection.scalars(select(at.case).where(at.reached.is_(None))).all()
        reached = [one for one in waiting if not _left(connection, own.member.folder, one)]
        left = connection.scalar(select(of.case).where(of.case.in_(waiting)).limit(1)) if waiting else None
    if left is not None:
        # A session that opened it as it was shredded has put it into its desk's index since.
        with db.writing(own.engine) as connection:
            segments.forget(connection, waiting)
        return
    if not reached:
        return
    with db.writing(own.engine) as connection:
        these = update(tables.shredded).where(at.case.in_(reached), at.reached.is_(None))
        connection.execute(these.values(reached=clock.day_number()))
    with own.engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))


def standing(own: Work) -> list[Shredded]:
    """Return the shredded cases of the officer's triage desks, newest first."""
    at, officer, other = tables.shredded, tables.officer.alias(), tables.officer.alias()
    mine = [desk.id for desk in own.member.desks.values() if desk.kind == TRIAGE]
    query = (
        select(at, officer.c.name, other.c.name.label("other"))
        .join(officer, officer.c.id == at.c.officer)
        .join(other, other.c.id == at.c.second)
        .where(at.c.desk.in_(mine))
        .order_by(at.c.seq.desc())
    )
    with own.engine.connect() as connection:
        names = {row.id: row.name for row in connection.execute(select(tables.desk))}
        found = []
        for row in connection.execute(query).all():
            left = [] if row.reached else _left(connection, own.member.folder, row.case)
            waits = tuple(sorted({names[desk] for desk, _ in left}))
            weeks = any(not is_at_rest(number) for _, number in left)
            found.append(
                Shredded(row.case, row.reason, row.name, row.other, row.at, waits, weeks, row.reached)
            )
    return found


def _left(connection: Connection, folder: Path, number: int) -> list[tuple[bytes, int]]:
    """Return (desk, number) of the keys that a copy of a shredded case is sealed to and that have not ended.

    A key has ended when the database has no row of it and the folder no lock.
    """
    own, key = tables.shredded_key.c, tables.desk_key.c
    noted = [tuple(row) for row in connection.execute(select(own.desk, own.epoch).where(own.case == number))]
    there = {(row.desk, row.epoch) for row in connection.execute(select(key.desk, key.epoch))}
    return [one for one in noted if one in there or _has_lock(folder, *one)]


def _has_lock(folder: Path, desk: bytes, number: int) -> bool:
    if is_at_rest(number):
        return rest_lock.path_of(folder, desk, number).exists()
    return epoch_key.path_of(folder, number).exists()


def _week(envelope: bytes) -> int:
    try:
        return header.parse(envelope).epoch
    except FormatError:
        return AT_REST
