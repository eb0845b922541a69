"""All the places of one search: folders and processes, what was read of each, and what could not be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from tipline.drill import sources
from tipline.drill.scan import Found, scan
from tipline.drill.search import Sieve
from tipline.drill.sources import Source
from tipline.errors import DrillError


@dataclass(frozen=True)
class Finding:
    """A canary where it must not be: never the bytes around it. *offset* is that of the first of *times*."""

    canary: str
    encoding: str
    place: str
    offset: int
    packed: tuple[str, ...]
    times: int = 1


@dataclass
class Searched:
    """What was searched under one *name*, and what came of it."""

    name: str
    files: int = 0
    processes: int = 0
    bytes: int = 0
    special: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether everything could be read and nothing was found."""
        return not self.findings and not self.failures


def search_folder(name: str, folder: Path, sieve: Sieve, tell: Callable[[str], None]) -> Searched:
    """Search every file under *folder* (which must exist), and what its entries are called.

    Places are named from *name* on.
    """
    done = Searched(name)
    try:
        regular, special = sources.walk(folder)
    except DrillError as error:
        done.failures.append(f"{name}: {error}")
        return done
    done.special = [f"{name}/{path.relative_to(folder)}" for path in special]
    _search_labels(done, folder, sieve)
    for path in regular:
        place = f"{name}/{path.relative_to(folder)}"
        tell(place)
        try:
            with sources.open_file(path, place) as file:
                _search(done, [file], sieve, guess=True)
                done.files += 1
        except (DrillError, OSError) as error:
            done.failures.append(f"{place}: {error}")
    return done


def _search_labels(done: Searched, folder: Path, sieve: Sieve) -> None:
    place = f"{done.name}: names, links and attributes"
    try:
        said = sources.labels(folder, place)
    except (DrillError, OSError) as error:
        done.failures.append(f"{place}: {error}")
        return
    merged: dict[tuple[object, ...], Finding] = {}
    for found in scan(said, sieve, guess=False):
        _merge(merged, place, found)
    done.findings.extend(merged.values())


def search_processes(name: str, pids: Iterable[int], sieve: Sieve, tell: Callable[[str], None]) -> Searched:
    """Search the memory of every process of *pids*, each stopped meanwhile, and its deleted open files."""
    done = Searched(name)
    for number, pid in enumerate(pids, start=1):
        place = f"{name} (process {number})"
        tell(place)
        try:
            with sources.open_memory(pid, place) as regions, sources.open_deleted(pid, place) as files:
                _search(done, regions, sieve, guess=False)
                _search(done, files, sieve, guess=True)
                done.processes += 1
        except (DrillError, OSError) as error:
            done.failures.append(f"{place}: {error}")
    return done


def _search(done: Searched, where: Iterable[Source], sieve: Sieve, *, guess: bool) -> None:
    merged: dict[tuple[object, ...], Finding] = {}
    for source in where:
        for found in scan(source, sieve, guess=guess):
            _merge(merged, source.name, found)
        done.bytes += source.end - source.start
    done.findings.extend(merged.values())


def _merge(merged: dict[tuple[object, ...], Finding], place: str, found: Found) -> None:
    needle = found.hit.needle
    key = (needle, place, bool(found.packed))
    first = merged.get(key)
    if first is None:
        merged[key] = Finding(needle.canary, needle.encoding, place, found.hit.offset, found.packed)
    else:
        merged[key] = replace(first, times=first.times + 1)
