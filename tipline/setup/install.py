"""Putting a grant in its place on the agency's host, and making the keys that desks do not have yet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from tipline import clock, db, tables
from tipline.ceremony.grant import Grant
from tipline.keyring import certificate
from tipline.keyring.signature import fingerprint
from tipline.keys import epoch, files, recovery, roll, rows, signer
from tipline.keys.desk import AT_REST, DeskKey
from tipline.keys.recovery import RecoveryKeys
from tipline.seal.suite import suite_of
from tipline.setup import completing, settings_files


@dataclass(frozen=True)
class Installed:
    """The root's *fingerprint*, the present *epoch*, and the names of the *desks* that got their keys now."""

    fingerprint: bytes
    epoch: int
    desks: tuple[str, ...]


def install(data: Path, given: Grant, root_fingerprint: bytes | None = None) -> Installed:
    """Check a grant against the root, put its files into *data*/agency, and make the keys of new desks.

    The root is the one that the settings name; the first time it is *root_fingerprint*, or whatever the
    grant says. Interrupted, it can be done again. Raises KeyringError for a grant of another root, for
    another signer or console, older than what is there, or with another recovery key for a desk; and for
    one that is not whole, the first time.
    """
    folder, console = data / "agency", data / "agency" / "console.toml"
    known = settings_files.root_of(console) or root_fingerprint or fingerprint(given.root_public)
    whole = completing.completed(folder, given, known)
    keys = recovery.verified(whole.root_public, whole.recovery)
    says = certificate.verified(whole.root_public, whole.certificate)
    files.replace_public(folder / "root.pub", given.root_public)
    files.replace(folder / "recovery.pub", files.RECOVERY, whole.recovery.pack())
    # The thief first, then the new signer, and last its key: each step leaves what a program can start with.
    files.replace(folder / "revocations", files.REVOCATIONS, whole.revocations.pack())
    files.replace(folder / "keys" / "signer.cert", files.CERTIFICATE, whole.certificate.pack())
    signer.settle(folder / "keys", says.signer)
    number = epoch.of(clock.day_number())
    engine = db.open_engine(folder / "console.db")
    try:
        with db.writing(engine) as connection:
            made = _make_desk_keys(connection, folder, keys, number)
    finally:
        engine.dispose()
    if (data / "relay").is_dir():
        files.replace_public(data / "relay" / "root.pub", given.root_public)
    # Last, since a program that finds the root starts.
    for settings in (data / "relay" / "intake.toml", console):
        if settings.is_file() and settings_files.root_of(settings) is None:
            settings_files.name_root(settings, known)
    return Installed(known, number, made)


def _make_desk_keys(
    connection: Connection, folder: Path, holders: RecoveryKeys, epoch: int
) -> tuple[str, ...]:
    """Make the keys of each desk that has a recovery key and none at rest; return their names."""
    table, key = tables.desk, tables.desk_key.c
    at_rest = select(key.desk).where(key.epoch == AT_REST)
    new = connection.execute(select(table).where(table.c.id.not_in(at_rest)).order_by(table.c.name)).all()
    ready = {known.id: known.public for known in holders.desks}
    made = [row for row in new if row.id in ready]
    suite = suite_of(holders.suite)
    for row in made:
        rows.add_desk_key(connection, DeskKey(row.id, AT_REST, suite.generate()), ready[row.id])
    roll.make(connection, folder / "keys", epoch, holders)
    return tuple(row.name for row in made)
