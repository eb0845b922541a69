"""Key files: a first line that names the kind, then base64url. Written whole, for their owner only."""

from __future__ import annotations

import binascii
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

from tipline.errors import AccessError, FormatError

#: The kinds of key files, as their first lines say.
ROOT = "TIPLINE ROOT KEY 1"
SIGNER = "TIPLINE SIGNER KEY 1"
CERTIFICATE = "TIPLINE SIGNER CERTIFICATE 1"
REVOCATIONS = "TIPLINE REVOCATIONS 1"
EPOCH = "TIPLINE EPOCH KEY 1"
LOCK = "TIPLINE AT-REST LOCK 1"
DESK = "TIPLINE DESK KEY 1"
HANDOVER = "TIPLINE HANDOVER SECRET 1"
REQUEST = "TIPLINE REQUEST 1"
RECOVERY = "TIPLINE RECOVERY KEYS 1"
ROSTERS = "TIPLINE ROSTERS SEEN 1"

_OWNER_ONLY = 0o600
_ANYBODY = 0o007
_SIZE_MAX = 1 << 20


def write_new(path: Path, kind: str, data: bytes) -> None:
    """Write a key file that is not there yet: a key is never overwritten. Raises AccessError if it is."""
    written = _write_beside(path, kind, data)
    try:
        os.link(written, path)
    except FileExistsError:
        raise AccessError(f"{path} is there already, and a key is never overwritten") from None
    finally:
        written.unlink()
    sync_folder(path.parent)


def write_private(path: Path, data: bytes) -> None:
    """Write a new file as it is, for its owner only. Raises AccessError when it is there already."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    except OSError as error:
        raise AccessError(f"{path}: {error.strerror}") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def replace(path: Path, kind: str, data: bytes) -> None:
    """Write a key file in the place of the old one, if any: a reader sees the old or the new, whole."""
    _write_beside(path, kind, data).replace(path)
    sync_folder(path.parent)


def replace_public(path: Path, data: bytes) -> None:
    """Write a public file as it is, in the place of the old one, if any: whole, and for anybody to read."""
    beside = _write_bytes_beside(path, data)
    beside.chmod(0o644)
    beside.replace(path)
    sync_folder(path.parent)


def move(path: Path, to: Path) -> None:
    """Put a key file in the place of another one, which is gone then; durable, and all or nothing."""
    path.replace(to)
    sync_folder(to.parent)


def destroy(path: Path) -> bool:
    """Overwrite a key file in place, durably, then unlink it. Tell whether it was there.

    A file system that copies on write, or a disk that moves blocks, may keep the old bytes: encrypt it.
    """
    # What a making that was killed left beside it goes too.
    found = [one for one in (path, *path.parent.glob(f".{path.name}.*")) if one.exists()]
    for one in found:
        _destroy(one)
    return bool(found)


def read(path: Path, kind: str, size: int | None = None) -> bytes:
    """Read a key file of this *kind* (and of *size* bytes, when given).

    Raises AccessError when it cannot be read or everybody on the machine could, FormatError("key file") when
    it is of another kind or damaged. No error quotes what stands in it.
    """
    first, _, rest = _text(path).partition("\n")
    if first.strip() != kind:
        raise FormatError("key file", f"{path} is not a {kind}")
    try:
        coded = "".join(rest.split()).encode("ascii")
        data = urlsafe_b64decode(coded + b"=" * (-len(coded) % 4))
    except (ValueError, binascii.Error):
        raise FormatError("key file", f"{path} is damaged") from None
    if urlsafe_b64encode(data).rstrip(b"=") != coded or (size is not None and len(data) != size):
        raise FormatError("key file", f"{path} is damaged")
    return data


def _destroy(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(secrets.token_bytes(os.fstat(file.fileno()).st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    sync_folder(path.parent)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & _ANYBODY:
                raise AccessError(f"{path} is open to everybody on this machine: chmod 600 it")
            return file.read(_SIZE_MAX).decode()
    except OSError as error:
        raise AccessError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise FormatError("key file", f"{path} is not text") from None


def _write_beside(path: Path, kind: str, data: bytes) -> Path:
    return _write_bytes_beside(path, kind.encode() + b"\n" + urlsafe_b64encode(data).rstrip(b"=") + b"\n")


def _write_bytes_beside(path: Path, content: bytes) -> Path:
    """Write under a passing name in the same folder, on disk before it returns."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    except OSError as error:
        raise AccessError(f"{path}: {error.strerror}") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    return beside


def sync_folder(folder: Path) -> None:
    """Make durable what was written, renamed or unlinked in *folder*."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
