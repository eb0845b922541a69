"""What a drill found, as an agency can publish it: names, encodings and places, never a canary's bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import Any

from tipline import clock
from tipline.drill import inflate
from tipline.drill.allowed import ALLOWED, CONTROL, HOLD_CONTROL, NOT_SEARCHED, is_blind, is_leak
from tipline.drill.encodings import Needle
from tipline.drill.places import Finding, Searched


@dataclass(frozen=True)
class Report:
    """A finished drill: the *needles* of all that was planted, and every place that was *searched*."""

    needles: Sequence[Needle]
    searched: Sequence[Searched]

    @property
    def planted(self) -> list[str]:
        """The names of the canaries."""
        return list(dict.fromkeys(needle.canary for needle in self.needles))

    @property
    def encodings(self) -> list[str]:
        """In how many ways each was looked for, by name."""
        return list(dict.fromkeys(needle.encoding for needle in self.needles))

    @property
    def leaks(self) -> list[Finding]:
        """What was found where nothing allows it."""
        return [finding for place in self.searched for finding in place.findings if is_leak(finding)]

    @property
    def expected(self) -> list[Finding]:
        """What was found where it may be."""
        found = (finding for place in self.searched for finding in place.findings)
        return [finding for finding in found if finding.canary != CONTROL and not is_leak(finding)]

    @property
    def failures(self) -> list[str]:
        """What could not be searched."""
        failures = [failure for place in self.searched for failure in place.failures]
        blind = [f"{place.name}: the control was not found" for place in self.searched if is_blind(place)]
        return failures + blind

    @property
    def passed(self) -> bool:
        """Whether everything was searched and nothing leaked."""
        return not self.leaks and not self.failures

    def as_json(self) -> dict[str, Any]:
        """Return the report for a program."""
        return {
            "tipline": metadata.version("tipline"),
            "day": clock.today().isoformat(),
            "passed": self.passed,
            "planted": self.planted,
            "encodings": self.encodings,
            "needles": len(self.needles),
            "inflated": _INFLATED,
            "searched": [
                {
                    "place": place.name,
                    "files": place.files,
                    "processes": place.processes,
                    "bytes": place.bytes,
                    "special_files": place.special,
                }
                for place in self.searched
            ],
            "leaks": [asdict(finding) for finding in self.leaks],
            "failures": self.failures,
            "expected": [asdict(finding) for finding in self.expected],
            "control": {"canary": CONTROL, "must_be_found_in": HOLD_CONTROL},
            "allowed": [asdict(allowance) for allowance in ALLOWED],
            "not_searched": [{"place": place, "reason": reason} for place, reason in NOT_SEARCHED],
        }

    def as_text(self) -> str:
        """Return the report for people."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield f"Tipline {metadata.version('tipline')}, drill of {clock.today().isoformat()}"
        yield from ("", "Planted, each existing nowhere else:")
        yield from (f"  {name}" for name in self.planted)
        yield from ("", f"Searched for {len(self.needles)} byte sequences, in these encodings:")
        yield f"  {', '.join(self.encodings)}"
        yield f"  {_INFLATED}"
        yield from ("", "Searched:")
        yield from (f"  {_place(place)}" for place in self.searched)
        yield f"  Control that must be found, or the search is blind: {CONTROL.partition(': ')[2]}"
        yield from ("", "Not searched, and why:")
        yield from (f"  {place}: {reason}" for place, reason in NOT_SEARCHED)
        yield from ("", "Allowed, and why:")
        yield from (f"  {each.canary.lstrip('.* ')} in the {each.place}: {each.reason}" for each in ALLOWED)
        yield ""
        yield from (f"LEAK: {_finding(finding)}" for finding in self.leaks)
        yield from (f"NOT SEARCHED: {failure}" for failure in self.failures)
        yield self._verdict()

    def _verdict(self) -> str:
        if self.passed:
            return "Nothing was found where it must not be, and everything could be searched."
        return f"FAILED: {len(self.leaks)} leaks, {len(self.failures)} places that could not be searched."


_INFLATED = (
    f"also inside gzip, zlib and ZIP streams ({inflate.DEPTH} deep, {inflate.LONGEST >> 20} MiB each), "
    f"and raw deflate at the start of each file and anywhere in files up to {inflate.EVERY_OFFSET >> 10} KiB"
)


def _place(place: Searched) -> str:
    what = f"{place.processes} processes" if place.processes else f"{place.files} files"
    special = f", {len(place.special)} special files listed only" if place.special else ""
    return f"{place.name}: {what}, {place.bytes:,} bytes{special}"


def _finding(finding: Finding) -> str:
    packed = f" inside {' inside '.join(reversed(finding.packed))}" if finding.packed else ""
    times = f", {finding.times} times" if finding.times > 1 else ""
    return f"{finding.canary} as {finding.encoding} in {finding.place} at {finding.offset}{packed}{times}"
