"""After a restore: the relay is asked what was published last, before anything is published again.

The lost machine may have published after the backup was made. A serial must not come a second time, or the
relay refuses it; and the number of an epoch must not come to mean two keys, or what is sealed to the one is
tried with the other and taken for broken. What the relay shows is signed, so it can hide the newest, but
invent nothing.

An epoch that was published and is in no backup is gone, and what was sealed to it cannot be opened. Its
number is left out: the next one's keys are made and published at once, and relay and page take any number.

A thief of the lost machine has its signer, and invents what they like until it is revoked. So the relay gets
the list of revocations first and drops what a revoked signer published; and numbers are taken over only from
where an agency can have come to: after the highest there would be none to go on with, for ever.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, Engine, select

from tipline import clock, db, facts, tables
from tipline.backup import note
from tipline.backup.note import Restored
from tipline.board import board
from tipline.collector import store
from tipline.collector.holding import Holding
from tipline.collector.post_board import SERIAL as BOARD_SERIAL
from tipline.collector.post_keyring import DIGEST as SECTION_DIGEST
from tipline.collector.post_keyring import SERIAL as SECTION_SERIAL
from tipline.collector.relay import Relay
from tipline.errors import FormatError, KeyringError
from tipline.keyring import keyring
from tipline.keyring.keyring import Keyring
from tipline.keyring.section import Section
from tipline.keys import epoch, epoch_key, epoch_rows
from tipline.wire.shapes import Posting

#: A machine whose clock was ahead may have published numbers of so many days to come, and none beyond.
_AHEAD_DAYS = 28


def catch_up(relay: Relay, engine: Engine, holding: Holding) -> None:
    """Take over what the relay knows, if this database was restored and the relay was not asked yet.

    Raises RelayError when it cannot say, or KeyringError for what nobody here signed, or only a thief can
    have: then nothing may be published.
    """
    with engine.connect() as connection:
        restored = note.read_restored(connection)
    if restored is None or restored.asked:
        return
    relay.put_keyring(Posting(holding.revocations).pack())
    section, serial = _section(relay, holding), _board_serial(relay, holding)
    _check(section, serial)
    with db.writing(engine) as connection:
        _raise_serial(connection, SECTION_SERIAL, section.serial if section else 0)
        # Another section under the serial that the lost machine gave out last would be refused.
        facts.write(connection, {SECTION_DIGEST: ""})
        _raise_serial(connection, BOARD_SERIAL, serial)
        epoch_rows.raise_floor(connection, _floor(connection, holding, section))
        note.write_restored(connection, Restored(restored.of, restored.on, asked=True))


def _check(section: Section | None, board_serial: int) -> None:
    """Raise KeyringError("signer") for numbers that no machine of this agency has come to."""
    last = clock.day_number() + _AHEAD_DAYS
    serials = [board_serial, section.serial if section else 0]
    if max(serials) > store.next_serial(None, last) or (section and section.epoch > epoch.of(last)):
        raise KeyringError(
            "signer", "the relay shows numbers that only a thief of this signer can have given: revoke it"
        )


def is_missing(relay: Relay, holding: Holding) -> bool:
    """Tell whether the relay publishes no section of this console: it was set up anew, or lost its files."""
    try:
        return _section(relay, holding) is None
    except FormatError:
        return True


def is_alone(relay: Relay, holding: Holding) -> bool:
    """Tell whether this console is at the relay, and neither relay nor root knows of another."""
    try:
        published = _published(relay, holding)
    except FormatError:
        return False
    if published is None:
        return False
    consoles = {one.section.console for one in published.sections} | {one.name for one in published.missing}
    return consoles == {holding.settings.console}


def _section(relay: Relay, holding: Holding) -> Section | None:
    """Return this console's section of the published keyring, if there is one."""
    published = _published(relay, holding)
    sections = (vouched.section for vouched in published.sections) if published else ()
    return next((one for one in sections if one.console == holding.settings.console), None)


def _published(relay: Relay, holding: Holding) -> Keyring | None:
    published = relay.keyring()
    if published is None:
        return None
    own = holding.settings
    return keyring.verified(published, bytes.fromhex(own.root_fingerprint), suite=own.suite)


def _board_serial(relay: Relay, holding: Holding) -> int:
    # Only our own section counts, and a restored list may be from before the other console joined.
    listed = replace(holding.revoked, consoles=())
    sections = board.verified(relay.board(), holding.root_public, listed)
    own = (section.head for section in sections if section.head.console == holding.settings.console)
    return max((head.serial for head in own), default=0)


def _floor(connection: Connection, holding: Holding, section: Section | None) -> int:
    """Return the first epoch whose number nobody can have sealed to, or 0 if all that were used are held."""
    used = section.epoch if section else epoch.of(clock.day_number())
    return 0 if _holds(connection, holding, used, section) else used + 1


def _holds(connection: Connection, holding: Holding, number: int, section: Section | None) -> bool:
    """Tell whether the keys of an epoch are here, and those that the *section* names, if it is known."""
    own = tables.desk_key.c
    here = set(connection.scalars(select(own.public).where(own.epoch == number)))
    named = {key for desk in section.desks for key in desk.keys} if section else here
    return bool(here) and named <= here and epoch_key.read(holding.keys, number) is not None


def _raise_serial(connection: Connection, name: str, published: int) -> None:
    known = int(facts.read(connection, (name,)).get(name, "0"))
    facts.write(connection, {name: str(max(known, published))})
