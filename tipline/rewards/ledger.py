"""PURE: the ledger of a board: what was granted, claimed and never collected, with totals, and no name."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tipline import clock
from tipline.rewards import reward
from tipline.rewards.reward import Reward

HEAD = ("case", "state", "granted on", "granted", "claimed", "uncollected", "currency")
#: What makes a spreadsheet take a cell for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Totals:
    """Sums in whole units: *granted* is all that stands, *claimed* and *uncollected* are parts of it."""

    granted: int
    claimed: int
    uncollected: int

    @property
    def open(self) -> int:
        """What can still be collected."""
        return self.granted - self.claimed - self.uncollected


def totals(rewards: Iterable[Reward]) -> Totals:
    """Return the sums over rewards that were granted."""
    of = [one for one in rewards if one.granted is not None]
    return Totals(
        sum(one.amount for one in of),
        sum(one.amount for one in of if one.state == reward.PAID),
        sum(one.amount for one in of if one.state == reward.UNCOLLECTED),
    )


def to_csv(rewards: Sequence[Reward], currency: str) -> str:
    """Return the ledger as CSV, oldest first, its totals last; no cell of it is a formula."""
    granted = sorted((one for one in rewards if one.granted is not None), key=lambda one: one.id)
    lines = [_line(one, currency) for one in granted]
    sums = totals(rewards)
    lines.append(("total", "", "", sums.granted, sums.claimed, sums.uncollected, currency))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([_safe(cell) for cell in line] for line in (HEAD, *lines))
    return text.getvalue()


def _line(one: Reward, currency: str) -> tuple[object, ...]:
    claimed = one.amount if one.state == reward.PAID else 0
    uncollected = one.amount if one.state == reward.UNCOLLECTED else 0
    day = clock.from_day_number(one.granted or 0).isoformat()
    return (f"T-{one.case:04d}", one.state, day, one.amount, claimed, uncollected, currency)


def _safe(cell: object) -> str:
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
