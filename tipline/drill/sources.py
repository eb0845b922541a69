"""Where the drill looks: files and the memory of processes, as sources of bytes at offsets."""

from __future__ import annotations

import errno
import os
import re
import signal
import stat
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from tipline.errors import DrillError

#: Pages that the kernel lends to every process; they hold its clock and no data of the process.
KERNEL_PAGES = frozenset({"[vvar]", "[vvar_vclock]", "[vsyscall]"})
_MAPS = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+\s*(.*)")


@dataclass(frozen=True)
class Descriptor:
    """Bytes from *start* to *end* behind an open file descriptor: a file, or a region of memory."""

    name: str
    descriptor: int
    start: int
    end: int
    #: A file may be cut short while it is read; memory that ends early was not searched.
    whole: bool = False

    def read(self, offset: int, size: int) -> bytes:
        """Return up to *size* bytes at *offset*. Raises OSError when they cannot be read."""
        wanted = max(0, min(size, self.end - offset))
        data = os.pread(self.descriptor, wanted, offset)
        if self.whole and wanted and not data:
            raise OSError(errno.EIO, "it ends early")
        return data


@dataclass(frozen=True)
class Inflated:
    """Bytes that are here already: what came out of a compressed stream, or names."""

    data: bytes
    name: str = ""
    start: int = 0

    @property
    def end(self) -> int:
        """How many bytes there are."""
        return len(self.data)

    def read(self, offset: int, size: int) -> bytes:
        """Return up to *size* bytes at *offset*."""
        return self.data[offset : offset + size]


#: What can be searched: bytes from *start* to *end*, read at any offset between them.
Source = Descriptor | Inflated


@contextmanager
def open_file(path: Path, name: str) -> Iterator[Descriptor]:
    """Give a regular file as a source called *name*. Raises DrillError."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError as error:
        raise DrillError(f"{name}: {error.strerror}") from None
    try:
        yield Descriptor(name, descriptor, 0, os.fstat(descriptor).st_size)
    finally:
        os.close(descriptor)


def walk(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return the regular files under *folder*, and the special ones (links, sockets, pipes, devices).

    Raises DrillError for a folder that cannot be listed.
    """
    regular: list[Path] = []
    special: list[Path] = []
    for parent, folders, files in os.walk(folder, onerror=_refuse):
        links = [name for name in folders if (Path(parent) / name).is_symlink()]
        for name in [*files, *links]:
            path = Path(parent) / name
            (regular if stat.S_ISREG(path.lstat().st_mode) else special).append(path)
    return sorted(regular), sorted(special)


def labels(folder: Path, name: str) -> Inflated:
    """Return what the entries under *folder* say without being opened: names, aims of links, attributes.

    Raises OSError when one cannot be read.
    """
    said: list[bytes] = []
    for parent, folders, files in os.walk(folder, onerror=_refuse):
        for entry in [*folders, *files]:
            path = Path(parent) / entry
            said.append(os.fsencode(entry))
            if path.is_symlink():
                said.append(os.fsencode(path.readlink()))
            said += _attributes(path)
    return Inflated(b"\n".join(said), name)


def _attributes(path: Path) -> Iterator[bytes]:
    try:
        names = os.listxattr(path, follow_symlinks=False)
    except OSError as error:
        if error.errno == errno.ENOTSUP:
            return  # a file system that has none
        raise
    for name in names:
        yield os.fsencode(name)
        yield os.getxattr(path, name, follow_symlinks=False)


@contextmanager
def open_memory(pid: int, name: str) -> Iterator[list[Descriptor]]:
    """Stop process *pid*, give its readable regions as sources, and let it go on. Raises DrillError."""
    try:
        os.kill(pid, signal.SIGSTOP)
    except OSError as error:
        raise DrillError(f"{name}: {error.strerror}") from None
    try:
        _await_stop(pid)
        descriptor = _open_memory(pid, name)
        try:
            yield [
                Descriptor(f"{name} {label}", descriptor, start, end, whole=True)
                for start, end, label in _regions(pid)
            ]
        finally:
            os.close(descriptor)
    finally:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def open_deleted(pid: int, name: str) -> Iterator[list[Descriptor]]:
    """Give the files that process *pid* holds open and no folder shows any more. Raises DrillError."""
    with ExitStack() as opened:
        found = []
        for link in _links(pid, name):
            if str(link.readlink()).endswith(" (deleted)") and stat.S_ISREG(link.stat().st_mode):
                descriptor = os.open(link, os.O_RDONLY)
                opened.callback(os.close, descriptor)
                found.append(
                    Descriptor(
                        f"{name} deleted file {link.name}", descriptor, 0, os.fstat(descriptor).st_size
                    )
                )
        yield found


def _links(pid: int, name: str) -> list[Path]:
    try:
        return sorted(Path(f"/proc/{pid}/fd").iterdir())
    except OSError as error:
        raise DrillError(f"{name}: {error.strerror}") from None


def descendants(pid: int) -> list[int]:
    """Return *pid* and every process below it that lives now."""
    parents = dict(_parents())
    found = [pid]
    for parent in found:
        found.extend(sorted(child for child, of in parents.items() if of == parent))
    return found


def _parents() -> Iterator[tuple[int, int]]:
    """Give every living process with its parent; one that has ended and waits to be reaped has no memory."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The second field is the program's name in brackets, which may hold spaces and brackets.
            state, parent = status.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue  # it ended meanwhile
        if state not in "ZX":
            yield int(status.parent.name), int(parent)


def _open_memory(pid: int, name: str) -> int:
    try:
        return os.open(f"/proc/{pid}/mem", os.O_RDONLY)
    except OSError as error:
        raise DrillError(f"{name}: {error.strerror}") from None


def _await_stop(pid: int) -> None:
    """A moving process could carry a word from a region not yet read to one already read."""
    for _ in range(1000):
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        if state in "tT":
            return
        time.sleep(0.001)
    raise DrillError(f"process {pid} does not stop")


def _regions(pid: int) -> Iterator[tuple[int, int, str]]:
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        found = _MAPS.fullmatch(line)
        if found is None:
            raise DrillError(f"memory map of {pid}: a line of another form")
        start, end, permissions, label = found.groups()
        if permissions.startswith("r") and label not in KERNEL_PAGES:
            yield int(start, 16), int(end, 16), Path(label).name or "anonymous"


def _refuse(error: OSError) -> NoReturn:
    raise DrillError(f"{error.filename}: {error.strerror}")
