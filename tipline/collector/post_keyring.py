"""The console's section of the keyring: made of the desks' rows, renewed unattended, posted to intake."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import Connection, Engine, select

from tipline import clock, db, facts, tables
from tipline.backup import note
from tipline.collector import desks, store
from tipline.collector.holding import Holding
from tipline.collector.relay import Relay
from tipline.errors import KeyringError, SettingsError
from tipline.keyring import section
from tipline.keyring.section import Category, Section
from tipline.keys import epoch, epoch_key, epoch_rows
from tipline.keys.standing import POSTED, UNTIL
from tipline.settings import STORED
from tipline.wire.shapes import Posting

VALID_DAYS = epoch.NAMED_DAYS
#: Midnight is not at the same hour everywhere: a section is valid for who is still in yesterday.
_BACK_DAYS = 1
#: The names of the last section's serial, and of the hash of what it says, among the state's facts.
SERIAL, DIGEST = "section_serial", "section_digest"
_FROM = "section_from"


def post_keyring(relay: Relay, engine: Engine, holding: Holding, *, again: bool = False) -> bool:
    """Post the section once a day, when it is new, changed or past its half, and in any case with *again*.

    A new serial is on disk before it is posted, so no two sections ever bear the same one. Returns whether
    it posted. Raises RelayError, KeyringError (the signer may not sign this) or SettingsError; a signer that
    is revoked posts the list that says so, and nothing else.
    """
    today = clock.today()
    _check_signer(relay, holding)
    with db.writing(engine) as connection:
        what, posted = _current(connection, holding, today)
        if again or not posted:
            epoch_rows.name(connection, what.epoch, clock.day_number(what.not_after))
    if posted and not again:
        return False
    signed = holding.signer.vouching, holding.signer.sign_section(what)
    section.verified(holding.root_public, holding.revoked, signed).check_dates(today)
    relay.put_keyring(Posting(holding.revocations, signed).pack())
    with db.writing(engine) as connection:
        facts.write(connection, {POSTED: _posting(what, today), UNTIL: what.not_after.isoformat()})
        epoch_rows.at_relay(connection, what.epoch)
    return True


def _check_signer(relay: Relay, holding: Holding) -> None:
    """Raise KeyringError("revoked") for a signer that is, once the relay knows it too."""
    try:
        holding.revoked.check(holding.signer.key.public)
    except KeyringError:
        relay.put_keyring(Posting(holding.revocations).pack())
        raise


def _current(connection: Connection, holding: Holding, today: date) -> tuple[Section, bool]:
    """Return the section that is in force, made anew if it must be, and whether intake has it."""
    state = facts.read(connection, (SERIAL, DIGEST, _FROM, POSTED))
    blank = _section(connection, holding, today)
    digest = _digest(blank, holding)
    serial = int(state.get(SERIAL, "0"))
    begun = date.fromisoformat(state.get(_FROM, "1970-01-01"))
    if digest != state.get(DIGEST) or not _is_fresh(begun, today):
        serial = store.next_serial(state.get(SERIAL), clock.day_number(today))
        begun = today - timedelta(days=_BACK_DAYS)
        facts.write(connection, {SERIAL: str(serial), DIGEST: digest, _FROM: begun.isoformat()})
    # A section says no days that its certificate does not: the warnings count from the days it says.
    until = min(begun + timedelta(days=VALID_DAYS), holding.signer.certificate.not_after)
    what = replace(blank, serial=serial, not_before=begun, not_after=until)
    return what, state.get(POSTED) == _posting(what, today)


def _posting(what: Section, today: date) -> str:
    # With the day: a relay that was set up anew has the keyring again a day later at most.
    return f"{what.serial} {today.isoformat()}"


def _is_fresh(begun: date, today: date) -> bool:
    """Tell whether half of a section's time is left, and it is not one of a clock that was ahead."""
    return begun <= today and (begun + timedelta(days=VALID_DAYS) - today).days >= VALID_DAYS // 2


def _section(connection: Connection, holding: Holding, today: date) -> Section:
    """Return the section as the rows have it, without serial and dates.

    By policy it names only those epochs and desks whose keys a verified backup holds.
    """
    kept = None if holding.settings.acknowledge == STORED else note.read_made(connection) or note.NONE
    known = epoch_rows.read(connection, holding.keys)
    safe = [one for one in known if kept is None or one.number in kept.epochs]
    chosen = epoch.to_publish(safe, clock.day_number(today), epoch_rows.floor(connection))
    key = epoch_key.read(holding.keys, chosen.number) if chosen else None
    suite, quorum = holding.settings.suite, holding.settings.quorum
    found = desks.receiving(connection, chosen.number, key, suite) if chosen and key else ()
    named = desks.named([one for one in found if kept is None or kept.has(one.public)], quorum)
    if chosen is None or key is None or not named:
        why = "yet" if holding.settings.acknowledge == STORED else "that a backup holds: run tipline backup"
        raise SettingsError(f"no desk has a key to receive with {why}: nothing can be published")
    return Section(
        console=holding.settings.console,
        serial=0,
        not_before=clock.EPOCH_DAY,
        not_after=clock.EPOCH_DAY,
        suite=suite.code,
        epoch=chosen.number,
        sorting=key.sorting(suite).public,
        desks=named,
        categories=_categories(connection),
        work=0,
    )


def _categories(connection: Connection) -> tuple[Category, ...]:
    rows = connection.execute(select(tables.category).order_by(tables.category.c.place))
    return tuple(Category(row.code, row.name, row.desk) for row in rows)


def _digest(blank: Section, holding: Holding) -> str:
    """Return a hash of all that a posting says but serial and dates: another one means another section."""
    said = holding.revocations.payload + holding.signer.vouching.payload + blank.encode()
    return hashlib.sha256(said).hexdigest()
