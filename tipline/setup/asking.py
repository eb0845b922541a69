"""What an agency's host asks of the machine with the root, out of its settings, database and key files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, select

from tipline import db, tables
from tipline.ceremony.request import Request, RequestedDesk
from tipline.keyring import certificate
from tipline.keyring.signature import Signed
from tipline.keys import recovery, signer
from tipline.keys.rows import ADMINISTRATION, QUORUM, TRIAGE
from tipline.setup import settings_files


def request_of(folder: Path, *, new_signer: bool = False) -> Request:
    """Return the request of an agency with its console.toml in *folder*, with what is installed there.

    With *new_signer* it asks for a fresh key, which waits until its certificate is installed.
    """
    settings, keys = settings_files.load_console(folder / "console.toml"), folder / "keys"
    vouching = _if_there(keys / "signer.cert", signer.read_certificate)
    if vouching is not None:
        # Installing may have been killed before its last step: a next key in use is not a new one.
        root_public = signer.read_root(folder / "root.pub", bytes.fromhex(settings.root_fingerprint))
        signer.settle(keys, certificate.verified(root_public, vouching).signer)
    key = signer.make_next(keys) if new_signer else signer.read_key(keys / signer.KEY)
    engine = db.open_engine(folder / "console.db")
    try:
        with engine.connect() as connection:
            listed, codes = desks(connection), categories(connection)
    finally:
        engine.dispose()
    recovered = _if_there(folder / "recovery.pub", recovery.read)
    revoked = _if_there(folder / "revocations", signer.read_revocations)
    joins = (folder.parent / settings_files.FOR_RELAY).exists()
    return Request(
        settings.name, settings.console, settings.suite.code, key.public, listed, vouching, recovered,
        revoked, codes, joins,
    )  # fmt: skip


def desks(connection: Connection) -> tuple[RequestedDesk, ...]:
    """Return the desks of an agency's database that have keys or are to get some, by name."""
    own = tables.desk
    rows = connection.execute(select(own).where(own.c.kind != ADMINISTRATION).order_by(own.c.name))
    return tuple(RequestedDesk(row.id, row.name, row.kind in {TRIAGE, QUORUM}) for row in rows)


def categories(connection: Connection) -> tuple[str, ...]:
    """Return the codes of what a tip can be about, in their order."""
    return tuple(connection.scalars(select(tables.category.c.code).order_by(tables.category.c.place)))


def _if_there(path: Path, read_file: Callable[[Path], Signed]) -> Signed | None:
    return read_file(path) if path.exists() else None
