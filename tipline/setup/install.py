"""Putting a grant in its place on the agency's host, and making the keys that desks do not have yet."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, select

from tipline import clock, db, tables
from tipline.ceremony.grant import Grant
from tipline.keyring import certificate, revocation
from tipline.keyring.signature import fingerprint
from tipline.keys import epoch, files, recovery, rest_lock, roll, rows, signer
from tipline.keys.desk import AT_REST, DeskKey
from tipline.keys.recovery import RecoveryKeys
from tipline.keys.roster import Trust
from tipline.keys.rosters import Rosters
from tipline.keys.signer import Signer
from tipline.seal.suite import suite_of
from tipline.setup import completing, genesis, settings_files


@dataclass(frozen=True)
class Installed:
    """The root's *fingerprint*, the present *epoch*, and the names of the *desks* that got their keys now.

    *signed_again* are the desks whose rosters a signer had vouched for that is revoked now.
    """

    fingerprint: bytes
    epoch: int
    desks: tuple[str, ...]
    signed_again: tuple[str, ...] = ()


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
    own = Signer(signer.key_for(folder / "keys", says.signer), whole.certificate, says)
    revoked = revocation.verified(whole.root_public, whole.revocations)
    # The key before a next one takes its place: it signed the rosters that are not certified yet.
    before = signer.read_key(folder / "keys" / signer.KEY).public
    trust = Trust(whole.root_public, says.console, revoked, before)
    number = epoch.of(clock.day_number())
    engine = db.open_engine(folder / "console.db")
    try:
        with db.writing(engine) as connection:
            again = _sign_again(connection, folder, trust, own)
        files.replace_public(folder / "root.pub", given.root_public)
        files.replace(folder / "recovery.pub", files.RECOVERY, whole.recovery.pack())
        # The thief first, then the new signer, and last its key: a program can start after each step.
        files.replace(folder / "revocations", files.REVOCATIONS, whole.revocations.pack())
        files.replace(folder / "keys" / "signer.cert", files.CERTIFICATE, whole.certificate.pack())
        with db.writing(engine) as connection:
            _certify(connection, trust, own)
            made = _make_desk_keys(connection, folder / "keys", keys, trust, own)
            roll.make(connection, folder / "keys", number, keys, Rosters.trusting(trust))
    finally:
        engine.dispose()
    signer.settle(folder / "keys", says.signer)
    if (data / "relay").is_dir():
        files.replace_public(data / "relay" / "root.pub", given.root_public)
    # Last, since a program that finds the root starts.
    for settings in (data / "relay" / "intake.toml", console):
        if settings.is_file() and settings_files.root_of(settings) is None:
            settings_files.name_root(settings, known)
    return Installed(known, number, made, again)


def _sign_again(connection: Connection, folder: Path, trust: Trust, own: Signer) -> tuple[str, ...]:
    """Have the signer repeat the rosters that a signer vouched for whom the root revokes now."""
    path = folder / "revocations"
    if not path.exists():
        return ()
    old = revocation.verified(trust.root_public, signer.read_revocations(path))
    return genesis.certify_again(connection, replace(trust, revoked=old), trust, own)


def _certify(connection: Connection, trust: Trust, own: Signer) -> None:
    """Repeat, now that there is a certificate, what was signed before there was one."""
    for desk in connection.scalars(select(tables.desk.c.id)).all():
        if not genesis.is_certified(connection, desk):
            genesis.certify(connection, desk, trust, own)


def _make_desk_keys(
    connection: Connection, folder: Path, holders: RecoveryKeys, trust: Trust, own: Signer
) -> tuple[str, ...]:
    """Make the keys of each desk that has a recovery key and none at rest; return their names."""
    table, key = tables.desk, tables.desk_key.c
    at_rest = select(key.desk).where(key.epoch <= AT_REST)
    new = connection.execute(select(table).where(table.c.id.not_in(at_rest)).order_by(table.c.name)).all()
    ready = {known.id: known.public for known in holders.desks}
    made = [row for row in new if row.id in ready]
    suite = suite_of(holders.suite)
    for row in made:
        number, lock = rest_lock.make(folder, row.id, None)
        key_ = DeskKey(row.id, number, suite.generate(), lock)
        print_ = hashlib.sha256(key_.private.public).digest()
        who = genesis.certify(connection, row.id, trust, own, print_)
        rows.add_desk_key(connection, key_, ready[row.id], who)
    return tuple(row.name for row in made)
