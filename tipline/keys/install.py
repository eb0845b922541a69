"""Putting a grant in its place on the agency's host, and making the keys that desks do not have yet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from tipline import clock, db, tables
from tipline.errors import KeyringError
from tipline.keyring import certificate
from tipline.keyring.signature import fingerprint
from tipline.keys import epoch, files, recovery, roll, rows, settings_files
from tipline.keys.desk import AT_REST, DeskKey
from tipline.keys.grant import Grant
from tipline.keys.recovery import RecoveryKeys
from tipline.keys.signing import SEED_SIZE, SigningKey
from tipline.seal.suite import PrivateKey


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
    another signer or console, older than what is there, or with another recovery key for a desk.
    """
    folder, console = data / "agency", data / "agency" / "console.toml"
    known = settings_files.root_of(console) or root_fingerprint or fingerprint(given.root_public)
    keys = _checked(folder, given, known)
    files.replace_public(folder / "root.pub", given.root_public)
    files.replace(folder / "recovery.pub", files.RECOVERY, given.recovery.pack())
    files.replace(folder / "keys" / "signer.cert", files.CERTIFICATE, given.certificate.pack())
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


def _checked(folder: Path, given: Grant, root_fingerprint: bytes) -> RecoveryKeys:
    """Return the grant's recovery keys once everything in it holds."""
    if fingerprint(given.root_public) != root_fingerprint:
        raise KeyringError("root", "the grant is of another root")
    says = certificate.verified(given.root_public, given.certificate)
    own = SigningKey(files.read(folder / "keys" / "signer.key", files.SIGNER, SEED_SIZE))
    settings = settings_files.load_console(folder / "console.toml")
    if says.signer != own.public or says.console != settings.console:
        raise KeyringError("signer", "the certificate is of another console or another signer's key")
    keys = recovery.verified(given.root_public, given.recovery)
    if (folder / "recovery.pub").exists():
        _check_follows(keys, recovery.load(folder / "recovery.pub", given.root_public))
    return keys


def _check_follows(new: RecoveryKeys, old: RecoveryKeys) -> None:
    if new.serial < old.serial:
        raise KeyringError("serial", f"recovery.pub {new.serial} is older than the installed {old.serial}")
    for key in old.desks:
        if new.of(key.id).public != key.public:
            raise KeyringError("recovery", f"desk {key.name} has a recovery key, and this is another one")


def _make_desk_keys(
    connection: Connection, folder: Path, holders: RecoveryKeys, epoch: int
) -> tuple[str, ...]:
    """Make the keys of each desk that has a recovery key and none at rest; return their names."""
    table, key = tables.desk, tables.desk_key.c
    at_rest = select(key.desk).where(key.epoch == AT_REST)
    new = connection.execute(select(table).where(table.c.id.not_in(at_rest)).order_by(table.c.name)).all()
    ready = {known.id: known.public for known in holders.desks}
    made = [row for row in new if row.id in ready]
    for row in made:
        rows.add_desk_key(connection, DeskKey(row.id, AT_REST, PrivateKey.generate()), ready[row.id])
    roll.make(connection, folder / "keys", epoch, holders)
    return tuple(row.name for row in made)
