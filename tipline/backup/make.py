"""Making a backup while the agency runs: written under a passing name, read back whole, and then named."""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from tipline import clock, db
from tipline.backup import contents, front, note, reading
from tipline.backup.front import Plain, Vouching
from tipline.backup.manifest import File, Manifest
from tipline.backup.names import END, START, clean, create, passing
from tipline.backup.note import Kept
from tipline.backup.snapshot import desk_keys, keys_at_rest, reach, snapshot
from tipline.errors import BackupError, FormatError
from tipline.keyring.signature import agency_id
from tipline.keys import recovery, signer
from tipline.keys.files import sync_folder
from tipline.keys.signer import Signer
from tipline.seal import parcel
from tipline.seal.suite import KEY_SIZE, suite_of
from tipline.settings import ConsoleSettings, load


@dataclass(frozen=True)
class Made:
    """A backup that was read back: where it is, its *size* in bytes, and what the database notes of it."""

    path: Path
    size: int
    kept: Kept


@dataclass(frozen=True)
class _Source:
    """A file to be backed up: its contents in memory, or where they are."""

    name: str
    what: bytes | Path

    def open(self) -> io.BufferedReader | io.BytesIO:
        return self.what.open("rb") if isinstance(self.what, Path) else io.BytesIO(self.what)

    def entry(self) -> File:
        with self.open() as file:
            digest = hashlib.file_digest(file, "sha256").digest()
            return File(self.name, file.seek(0, io.SEEK_END), digest, secrets.token_bytes(KEY_SIZE))


def make(config: Path, folder: Path) -> Made:
    """Back the agency of console.toml up into *folder*, for the holders of each desk's recovery key.

    It counts, and the database says so, only once it was read back from the disk. Raises BackupError and
    leaves nothing half done, or what the next run removes if this one is killed.
    """
    settings = load(ConsoleSettings, config)
    _check_folder(folder, settings.folder)
    with _alone(settings.folder):
        clean(folder)
        before = contents.locks(settings.folder)
        with snapshot(settings.folder / contents.DATABASE) as copy:
            made = _make(settings, folder, copy, before)
    _note(settings, made)
    return made


def _make(settings: ConsoleSettings, folder: Path, copy: Path, locks: Mapping[str, bytes]) -> Made:
    small = dict(contents.read(settings))
    small |= {name: lock for name, lock in locks.items() if name not in small}
    contents.check_locks(small, keys_at_rest(copy))
    sources = [_Source(contents.DATABASE, copy), *(_Source(*item) for item in small.items())]
    root = signer.read_root(settings.folder / "root.pub", bytes.fromhex(settings.root_fingerprint))
    keys = settings.folder / "keys"
    own = signer.load(keys / "signer.key", keys / "signer.cert", root)
    revocations = signer.read_revocations(settings.folder / "revocations")
    what = Manifest([source.entry() for source in sources], reach(copy))
    plain = Plain(
        suite=settings.suite,
        agency=agency_id(root),
        day=clock.day_number(),
        id=secrets.token_bytes(front.ID_SIZE),
        vouching=Vouching(root, revocations, own.vouching),
        epochs=contents.epochs(small),
        holders=_holders(settings, root),
    )
    path = folder / f"{START}{clock.today().isoformat()}-{plain.id.hex()[:8]}{END}"
    key = secrets.token_bytes(KEY_SIZE)
    with passing(path) as beside:
        _write(beside, front.seal(plain, key, what.encode()), (sources, what), own)
        _read_back(beside, key, settings)
        beside.rename(path)
    sync_folder(folder)
    kept = note.kept(plain.epochs, plain.day, what.reaches, desk_keys(copy))
    return Made(path, path.stat().st_size, kept)


def _holders(settings: ConsoleSettings, root: bytes) -> dict[bytes, bytes]:
    """Return the desks' recovery keys, as the root vouches for them. Raises BackupError without any."""
    desks = recovery.load(settings.folder / "recovery.pub", root).desks
    if not desks:
        raise BackupError("no desk has a recovery key, so nobody could ever open a backup")
    return {desk.id: desk.public for desk in desks}


def _write(path: Path, start: bytes, what: tuple[Sequence[_Source], Manifest], own: Signer) -> None:
    """Write a backup and have it on disk, signed over what was meant to be written."""
    hashed = hashlib.sha256()
    with create(path) as file:
        for data in _parts(start, *what):
            hashed.update(data)
            file.write(data)
        file.write(own.key.sign(front.LABEL, hashed.digest()).signature)
        file.flush()
        os.fsync(file.fileno())
        # So that what is read back comes from the disk and not out of memory.
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _parts(start: bytes, sources: Sequence[_Source], what: Manifest) -> Iterator[bytes]:
    suite = suite_of(front.read_head(start).suite)
    yield start
    for source, entry in zip(sources, what.files, strict=True):
        count = parcel.count_for(entry.size)
        with source.open() as file:
            for index in range(count):
                yield parcel.seal(suite, entry.key, index, count, file.read(parcel.PIECE))


def _read_back(path: Path, key: bytes, settings: ConsoleSettings) -> None:
    """Raise BackupError unless every byte on the disk is as it was signed, and all of it opens."""
    try:
        with reading.opened(path) as backup:
            backup.verify(bytes.fromhex(settings.root_fingerprint))
            for _, pieces in backup.files(backup.open_manifest(key)):
                for _ in pieces:
                    pass
    except FormatError as error:
        raise BackupError(f"what was written does not open again: {error}") from None


def _note(settings: ConsoleSettings, made: Made) -> None:
    engine = db.open_engine(settings.folder / contents.DATABASE)
    try:
        with db.writing(engine) as connection:
            note.write_made(connection, made.kept)
    except SQLAlchemyError:
        raise BackupError(f"{made.path} is whole, but the database was not told: run it again") from None
    finally:
        engine.dispose()


def _check_folder(folder: Path, agency: Path) -> None:
    if not folder.is_dir():
        raise BackupError(f"{folder} is not a folder")
    if folder.resolve().is_relative_to(agency.resolve()):
        raise BackupError(
            f"{folder} lies inside the agency's own folder: what destroys one destroys the other"
        )


@contextmanager
def _alone(agency: Path) -> Iterator[None]:
    """Hold the agency's folder for one backup at a time. The kernel lets go of it when a process ends."""
    descriptor = os.open(agency, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BackupError("another backup of this agency is being made") from None
    finally:
        os.close(descriptor)
