"""What the collector holds: settings and secret, read at its start; signer and revocations, read again."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path

from tipline.errors import TiplineError
from tipline.keyring import revocation
from tipline.keyring.revocation import Revocations
from tipline.keyring.signature import Signed, agency_id
from tipline.keys import files, signer
from tipline.keys.signer import Signer
from tipline.settings import ConsoleSettings, load
from tipline.wire.paths import SECRET_SIZE

log = logging.getLogger("tipline.collector")


@dataclass(frozen=True, repr=False)
class Holding:
    """The collector's *settings* and secrets; *root_public* is what its certificate was checked against.

    *config* is the settings file. The epochs' key files are read when they are needed: they come and go.
    """

    config: Path
    settings: ConsoleSettings
    root_public: bytes
    signer: Signer
    revocations: Signed
    secret: bytes

    @property
    def agency(self) -> bytes:
        """The agency's 8-byte id."""
        return agency_id(self.root_public)

    @property
    def keys(self) -> Path:
        """The folder of the key files."""
        return self.settings.folder / "keys"

    @property
    def revoked(self) -> Revocations:
        """What the revocations say."""
        return revocation.verified(self.root_public, self.revocations)

    @property
    def database(self) -> Path:
        """The agency's database."""
        return self.settings.folder / "console.db"


def read(config: Path) -> Holding:
    """Read console.toml and the key files beside it.

    Raises SettingsError, AccessError, FormatError or KeyringError that names the file.
    """
    settings = load(ConsoleSettings, config)
    folder, keys = settings.folder, settings.folder / "keys"
    root_public = signer.read_root(folder / "root.pub", bytes.fromhex(settings.root_fingerprint))
    return Holding(
        config=config,
        settings=settings,
        root_public=root_public,
        signer=signer.load(keys / "signer.key", keys / "signer.cert", root_public),
        revocations=_read_revocations(folder / "revocations", root_public),
        secret=files.read(keys / "handover.secret", files.HANDOVER, SECRET_SIZE),
    )


def again(held: Holding) -> Holding:
    """Read signer and revocations again: the root has signed them anew, or a new signer was installed.

    What cannot be used is named in the log, and what was in use before goes on: while files are put in place
    one after the other, half of a change can be seen.
    """
    try:
        return replace(
            held,
            signer=signer.load(held.keys / signer.KEY, held.keys / "signer.cert", held.root_public),
            revocations=_read_revocations(held.settings.folder / "revocations", held.root_public),
        )
    except TiplineError as error:
        log.warning("signer and revocations stay as they were: %s", error)
        return held


def _read_revocations(path: Path, root_public: bytes) -> Signed:
    signed = signer.read_revocations(path)
    revocation.verified(root_public, signed)
    return signed
