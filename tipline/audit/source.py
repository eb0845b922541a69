"""What a verification reads, whether it comes out of a database or out of an export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from tipline.audit.entry import Stored
from tipline.keys.roster import Trust, Version


@dataclass(frozen=True)
class Restored:
    """What a database says of itself: that it was restored *on* a day from a backup *of* a day."""

    of: int
    on: int


class Source(Protocol):
    """The audit of one console. *trust* says whose word its rosters begin with."""

    @property
    def trust(self) -> Trust:
        """Root, console and revocations."""

    @property
    def restored(self) -> Restored | None:
        """Whether it came out of a backup."""

    def desks(self) -> Mapping[bytes, str]:
        """Return the desks that have a chain, a roster or a place in a day head, with their names."""

    def entries(self, desk: bytes) -> Iterator[Stored]:
        """Return a desk's chain in order."""

    def rosters(self, desk: bytes) -> Sequence[Version]:
        """Return the versions of a desk's roster in order."""

    def openings(self) -> Sequence[tuple[int, bytes]]:
        """Return the stored day heads: day and opening."""
