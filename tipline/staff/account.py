"""Accounts: who may sign in, with which keys. Administrators run them, and never hold an officer's keys."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from tipline import db, tables
from tipline.audit import actions
from tipline.cases import audit
from tipline.errors import AccessError, RosterError
from tipline.keys import officer, rows
from tipline.keys.officer import Profile
from tipline.keys.rosters import Rosters
from tipline.keys.rows import ADMINISTRATORS
from tipline.seal.message import to_base64
from tipline.seal.suite import Suite
from tipline.staff import invitation
from tipline.staff import member as members
from tipline.staff.invitation import ACCOUNT, Invitation
from tipline.staff.member import Member


@dataclass(frozen=True)
class Account:
    """An officer for administrators: how many *factors*; *invited* to what, if at all, *until* when."""

    id: bytes
    name: str
    disabled: bool = False
    factors: int = 0
    invited: str = ""
    until: int = 0
    joined: bool = True


def all_(connection: Connection, rosters: Rosters) -> list[Account]:
    """Return every account by name, those last who have not joined yet."""
    invited = {what.officer: what for what in invitation.standing(connection, rosters)}
    own, factor = tables.officer.c, tables.factor.c
    counts = select(factor.officer, func.count().label("count")).group_by(factor.officer).subquery()
    query = select(own.id, own.name, own.disabled, counts.c.count).join(
        counts, counts.c.officer == own.id, isouter=True
    )
    found = []
    for id_, name, disabled, count in connection.execute(query.order_by(own.name)):
        what = invited.pop(id_, None)
        kind, until = (what.kind, what.until) if what else ("", 0)
        found.append(Account(id_, name, disabled, count or 0, kind, until))
    rest = sorted(invited.values(), key=lambda what: what.name)
    return found + [
        Account(what.officer, what.name, invited=what.kind, until=what.until, joined=False) for what in rest
    ]


def desks_of(connection: Connection, rosters: Rosters) -> dict[bytes, list[str]]:
    """Return by officer the names of the desks whose roster names them; a roster that does not hold none."""
    found: dict[bytes, list[str]] = {}
    for desk in connection.scalars(select(tables.desk.c.id).order_by(tables.desk.c.name)):
        try:
            who = rosters.of(connection, desk)
        except RosterError:
            continue
        for one in who.members:
            found.setdefault(one.officer, []).append(who.name)
    return found


def for_leads(connection: Connection, member: Member) -> list[tuple[str, str, bool]]:
    """Return whom a lead has to see to: officer, desk, and whether the account is disabled.

    Otherwise the officer has made new keys, and reads nothing until a lead admits them with these.
    """
    own, found = tables.officer.c, []
    rows_ = connection.execute(select(own.id, own.public, own.verify, own.disabled)).all()
    known = {row.id: row for row in rows_}
    for desk in (desk for desk in member.desks.values() if desk.leads):
        try:
            who = member.rosters.of(connection, desk.id)
        except RosterError:
            continue  # that the roster does not hold is said elsewhere
        for one in who.members:
            row = known.get(one.officer)
            if row is None or row.disabled or not one.has(row.public, row.verify):
                found.append((one.name, desk.name, row is None or row.disabled))
    return found


def make(engine: Engine, admin: Member, name: str) -> str:
    """Make an account for a person called *name*; return the code of its invitation.

    Raises SettingsError for a bad or taken name.
    """
    tidy = rows.check_name(name)
    with db.writing(engine) as connection:
        invitation.check_free(connection, admin.rosters, tidy)
        return invitation.write(connection, admin, secrets.token_bytes(rows.ID_SIZE), tidy, ACCOUNT)


def invite_again(engine: Engine, admin: Member, id_: bytes, kind: str) -> str:
    """Invite an officer to make new KEYS or to enrol new FACTORS; return the code.

    Who has not joined yet gets another code for the same account. Raises AccessError when there is none.
    """
    with db.writing(engine) as connection:
        known = next((one for one in all_(connection, admin.rosters) if one.id == id_), None)
        if known is None or known.disabled:
            raise AccessError("there is no such account, or it is disabled")
        return invitation.write(connection, admin, id_, known.name, kind if known.joined else ACCOUNT)


def disable(engine: Engine, admin: Member, id_: bytes, *, disabled: bool) -> None:
    """Let an officer sign in no more, or again. Raises AccessError for oneself, or when there is none."""
    if id_ == admin.id:
        raise AccessError("nobody disables their own account: another administrator can")
    own = tables.officer
    with db.writing(engine) as connection:
        name = _name(connection, id_)
        connection.execute(update(own).where(own.c.id == id_).values(disabled=disabled))
        invitation.withdraw(connection, id_)
        note(connection, admin, actions.DISABLED if disabled else actions.ENABLED, id_, name)


def withdraw(engine: Engine, admin: Member, id_: bytes) -> None:
    """Disable an account that nobody has joined yet: its invitation goes."""
    with db.writing(engine) as connection:
        waiting = [one for one in all_(connection, admin.rosters) if one.id == id_ and not one.joined]
        if not waiting:
            raise AccessError("there is no such invitation")
        invitation.withdraw(connection, id_)
        note(connection, admin, actions.DISABLED, id_, waiting[0].name)


def note(connection: Connection, admin: Member, action: str, id_: bytes, name: str = "") -> None:
    """Write into the administration's chain what was done to whose account."""
    named = {"officer": to_base64(id_), "name": name or _name(connection, id_)}
    audit.append(connection, admin, ADMINISTRATORS, (action, named))


