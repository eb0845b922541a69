"""Who is at a desk: admitted, removed and made lead by its leads. Nobody does it for them from above.

The administrators, who have no desk's key, name and remove each other the same way.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, delete, func, select

from tipline import clock, db, tables
from tipline.audit import actions
from tipline.cases.work import Work
from tipline.errors import AccessError, StateError
from tipline.keys import epoch, epoch_rows, rest_lock, rows
from tipline.keys.desk import DeskKey
from tipline.keys.roster import Listed, Roster
from tipline.keys.rows import ADMINISTRATORS, SEAT
from tipline.seal.message import to_base64
from tipline.staff import rekey, roster_version
from tipline.staff.member import Desk, Member


@dataclass(frozen=True)
class Seen:
    """What an officer opened at a desk, as the console knows: *messages*, in so many *cases*.

    *exported* counts keys of the desk that the officer wrote to a file: with those anything may be open.
    """

    cases: int
    messages: int
    exported: int


def admit(own: Work, desk: bytes, officer: bytes, keys: bytes, *, lead: bool = False) -> None:
    """Make an officer a member and seal the desk's living keys to them; or again, with new keys.

    *keys* is the hash (key_words.digest) whose words were compared with what the officer read out. Raises
    AccessError when this is no lead of the desk, StateError when the officer's keys are others by now.
    """
    with db.writing(own.engine) as connection:
        who, at = own.member, _led(connection, own.member, desk)
        new = rows.listed(connection, officer, lead=lead or at is None)
        if new.keys != keys:
            raise StateError("this officer has other keys than those whose words you compared")
        before = who.rosters.of(connection, desk)
        others = tuple(one for one in before.members if one.officer != officer)
        roster_version.add(
            connection, who, desk, actions.ADMITTED, {"members": (*others, new)}, officer=officer.hex()
        )
        own_ = tables.member_key.c
        connection.execute(delete(tables.member_key).where(own_.desk == desk, own_.officer == officer))
        if at is not None:
            public = connection.execute(
                select(tables.officer.c.public).where(tables.officer.c.id == officer)
            ).scalar_one()
            rows.give(connection, _living(who, at), (officer, public))


def remove(own: Work, desk: bytes, officer: bytes) -> Seen:
    """Take an officer from a desk: a new roster, a new key at rest, and for what receives a new epoch.

    Returns what the leaver has seen, which nobody can take back. Raises AccessError when this is no lead of
    the desk, StateError for the last lead or the last who could open anything.
    """
    with db.writing(own.engine) as connection:
        who, at = own.member, _led(connection, own.member, desk)
        left = _without(connection, who.rosters.of(connection, desk), officer)
        told = seen(connection, desk, officer)
        changes = {"members": left}
        if at is None:
            roster_version.add(connection, who, desk, actions.REMOVED, changes, officer=officer.hex())
            return told
        rekey.renew(connection, who, at, actions.REMOVED, changes, officer=officer.hex())
        own_ = tables.member_key.c
        connection.execute(delete(tables.member_key).where(own_.desk == desk, own_.officer == officer))
        if at.receives:
            _begin_epoch(connection)
        return told


def set_lead(own: Work, desk: bytes, officer: bytes, *, lead: bool) -> None:
    """Make a member a lead, or no longer. Raises AccessError as *remove*, StateError for the last lead."""
    _set(own, desk, officer, actions.MADE_LEAD if lead else actions.UNMADE_LEAD, lead=lead)


def set_restricted(own: Work, desk: bytes, officer: bytes, *, restricted: bool) -> None:
    """Let a member open what is marked as possible child-abuse material, or no longer.

    Raises AccessError as *remove*, StateError who is not at the desk.
    """
    action = actions.GAVE_RESTRICTED if restricted else actions.TOOK_RESTRICTED
    _set(own, desk, officer, action, restricted=restricted)


def _set(own: Work, desk: bytes, officer: bytes, action: str, **right: bool) -> None:
    with db.writing(own.engine) as connection:
        who = own.member
        if _led(connection, who, desk) is None:
            raise StateError("every administrator may change who is one")
        before = who.rosters.of(connection, desk)
        _member(before, officer)
        given: dict[str, Any] = dict(right)
        members = tuple(replace(one, **given) if one.officer == officer else one for one in before.members)
        _check_leads(connection, before, members)
        roster_version.add(connection, who, desk, action, {"members": members}, officer=officer.hex())


def seen(connection: Connection, desk: bytes, officer: bytes) -> Seen:
    """Return what an officer opened of what a desk has."""
    at, what, opened = tables.stanza.c, tables.envelope.c, tables.opened.c
    query = (
        select(func.count(), func.count(func.distinct(what.case)))
        .select_from(tables.opened)
        .join(tables.envelope, what.id == opened.envelope)
        .join(tables.stanza, at.envelope == what.id)
        .where(opened.officer == officer, at.desk == desk)
    )
    messages, cases = connection.execute(query).one()
    own = tables.audit.c
    entries = connection.scalars(
        select(own.entry).where(own.desk == desk, func.instr(own.entry, actions.KEY_EXPORTED.encode()) > 0)
    )
    exported = sum(json.loads(one)["officer"] == to_base64(officer) for one in entries)
    return Seen(cases, messages, exported)


def _led(connection: Connection, who: Member, desk: bytes) -> Desk | None:
    """Return a desk that this officer leads, as it is now; None for the administration.

    Raises AccessError.
    """
    who.refresh(connection)
    if desk == ADMINISTRATORS and who.administers:
        return None
    own = who.desks.get(desk)
    if own is None or not own.leads or own.kind == SEAT:
        raise AccessError("only a lead of a desk changes who is there")
    return own


def _living(who: Member, own: Desk) -> Iterable[DeskKey]:
    """Return all keys of a desk that this officer has, each ready to be sealed to one more member."""
    for number, private in own.keys.items():
        lock = rest_lock.read(who.folder, own.id, number)
        if lock is not None:
            yield DeskKey(own.id, number, private, lock)


def _without(connection: Connection, before: Roster, officer: bytes) -> tuple[Listed, ...]:
    _member(before, officer)
    left = tuple(one for one in before.members if one.officer != officer)
    _check_leads(connection, before, left)
    if not rows.members(connection, replace(before, members=left)):
        raise StateError("nobody who is left could open anything: admit somebody first")
    return left


def _member(before: Roster, officer: bytes) -> Listed:
    found = before.member(officer)
    if found is None:
        raise StateError("this officer is not at this desk")
    return found


def _check_leads(connection: Connection, before: Roster, members: Iterable[Listed]) -> None:
    """Refuse a roster without a lead who can sign in, and has the keys that they were admitted with."""
    leads = replace(before, members=tuple(one for one in members if one.lead))
    able = select(tables.officer.c.id).where(tables.officer.c.disabled.is_(False))
    if rows.members(connection, leads).keys().isdisjoint(connection.scalars(able)):
        raise StateError("a desk keeps a lead who can sign in: make another officer lead first")


def _begin_epoch(connection: Connection) -> None:
    """Have the collector make an epoch that nobody was given keys of yet, and publish it at once."""
    newest = connection.scalar(select(func.max(tables.epoch.c.epoch))) or 0
    epoch_rows.raise_floor(connection, max(newest, epoch.of(clock.day_number())) + 1)
