"""Somebody who harvested envelopes on the wire, took the agency's disk, and made everybody talk.

The attacker has bytes, not rows: the image of every file, in which rows are looked for by the ids that stand
in them, so that what SQLite freed and did not overwrite, or its journal kept, is found too. And all secrets
of people: every officer's passphrase, every share of every recovery key.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from tipline.ceremony import shares
from tipline.keys import desk as desk_keys
from tipline.keys import files, officer, recovery
from tipline.keys.desk import AT_REST
from tipline.keys.officer import OfficerKeys
from tipline.seal import opening, rewrap
from tipline.seal.suite import KEY_SIZE, SEED_SIZE, TAG_SIZE, PrivateKey, Suite

_KEY_FILE = re.compile(re.escape(files.EPOCH.encode()) + rb"\n([A-Za-z0-9_-]{86})")
_LOCK_FILE = re.compile(re.escape(files.LOCK.encode()) + rb"\n([A-Za-z0-9_-]{43})")


@dataclass(frozen=True)
class Opened:
    """By which of its keys an envelope was opened: the epoch's, its docket's, or the re-wrapped one."""

    stanza: bool
    docket: bool
    rewrapped: bool


@dataclass
class Attacker:
    """*images* are files' bytes by name; the newest database among them is read for who and what there is."""

    images: Mapping[str, bytes]
    database: str
    passphrases: Mapping[str, str]
    shares: Mapping[bytes | None, Sequence[str]]
    k: int
    suite: Suite
    officers: dict[bytes, OfficerKeys] = field(default_factory=dict)
    holders: dict[bytes, PrivateKey] = field(default_factory=dict)
    desks: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        with TemporaryDirectory() as folder:
            for name, data in self.images.items():
                if name.startswith(self.database) and "/" not in name[len(self.database) :]:
                    (Path(folder) / Path(name).name).write_bytes(data)
            read = sqlite3.connect(Path(folder) / Path(self.database).name)
            # The administration holds no key, and its id of zeros stands wherever nothing does.
            self.desks = [row[0] for row in read.execute("select id from desk") if any(row[0])]
            for id_, name, sealed in read.execute("select id, name, sealed from officer"):
                self.officers[id_] = officer.unlock(sealed, self.passphrases[name])
            read.close()
        self.holders = {
            desk: self.suite.private(shares.combine(words[: self.k]))
            for desk, words in self.shares.items()
            if desk is not None
        }

    @property
    def _locked(self) -> int:
        return self.suite.sealed_size(SEED_SIZE + TAG_SIZE)

    @cached_property
    def locks(self) -> list[tuple[bytes, bytes]]:
        """Every lock and sorting seed that stands anywhere, as a key file has them."""
        found = (match for data in self.images.values() for match in _KEY_FILE.findall(data))
        secrets = {urlsafe_b64decode(coded + b"==") for coded in found}
        return [(secret[:KEY_SIZE], secret[KEY_SIZE:]) for secret in secrets]

    @cached_property
    def rest_locks(self) -> set[bytes]:
        """Every lock of a key at rest that stands anywhere."""
        found = (match for data in self.images.values() for match in _LOCK_FILE.findall(data))
        return {urlsafe_b64decode(coded + b"=") for coded in found}

    def secrets(self) -> Iterator[tuple[bytes, int, bytes]]:
        """What members and holders were given, as far as it stands anywhere: desk, epoch, secret."""
        for desk in self.desks:
            for data in self.images.values():
                for at in _places(data, desk):
                    yield from self._secrets(desk, data[at : at + 20 + self._locked])

    def _secrets(self, desk: bytes, row: bytes) -> Iterator[tuple[bytes, int, bytes]]:
        """A row is the desk's id, the epoch in 0 to 4 bytes, a member's id or none, and what is sealed."""
        for size in range(5):
            epoch, rest = int.from_bytes(row[:size], "big", signed=True), row[size:]
            who = self.officers.get(rest[:16])
            length = self._locked
            secret = None
            if who is not None:
                info = desk_keys._info(desk, epoch)
                secret = who.opening.open(info, rest[16 : 16 + length])
            elif desk in self.holders:
                secret = recovery.open_as_holders(self.holders[desk], desk, epoch, rest[:length])
            if secret is not None:
                yield desk, epoch, secret

    def keys(self) -> tuple[list[PrivateKey], list[tuple[bytes, PrivateKey]]]:
        """The desks' private keys of epochs, and those at rest, that can be had."""
        epochs, at_rest = {}, {}
        for desk, epoch, secret in set(self.secrets()):
            for lock in self.rest_locks if epoch <= AT_REST else [lock for lock, _ in self.locks]:
                private = desk_keys.disclosed(self.suite, secret, desk, lock)
                if private is not None and epoch <= AT_REST:
                    at_rest[desk, private.seed] = private
                elif private is not None:
                    epochs[private.seed] = private
        return list(epochs.values()), [(desk, private) for (desk, _), private in at_rest.items()]

    @cached_property
    def _found(self) -> tuple[list[PrivateKey], list[tuple[bytes, PrivateKey]]]:
        return self.keys()

    def opens(self, envelope: bytes) -> Opened:
        """Try everything on one harvested envelope."""
        epochs, at_rest = self._found
        sorting = [self.suite.private(seed) for _, seed in self.locks]
        return Opened(
            stanza=any(opening.open_stanza(envelope, key) for key in epochs),
            docket=any(opening.open_docket(envelope, key) for key in sorting),
            rewrapped=any(self._unwrap(envelope, desk, key) for desk, key in at_rest),
        )

    def _unwrap(self, envelope: bytes, desk: bytes, key: PrivateKey) -> bool:
        name = hashlib.sha256(envelope).digest()
        for data in self.images.values():
            for at in _places(data, name):
                row = data[at : at + 16 + self.suite.sealed_size(KEY_SIZE + 4)]
                if row[:16] == desk and rewrap.unwrap(key, name, desk, row[16:]) is not None:
                    return True
        return False


def image(folder: Path, *names: str) -> dict[str, bytes]:
    """Read every byte of a folder (or of the files *names* in it), by path."""
    found = [folder / name for name in names] if names else list(folder.rglob("*"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in found if path.is_file()}


def _places(data: bytes, what: bytes) -> Iterator[int]:
    """Where *what* ends in *data*, each time that it stands there."""
    at = data.find(what)
    while at >= 0:
        yield at + len(what)
        at = data.find(what, at + 1)
