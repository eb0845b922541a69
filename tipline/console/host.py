"""The machine that the console runs on: nothing of its memory may reach a disk."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tipline.errors import HostError
from tipline.settings import ConsoleSettings
from tipline.web import process

_IN_MEMORY = ("tmpfs", "ramfs")


def prepare(settings: ConsoleSettings) -> None:
    """Switch core dumps off, and refuse a machine with swap or a temp folder on disk, unless it is a demo.

    Raises HostError that says what to change.
    """
    process.keep_memory_private()
    if settings.demo:
        return
    swap = swap_areas(Path("/proc/swaps").read_text())
    if swap:
        raise HostError(
            f"swap is on ({', '.join(swap)}): memory with tips could reach that disk. Run swapoff -a"
        )
    folder = Path(tempfile.gettempdir()).resolve()
    kind = file_system(folder, Path("/proc/self/mountinfo").read_text())
    if kind not in _IN_MEMORY:
        raise HostError(f"the temp folder {folder} is on a disk ({kind}): set TMPDIR to a folder in a tmpfs")


def swap_areas(swaps: str) -> list[str]:
    """Return the swap areas that /proc/swaps lists, compressed memory (zram) left out."""
    areas = [line.split()[0] for line in swaps.splitlines()[1:] if line.strip()]
    return [area for area in areas if not area.startswith("/dev/zram")]


def file_system(folder: Path, mountinfo: str) -> str:
    """Return the kind of file system that *folder* (resolved) lies on, as /proc/self/mountinfo has it."""
    best, kind = Path("/"), "unknown"
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        point = Path(before.split()[4].encode().decode("unicode_escape"))
        if folder.is_relative_to(point) and len(point.parts) >= len(best.parts):
            best, kind = point, after.split()[0]
    return kind
