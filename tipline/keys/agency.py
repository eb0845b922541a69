"""Making an agency: root, signer, desks, officers, and the folders that each machine gets.

offline/   root.key: leaves the machine at once
relay/     what the public host has: settings and the root's public key, no private key
agency/    settings, database and keys of collector and console
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from tipline import clock, db, tables
from tipline.keyring.signature import fingerprint
from tipline.keys import epoch, files, officer, roll, root, rows, settings_files
from tipline.keys.desk import AT_REST, DeskKey
from tipline.keys.plan import Plan, check, check_folder
from tipline.keys.signing import SigningKey
from tipline.seal.suite import PrivateKey
from tipline.wire.paths import SECRET_SIZE

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Created:
    """A new agency: its settings files, its root's *fingerprint*, ids of desks and officers by name."""

    data: Path
    fingerprint: bytes
    epoch: int
    desks: Mapping[str, bytes]
    officers: Mapping[str, bytes]

    @property
    def intake(self) -> Path:
        """The settings file of intake."""
        return self.data / "relay" / "intake.toml"

    @property
    def console(self) -> Path:
        """The settings file of collector and console."""
        return self.data / "agency" / "console.toml"

    @property
    def root_key(self) -> Path:
        """The root's private key, to be moved to a machine that is never online."""
        return self.data / "offline" / "root.key"

    @property
    def root_public(self) -> Path:
        """The root's public key."""
        return self.data / "relay" / "root.pub"


def create(plan: Plan, progress: Progress = lambda _: None) -> Created:
    """Make the agency of *plan*; *progress* is told each step in a few words.

    Raises SettingsError or AccessError, and then leaves nothing behind.
    """
    check(plan)
    check_folder(plan.data)
    before = plan.data.exists()
    try:
        return _create(plan, progress)
    except BaseException:
        _remove(plan.data, keep_folder=before)
        raise


def _create(plan: Plan, progress: Progress) -> Created:
    for folder in ("offline", "relay/published", "agency/keys"):
        _make_folder(plan.data, folder)
    progress("root and signer")
    root_key, secret = SigningKey.generate(), secrets.token_bytes(SECRET_SIZE)
    settings_files.write(plan, fingerprint(root_key.public), secret)
    files.write_new(plan.data / "offline" / "root.key", files.ROOT, root_key.seed)
    for place in ("relay", "agency"):
        (plan.data / place / "root.pub").write_bytes(root_key.public)
    keys = plan.data / "agency" / "keys"
    files.write_new(keys / "handover.secret", files.HANDOVER, secret)

    created = _fill_database(plan, fingerprint(root_key.public), progress)
    signer_key = SigningKey.generate()
    receiving = [created.desks[plan.triage]]
    vouching = root.certify(root_key, plan.console, signer_key.public, receiving, clock.today())
    files.write_new(keys / "signer.key", files.SIGNER, signer_key.seed)
    files.write_new(keys / "signer.cert", files.CERTIFICATE, vouching.pack())
    return created


def _fill_database(plan: Plan, root_fingerprint: bytes, progress: Progress) -> Created:
    progress(f"keys of {len(plan.officers)} officers under their passphrases")
    made = {person.name: officer.create(person.passphrase, plan.profile) for person in plan.officers}
    number = epoch.of(clock.day_number())
    path = plan.data / "agency" / "console.db"
    os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
    engine = db.open_engine(path)
    try:
        tables.metadata.create_all(engine)
        progress(f"{len(plan.desks)} desks with their keys")
        with db.writing(engine) as connection:
            officers = {name: rows.add_officer(connection, name, *keys) for name, keys in made.items()}
            publics = {name: keys.public for name, (keys, _) in made.items()}
            desks = _add_desks(connection, plan, {name: (officers[name], publics[name]) for name in made})
            roll.make(connection, plan.data / "agency" / "keys", number)
            for code, name in plan.categories:
                rows.add_category(connection, code, name, desks[plan.triage])
    finally:
        engine.dispose()
    return Created(plan.data, root_fingerprint, number, desks, officers)


def _add_desks(
    connection: Connection, plan: Plan, officers: Mapping[str, tuple[bytes, bytes]]
) -> dict[str, bytes]:
    """Insert the desks, each with its key at rest."""
    desks = {}
    for name in plan.desks:
        receives = name == plan.triage
        desks[name] = rows.add_desk(connection, name, rows.TRIAGE if receives else rows.UNIT)
        members = dict(officers[member] for member in plan.members(name))
        rows.add_desk_key(connection, DeskKey(desks[name], AT_REST, PrivateKey.generate()), members)
    return desks


def _make_folder(data: Path, below: str) -> None:
    folder = data / below
    folder.mkdir(parents=True)
    while folder != data.parent:
        folder.chmod(0o700)
        folder = folder.parent


def _remove(data: Path, *, keep_folder: bool) -> None:
    for folder in ("offline", "relay", "agency"):
        shutil.rmtree(data / folder, ignore_errors=True)
    if not keep_folder and data.is_dir():
        data.rmdir()
