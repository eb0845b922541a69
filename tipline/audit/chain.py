"""PURE: a desk's chain, checked wholly: every fault in it, where it ends, and its hashes at given entries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from tipline.audit import entry as entries
from tipline.audit.day_head import START, Head
from tipline.audit.entry import Entry, Stored
from tipline.audit.signers import Signers
from tipline.errors import AuditError

#: So many faults of one chain are named; after that it is only said that there are more.
FAULTS_MAX = 20


@dataclass(frozen=True)
class Chain:
    """A chain after its check: how many *entries* it has, its *end*, and the *faults* found, as sentences.

    *hashes* are those of the entries that were asked for, by seq.
    """

    desk: bytes
    entries: int
    end: Head
    faults: tuple[str, ...]
    hashes: Mapping[int, bytes]

    def contains(self, head: Head) -> bool:
        """Tell whether the chain was once as *head* says, which must be one that was asked for."""
        return head == START or self.hashes.get(head.seq) == head.hash


@dataclass
class Walk:
    """Goes through the chain of a *desk*, entry by entry, from the *end* of what comes before.

    Where that is not known it is None, and the first entry's place in the chain is not checked.
    """

    desk: bytes
    signers: Signers
    end: Head | None = START

    def step(self, stored: Stored) -> list[str]:
        """Return the faults of the next entry, and go on from it whatever it is: one does not hide others."""
        faults = list(self._faults(stored))
        self.end = Head(stored.seq, stored.hash)
        return faults

    def _faults(self, stored: Stored) -> Iterable[str]:
        where, after = f"entry {stored.seq}", self.end.seq + 1 if self.end else stored.seq
        if stored.seq != after:
            many = f"entries {after} to {stored.seq - 1} were"
            yield f"{f'entry {after} was' if stored.seq == after + 1 else many} removed"
        try:
            entry = entries.parse(stored.entry)
        except AuditError:
            yield f"{where} is not an entry"
            return
        fault = self._wrong_signer(stored, entry)
        if fault:
            yield f"{where} {fault}"
        elif self._is_out_of_place(stored, entry):
            yield f"{where} was moved, or one before it was changed"
        if entry.case != stored.case:
            yield f"{where} is filed under another case"
        if entry.at != stored.at:
            yield f"{where} is filed under another time"

    def _wrong_signer(self, stored: Stored, entry: Entry) -> str:
        keys = self.signers.keys_of(entry.officer)
        if not keys:
            return "is by an unknown officer: no roster of this desk ever named them"
        signing = {key for key in keys if entries.is_signed(stored, key)}
        if not signing:
            return "was changed, or signed with another key than its officer's"
        try:
            there = self.signers.keys_at(entry.officer, entry)
            if signing & there:
                self.signers.follow(entry)
        except AuditError as error:
            return f"is about a roster that is gone: {error}"
        if not there:
            return "is by an officer who was not at the desk any more"
        return "" if signing & there else "is signed with keys that its officer had no more"

    def _is_out_of_place(self, stored: Stored, entry: Entry) -> bool:
        follows = self.end is None or entry.prev == self.end.hash or stored.seq != self.end.seq + 1
        return not follows or (entry.desk, entry.seq) != (self.desk, stored.seq)


def check(desk: bytes, rows: Iterable[Stored], signers: Signers, wanted: Collection[int] = ()) -> Chain:
    """Check the chain of a *desk*, *rows* in order; remember the hashes of the entries that are *wanted*."""
    walk, count, found = Walk(desk, signers), 0, list[str]()
    hashes: dict[int, bytes] = {}
    for stored in rows:
        found += walk.step(stored)
        count += 1
        if stored.seq in wanted:
            hashes[stored.seq] = stored.hash
    more = [f"there are {len(found) - FAULTS_MAX} faults more"] if len(found) > FAULTS_MAX else []
    return Chain(desk, count, walk.end or START, (*found[:FAULTS_MAX], *more, *_of_roster(signers)), hashes)


def _of_roster(signers: Signers) -> Iterable[str]:
    if signers.unnoted:
        yield f"version {signers.unnoted} of the roster is in no entry"
    if signers.fault:
        yield f"the roster does not hold, so who signed is not proved: {signers.fault}"