def join(
    engine: Engine, folder: Path, what: Invitation, passphrase: str, new: tuple[Suite, Profile]
) -> Member:
    """Make the keys of who was invited to an account or to new keys, under a *passphrase*; sign them in.

    The old keys, if any, are gone, with all factors: nothing sealed to them can be opened by this officer.
    Raises AccessError for a passphrase that is too short, or an invitation that was used meanwhile.
    """
    suite, profile = new
    keys, sealed = officer.create(suite, officer.check_passphrase(passphrase), profile)
    values = {"public": keys.public, "verify": keys.verify, "sealed": sealed}
    with db.writing(engine) as connection:
        _use(connection, what)
        if what.kind == ACCOUNT:
            row = {"id": what.officer, "name": what.name, **values}
            connection.execute(insert(tables.officer).values(row))
        else:
            _replace_keys(connection, what.officer, values)
        member = Member(what.officer, what.name, keys, folder)
        object_ = {"verify": to_base64(keys.verify), **_by(what), "code": to_base64(what.entropy)}
        audit.append(connection, member, ADMINISTRATORS, (actions.JOINED, object_))
        member.refresh(connection)
    return member


def reset_factors(engine: Engine, folder: Path, what: Invitation, passphrase: str) -> Member:
    """Give up all factors of who was invited to new ones and knows the *passphrase*; sign them in.

    Raises AccessError for a wrong passphrase, or an invitation that was used meanwhile.
    """
    member = members.sign_in(engine, folder, what.name, passphrase)
    with db.writing(engine) as connection:
        _use(connection, what)
        connection.execute(delete(tables.factor).where(tables.factor.c.officer == member.id))
        audit.append(connection, member, ADMINISTRATORS, (actions.FACTORS_RESET, _by(what)))
    return member


def change_passphrase(engine: Engine, member: Member, old: str, new: str, profile: Profile) -> None:
    """Seal an officer's keys under another passphrase. Raises AccessError for a wrong or a too short one."""
    officer.check_passphrase(new)
    own = tables.officer
    with engine.connect() as connection:
        sealed = connection.scalar(select(own.c.sealed).where(own.c.id == member.id))
    resealed = officer.reseal(sealed or b"", old, new, profile)
    with db.writing(engine) as connection:
        same = (own.c.id == member.id, own.c.sealed == sealed)
        if connection.execute(update(own).where(*same).values(sealed=resealed)).rowcount != 1:
            raise AccessError("it was changed elsewhere meanwhile")
        audit.append(connection, member, ADMINISTRATORS, (actions.PASSPHRASE_CHANGED, {}))


def stands(connection: Connection, member: Member) -> bool:
    """Tell whether this is still an officer who may be signed in, with the same keys."""
    own = tables.officer.c
    row = connection.execute(
        select(own.public, own.verify, own.disabled).where(own.id == member.id)
    ).one_or_none()
    return row is not None and tuple(row) == (member.keys.public, member.keys.verify, False)


def _use(connection: Connection, what: Invitation) -> None:
    own = tables.invitation
    gone = connection.execute(
        delete(own).where(own.c.officer == what.officer, own.c.statement == what.encode())
    )
    if gone.rowcount != 1:
        raise AccessError("this invitation was used or withdrawn meanwhile")


def _by(what: Invitation) -> dict[str, str]:
    """Return how the audit names an invitation."""
    return {"invitation": to_base64(what.code)}


def _replace_keys(connection: Connection, id_: bytes, values: dict[str, bytes]) -> None:
    own = tables.officer
    connection.execute(update(own).where(own.c.id == id_).values(**values))
    for table in (tables.member_key, tables.factor):
        connection.execute(delete(table).where(table.c.officer == id_))


def _name(connection: Connection, id_: bytes) -> str:
    name: str | None = connection.scalar(select(tables.officer.c.name).where(tables.officer.c.id == id_))
    if name is None:
        raise AccessError("there is no such account")
    return name
