"""The whole verification: every chain, every stored day head, every published one that is brought along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain as joined
from itertools import pairwise

from tipline import clock
from tipline.audit import chain, own_acts, published
from tipline.audit.chain import Chain
from tipline.audit.published import Kept, Opening
from tipline.audit.signers import Signers
from tipline.audit.source import Restored, Source

ALONE = (
    "No published head was brought along, so this shows only that the audit agrees with itself: whoever can "
    "write to the database could have cut it off, or put an older copy in its place."
)


@dataclass(frozen=True)
class Report:
    """What was found. *proved* and *faults* are sentences; *chains* are named by their desks.

    *remarks* say what was not looked at.
    """

    chains: Mapping[str, Chain]
    days: int
    proved: tuple[str, ...]
    faults: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether no fault was found."""
        return not self.faults

    @property
    def entries(self) -> int:
        """How many entries were checked."""
        return sum(one.entries for one in self.chains.values())


@dataclass
class _Heads:
    """The comparison of published heads with the stored ones."""

    openings: Sequence[Opening]
    chains: Mapping[bytes, Chain]
    names: Mapping[bytes, str]
    restored: Restored | None
    proved: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def compare(self, kept: Sequence[Kept]) -> None:
        """Open every published head, and prove that each later one extends the one before it."""
        found = {one.digest: one for one in (self._open(head) for head in kept) if one}
        ordered = sorted(found.values(), key=lambda one: one.says.serial)
        for before, after in pairwise(ordered):
            self._extend(before, after)

    def _open(self, head: Kept) -> Opening | None:
        opening = published.opened(head, self.openings)
        if opening is None:
            self.faults.append(f"{head} opens to nothing that is stored: {self._perhaps(head)}")
            return None
        differs = published.differs(head, opening.says)
        missing = published.missing_in(opening.says, self.chains, self.names)
        self.faults += [differs] if differs else []
        if not differs and not missing:
            self.proved.append(f"{head}: every chain still begins as it was then")
        return None if missing else opening

    def _extend(self, before: Opening, after: Opening) -> None:
        shrunk = published.shrunk([before, after], self.names)
        if not shrunk:
            days = (clock.in_words(one.day) for one in (after, before))
            self.proved.append(
                "the head of {} extends that of {}: {} entries more".format(
                    *days, published.growth(before.says, after.says)
                )
            )

    def _perhaps(self, head: Kept) -> str:
        said = self.restored
        day = clock.day_number(head.head.day) if head.head else None
        if said and (day is None or said.of <= day <= said.on):
            return (
                f"this database says that it was restored on {clock.in_words(said.on)} from a backup of "
                f"{clock.in_words(said.of)}, and what was published in between opens to nothing any more. "
                "Who restored it, and is that in their minutes?"
            )
        return "this is not the database that it was published from, or it was put back or changed since"


def verify(source: Source, kept: Sequence[Kept] = ()) -> Report:
    """Check all of a *source*, against published heads that were *kept* outside. Raises for no fault."""
    names = source.desks()
    openings, faults = published.read(source.openings())
    wanted = published.wanted(openings)
    chains = {
        desk: chain.check(desk, source.entries(desk), _signers(source, desk, names), wanted.get(desk, ()))
        for desk in names
    }
    heads = _Heads(openings, chains, names, source.restored)
    heads.compare(kept)
    faults += [f"desk {names[desk]}: {fault}" for desk, one in chains.items() for fault in one.faults]
    faults += _stored(openings, chains, names, source.trust.console)
    return Report(
        chains={names[desk]: one for desk, one in chains.items()},
        days=len(openings),
        proved=tuple(heads.proved),
        faults=tuple(dict.fromkeys(faults + heads.faults)),
        remarks=() if kept else (ALONE,),
    )


def _signers(source: Source, desk: bytes, desks: Iterable[bytes]) -> Signers:
    found = Signers(source.rosters(desk), source.trust)
    if desk == own_acts.ADMINISTRATION:
        others = (Signers(source.rosters(other), source.trust).rosters for other in desks)
        found.own = own_acts.of(found, joined.from_iterable(others), source.entries(desk))
    return found


def _stored(
    openings: Sequence[Opening], chains: Mapping[bytes, Chain], names: Mapping[bytes, str], console: str
) -> list[str]:
    faults = [
        f"a day head of {clock.in_words(one.day)} is that of another console, {one.says.console}"
        for one in openings
        if one.says.console != console
    ]
    for one in openings:
        faults += published.missing_in(one.says, chains, names)
    return faults + published.shrunk(openings, names)
