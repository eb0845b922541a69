"""Tables of counts, as pages show them, pictures draw them and CSV files have them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tipline import spreadsheet
from tipline.numbers import suppress

#: What stands for a count that is not shown.
FEW = "fewer than 5, or held back with one"


@dataclass(frozen=True)
class Row:
    """One line of a table: *count* is None where it is not shown."""

    label: str
    count: int | None


@dataclass(frozen=True)
class Table:
    """Counts of one question. *sums*: every case is in one row alone, so that the rows add up to a total."""

    code: str
    title: str
    rows: tuple[Row, ...]
    sums: bool = True
    unit: str = "cases"

    @property
    def total(self) -> int | None:
        """What the rows add up to; None where they do not, or one is not shown."""
        counts = [row.count for row in self.rows]
        return sum(count or 0 for count in counts) if self.sums and None not in counts else None

    @property
    def most(self) -> int:
        """The greatest count, to draw the others by; 1 at least."""
        return max((row.count or 0 for row in self.rows), default=0) or 1


def table(code: str, title: str, counts: Iterable[tuple[str, int]], *, sums: bool = True) -> Table:
    """Return a table of (label, count)."""
    return Table(code, title, tuple(Row(label, count) for label, count in counts), sums)


def published(one: Table) -> Table:
    """Return a table as it may be published: small cells are not shown."""
    counts = suppress.suppressed([row.count or 0 for row in one.rows], sums=one.sums)
    return replace(
        one, rows=tuple(Row(row.label, count) for row, count in zip(one.rows, counts, strict=True))
    )


def to_csv(title: str, tables: Sequence[Table]) -> str:
    """Return tables as one CSV file: table, row, count, unit."""
    rows: list[Sequence[object]] = [[title], ["table", "row", "count", "unit"]]
    for one in tables:
        rows += [
            [one.title, row.label, FEW if row.count is None else row.count, one.unit] for row in one.rows
        ]
    return spreadsheet.to_csv(rows)
