"""Beginning an agency: signer, desks, officers, and the folders that each machine gets.

offline/   agency.request: what the ceremony, on a machine that is never online, is to make
relay/     what the public host has: settings and the root's public key, no private key
agency/    settings, database and keys of collector and console

A console that joins another one's relay has no relay/, but lines for that relay's settings.

No desk has a key yet: it gets them when the ceremony's grant is installed (setup/install.py). *create* does
all three steps in one process, for the demo, the drill and tests.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection

from tipline import clock, db, tables
from tipline.ceremony import ceremony, request
from tipline.ceremony.request import Request, RequestedDesk
from tipline.keyring.signature import Signed
from tipline.keys import files, officer, rows, seats
from tipline.keys.signing import SigningKey
from tipline.setup import asking, genesis, install, settings_files
from tipline.setup.plan import Plan, check, check_folder
from tipline.wire.paths import SECRET_SIZE

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Begun:
    """An agency without a root: ids of desks and officers by name."""

    data: Path
    desks: Mapping[str, bytes]
    officers: Mapping[str, bytes]

    @property
    def request(self) -> Path:
        """What the ceremony is to make."""
        return self.data / "offline" / "agency.request"


@dataclass(frozen=True)
class Created:
    """A new agency: its settings files, its root's *fingerprint*, ids of desks and officers by name.

    *shares* are those of the root (under None) and of each desk's recovery key (under the desk's id).
    """

    data: Path
    fingerprint: bytes
    epoch: int
    desks: Mapping[str, bytes]
    officers: Mapping[str, bytes]
    shares: Mapping[bytes | None, tuple[str, ...]] = field(repr=False)

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


def begin(plan: Plan, progress: Progress = lambda _: None) -> Begun:
    """Begin the agency of *plan*; *progress* is told each step in a few words.

    Raises SettingsError or AccessError, and then leaves nothing behind.
    """
    check(plan)
    check_folder(plan.data)
    before = plan.data.exists()
    try:
        return _begin(plan, progress)
    except BaseException:
        _remove(plan.data, keep_folder=before)
        raise


def create(
    plan: Plan,
    progress: Progress = lambda _: None,
    root: SigningKey | None = None,
    lists: Sequence[Signed] = (),
) -> Created:
    """Begin an agency, hold its ceremony and install the grant, all in this process and on this machine.

    A plan that joins a relay goes under that one's *root*, whose *lists* are in use. The root's private key
    and all shares are then files in offline/: never do this for a real agency. Raises as *begin* does.
    """
    begun = begin(plan, progress)
    progress("root, recovery keys and their shares")
    held = ceremony.hold(request.read(begun.request), clock.today(), old_root=root, lists=lists)
    offline = plan.data / "offline"
    files.write_new(offline / "root.key", files.ROOT, held.root.seed)
    (offline / "shares.json").write_text(
        json.dumps({key.name: key.shares for key in held.split}, indent=2, ensure_ascii=False) + "\n"
    )
    (offline / "shares.json").chmod(0o600)
    progress(f"keys of {len(plan.desks)} desks")
    done = install.install(plan.data, held.grant)
    shares = {key.desk: key.shares for key in held.split}
    return Created(plan.data, done.fingerprint, done.epoch, begun.desks, begun.officers, shares)


def _begin(plan: Plan, progress: Progress) -> Begun:
    for folder in ("offline", "agency/keys", *(() if plan.relay else ("relay/published",))):
        _make_folder(plan.data, folder)
    progress("signer")
    secret, signer_key = secrets.token_bytes(SECRET_SIZE), SigningKey.generate()
    settings_files.write(plan, secret)
    keys = plan.data / "agency" / "keys"
    files.write_new(keys / "handover.secret", files.HANDOVER, secret)
    files.write_new(keys / "signer.key", files.SIGNER, signer_key.seed)
    begun, desks = _fill_database(plan, signer_key, progress)
    codes = tuple(code for code, _ in plan.categories)
    asked = Request(
        plan.name, plan.console, plan.suite.code, signer_key.public, desks,
        categories=codes, joins=plan.relay is not None,
    )  # fmt: skip
    request.write(begun.request, asked)
    return begun


def _fill_database(
    plan: Plan, key: SigningKey, progress: Progress
) -> tuple[Begun, tuple[RequestedDesk, ...]]:
    progress(f"keys of {len(plan.officers)} officers under their passphrases")
    made = {
        person.name: officer.create(plan.suite, person.passphrase, plan.profile) for person in plan.officers
    }
    path = plan.data / "agency" / "console.db"
    os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
    engine = db.open_engine(path)
    try:
        with db.writing(engine) as connection:
            tables.metadata.create_all(connection)
            officers = {name: rows.add_officer(connection, name, *keys) for name, keys in made.items()}
            desks = _add_desks(connection, plan, key, officers)
            return Begun(plan.data, desks, officers), asking.desks(connection)
    finally:
        engine.dispose()


def _add_desks(
    connection: Connection, plan: Plan, key: SigningKey, officers: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Insert the desks with their rosters, and the categories; keys come with the grant."""
    desks = {}
    for name in plan.desks:
        desks[name] = rows.add_desk(connection, name, plan.kind_of(name))
    named = {desks[name]: plan.members(name) for name in plan.desks}
    for name, person in plan.seats:
        desks[name] = seats.add(connection, name, desks[plan.triage])
        named[desks[name]] = [person]
    named[rows.add_administration(connection)] = list(plan.administer)
    for desk, names in named.items():
        genesis.begin(connection, key, plan.console, desk, [officers[name] for name in names])
    for code, name in plan.categories:
        rows.add_category(connection, code, name, desks[plan.triage])
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
    (data / settings_files.FOR_RELAY).unlink(missing_ok=True)
    if not keep_folder and data.is_dir():
        data.rmdir()
