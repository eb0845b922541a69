"""What may be where: the few canaries that a place holds by design, and why. All else is a leak."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tipline.drill.places import Finding, Searched


@dataclass(frozen=True)
class Allowance:
    """*canary* (a pattern of names) may be in *place* (the start of its name), for this *reason*."""

    canary: str
    place: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Whether this finding is as designed."""
        return finding.place.startswith(self.place) and bool(re.fullmatch(self.canary, finding.canary))


ALLOWED = (
    Allowance(
        ".* acknowledgement key",
        "collector's memory",
        "the collector opens dockets, and makes of this key the token that tells a tipster of the arrival",
    ),
)

#: Every program reads the public fingerprint of the root from its settings. So this is the control: where the
#: search does not find it in these places, it would find nothing.
CONTROL = "control: the root's fingerprint"
HOLD_CONTROL = ("intake's memory", "collector's memory", "relay's data", "agency's data")

#: Places that the drill does not search, and why. They are in the report.
NOT_SEARCHED = (
    (
        "console's memory",
        "an officer who is signed in reads tips there: that is what it is for, until the officer signs out",
    ),
    (
        "memory of the process that served one request of the plain pages",
        "it read that request, and has ended",
    ),
    (
        "the machine's own logs and swap",
        "the drill searches what the programs can write, below its own folder",
    ),
)


def is_blind(place: Searched) -> bool:
    """Whether the control was not found where it must be: then *place* was not really searched."""
    holds = place.name.startswith(HOLD_CONTROL)
    return holds and all(finding.canary != CONTROL for finding in place.findings)


def is_leak(finding: Finding) -> bool:
    """Whether nothing allows this finding."""
    return finding.canary != CONTROL and not any(allowance.covers(finding) for allowance in ALLOWED)
