"""A desk's key at rest makes way for a new one, and what is stored is sealed anew, by whoever is signed in.

Every batch is a transaction of its own, and every row says which key it is sealed to. So it can be killed at
any moment, and is gone on with by the next officer of the desk. An old key goes when nothing is sealed to it:
its rows first and then, when the database has that on disk, its lock (keys/rest_lock.py). Then a copy of the
database from before opens nothing by that key, with whatever passphrases and shares.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, Engine, Row, Table, delete, func, select, update

from tipline import db, facts, tables
from tipline.audit import actions
from tipline.cases import reply_copy, thread_hint
from tipline.errors import TiplineError
from tipline.keys import recovery, rest_lock, rows
from tipline.keys.desk import AT_REST, DeskKey, is_at_rest
from tipline.keys.roster import Roster
from tipline.papers import paper
from tipline.papers.paper import Reader
from tipline.seal import rewrap
from tipline.seal.suite import PrivateKey
from tipline.search import segments
from tipline.staff import handover_box, roster_version
from tipline.staff.member import Desk, Member
from tipline.talk import draft_box, template_box

#: Rows of each kind that are sealed anew at once: others wait while it is done.
BATCH = 100
_ASKED = "rekey-"

_Again = Callable[[Row[Any], PrivateKey], bytes | None]


def ask(connection: Connection, desk: bytes) -> None:
    """Note that a desk's key at rest is to be renewed by whoever of the desk is there next."""
    facts.write(connection, {_fact(desk): "1"})


def renew(
    connection: Connection,
    who: Member,
    own: Desk,
    action: str = actions.REKEYED,
    changes: dict[str, Any] | None = None,
    **detail: str,
) -> Roster:
    """Make a desk's next key at rest, sealed to those on its new roster and to its holders.

    *changes* are those of the roster's other fields. Raises as roster_version.add, and KeyringError without
    a recovery key.
    """
    key = tables.desk_key.c
    last = connection.scalar(select(func.min(key.epoch)).where(key.desk == own.id)) or AT_REST
    private = own.at_rest.suite.generate()
    said = {**(changes or {}), "at_rest": hashlib.sha256(private.public).digest()}
    what = roster_version.add(connection, who, own.id, action, said, **detail)
    holders = recovery.installed(who.folder.parent).of(own.id)
    # The lock when nothing else can be missing, and on disk before there is a row that needs it.
    number, lock = rest_lock.make(who.folder, own.id, min(last, AT_REST))
    rows.add_desk_key(connection, DeskKey(own.id, number, private, lock), holders.public, what)
    connection.execute(delete(tables.state).where(tables.state.c.name == _fact(own.id)))
    return what


def attend(engine: Engine, who: Member) -> None:
    """Renew the keys at rest that are asked for, seal a batch anew, and let old keys go; often nothing."""
    with engine.connect() as connection:
        asked = facts.read(connection, [_fact(desk) for desk in who.desks])
    due = [desk.id for desk in who.desks.values() if _fact(desk.id) in asked or _old(desk)]
    for desk in due:
        # What is missing for a new key holds nobody's work up: the console's warnings name it.
        with suppress(TiplineError), db.writing(engine) as connection:
            _attend(connection, who, desk, renewing=_fact(desk) in asked)
    if due:
        with engine.connect() as connection:
            who.refresh(connection)
    for own in who.desks.values():
        if _old_locks(who, own):
            with db.writing(engine) as connection:
                _destroy_locks(connection, who, own)


def _attend(connection: Connection, who: Member, desk: bytes, *, renewing: bool) -> None:
    who.refresh(connection)
    own = who.desks.get(desk)
    if own is None:
        return
    if renewing and facts.read(connection, [_fact(desk)]):
        renew(connection, who, own)
        # Its key is there from the next look on.
        return
    if sum(_rewrap(connection, own)) == 0:
        _let_go(connection, own)


