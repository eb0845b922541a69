"""What of the agency's folder goes into a backup: all that the machine cannot be set up again without.

The root is not among it, nor is anything in a folder that nobody named here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from tipline.backup.manifest import NAME
from tipline.errors import BackupError
from tipline.keys import files, rest_lock
from tipline.settings import ConsoleSettings

DATABASE = "console.db"
#: Without these no machine runs again.
_NEEDED = (
    "console.toml",
    "root.pub",
    "recovery.pub",
    "revocations",
    "keys/handover.secret",
    "keys/signer.key",
    "keys/signer.cert",
)
_EPOCHS, _EPOCH = "keys/epochs", re.compile(r"keys/epochs/([0-9]+)\.key")
#: The locks of the desks' keys at rest.
_LOCKS = f"keys/{rest_lock.FOLDER}"
#: A new signer's key that waits for its certificate.
_PERHAPS = ("keys/signer.next",)
_SMALL = 1 << 20
_TRIES = 3


def read(settings: ConsoleSettings) -> Mapping[str, bytes]:
    """Read every small file of the agency by its name below the folder: settings, keys, what the root signed.

    Called after the database was copied: a key's file is written before its rows are, so no row is copied
    whose key is not. A lock goes after its rows, so *locks* is called before. Raises BackupError when one is
    missing, is the root's private key, or changes.
    """
    for _ in range(_TRIES):
        first, second = _read(settings), _read(settings)
        if first == second:
            return first
    raise BackupError("the files of keys are being replaced at this moment: run it again")


def locks(folder: Path) -> Mapping[str, bytes]:
    """Read the locks of the agency's keys at rest, by their names below its *folder*.

    Called before the database is copied, too: a key may be let go in between, to which rows in the copy are
    still sealed. Raises BackupError.
    """
    return {name: _bytes(folder / name) for name in _names(folder, _LOCKS) if (folder / name).is_file()}


def check_locks(names: Mapping[str, bytes], keys: Iterable[tuple[bytes, int]]) -> None:
    """Raise BackupError when a key at rest (desk, number) has no lock among files of these *names*.

    Such a backup could never be read, and in two weeks it would be the only one.
    """
    for desk, number in keys:
        name = f"{_LOCKS}/{rest_lock.name_of(desk, number)}"
        if name not in names:
            raise BackupError(f"{name} is missing: put it back from an older backup, and run it again")


def epochs(names: Mapping[str, bytes]) -> frozenset[int]:
    """Return the epochs whose keys are among files of these *names*."""
    found = (_EPOCH.fullmatch(name) for name in names)
    return frozenset(int(match[1]) for match in found if match)


def _read(settings: ConsoleSettings) -> dict[str, bytes]:
    folder = settings.folder
    perhaps = [*_PERHAPS, *_names(folder, _EPOCHS), *_names(folder, _LOCKS), *_named(settings)]
    needed = {name: _bytes(folder / name) for name in _NEEDED}
    return needed | {name: _bytes(folder / name) for name in perhaps if (folder / name).is_file()}


def _names(folder: Path, below: str) -> list[str]:
    return sorted(f"{below}/{path.name}" for path in (folder / below).glob("*.key"))


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_SMALL + 1)
    except OSError as error:
        raise BackupError(f"{path.name}: {error.strerror}") from None
    if len(data) > _SMALL:
        raise BackupError(f"{path.name} is too large for what it should be")
    if data.startswith(files.ROOT.encode()):
        raise BackupError(
            f"{path.name} is the root's private key, which belongs on no machine that is online"
        )
    return data


def _named(settings: ConsoleSettings) -> list[str]:
    """Return the files in the folder that the settings name: the relay's certificate, secrets of alerts."""
    own, certificate = settings.folder, settings.relay_certificate
    if certificate is not None and _below(own, certificate) is None:
        raise BackupError(f"relay_certificate: {certificate.name} lies outside the agency's folder")
    paths = (certificate, *settings.alerts.files) if certificate else settings.alerts.files
    return [name for name in (_below(own, path) for path in paths) if name is not None]


def _below(folder: Path, path: Path) -> str | None:
    """Return a file's name below the *folder*; None for one that lies elsewhere, or too deep in it."""
    try:
        name = (folder / path).resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        return None
    return name if NAME.fullmatch(name) else None