def _rewrap(connection: Connection, own: Desk) -> tuple[int, ...]:
    """Seal a batch of what older keys hold to the newest; return how many rows of each kind."""
    at, copy = tables.stanza, tables.reply

    def stanza(row: Row[Any], old: PrivateKey) -> bytes | None:
        what, new = rewrap.unwrap(old, row.envelope, own.id, row.sealed), own.at_rest
        return rewrap.rewrap(new.suite, new.public, row.envelope, own.id, what) if what else None

    def answer(row: Row[Any], old: PrivateKey) -> bytes | None:
        text, new = old.open(reply_copy.info(row.id, own.id), row.sealed), own.at_rest
        return None if text is None else new.suite.seal(new.public, reply_copy.info(row.id, own.id), text)

    to = Reader(own.id, own.newest, own.at_rest.public)
    return (
        _seal_anew(connection, at, own, stanza),
        _renumber(connection, own) if own.kind == rows.QUORUM else _seal_anew(connection, copy, own, answer),
        paper.rewrap(connection, own, to, BATCH),
        thread_hint.rewrap(connection, own, BATCH),
        handover_box.rewrap(connection, own, BATCH),
        segments.rewrap(connection, own, BATCH),
        template_box.rewrap(connection, own, BATCH),
        draft_box.rewrap(connection, own, BATCH),
    )


def _seal_anew(connection: Connection, table: Table, own: Desk, again: _Again) -> int:
    """Seal up to BATCH rows of a table anew. What does not open stays, and holds nothing else up."""
    done, first = 0, next(iter(table.primary_key.columns))
    old = select(table).where(table.c.desk == own.id, table.c.key > own.newest)
    for row in db.in_pages(connection, old, first, BATCH):
        if done == BATCH:
            break
        key = own.stored(row.key)
        sealed = again(row, key) if key else None
        if sealed is not None:
            this = update(table).where(first == getattr(row, first.name))
            connection.execute(this.values(key=own.newest, sealed=sealed))
            done += 1
    return done


def _renumber(connection: Connection, own: Desk) -> int:
    """Say of answers that are under the tips' own keys that no older key of the desk's is needed for them."""
    copy = tables.reply
    these = update(copy).where(copy.c.desk == own.id, copy.c.key > own.newest)
    return connection.execute(these.values(key=own.newest)).rowcount


def _let_go(connection: Connection, own: Desk) -> None:
    """Delete the rows of a desk's older keys at rest to which nothing is sealed any more."""
    for number in _old(own):
        held = (
            select(table.c.key).where(table.c.desk == own.id, table.c.key == number).limit(1)
            for table in tables.metadata.sorted_tables
            if _is_sealed_to_a_desk(table)
        )
        if any(connection.scalar(query) is not None for query in held):
            continue
        for table in (tables.member_key, tables.recovery_key, tables.desk_key):
            connection.execute(delete(table).where(table.c.desk == own.id, table.c.epoch == number))


def _is_sealed_to_a_desk(table: Table) -> bool:
    """Tell whether a table's rows name the key at rest that they are sealed to, whichever table it is."""
    return any(
        [one.target_fullname for one in bond.elements] == ["desk_key.desk", "desk_key.epoch"]
        and list(bond.column_keys) == ["desk", "key"]
        for bond in table.foreign_key_constraints
    )


def _old_locks(who: Member, own: Desk) -> frozenset[int]:
    """Return the numbers of a desk's locks that are older than its key in use."""
    return frozenset(number for number in rest_lock.there(who.folder, own.id) if number > own.newest)


def _destroy_locks(connection: Connection, who: Member, own: Desk) -> None:
    """Overwrite the older locks whose keys have no row any more: what is committed is never lost by it.

    The write lock keeps out whoever makes a key meanwhile. One that a making left which did not end goes too.
    """
    key = tables.desk_key.c
    there = set(connection.scalars(select(key.epoch).where(key.desk == own.id)))
    for number in _old_locks(who, own) - there:
        rest_lock.destroy(who.folder, own.id, number)


def _old(own: Desk) -> list[int]:
    return [number for number in own.keys if is_at_rest(number) and number != own.newest]


def _fact(desk: bytes) -> str:
    return f"{_ASKED}{desk.hex()}"
