"""CSV files (RFC 4180) that people open in a spreadsheet: no cell of theirs acts as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

#: What a spreadsheet takes for a formula at the beginning of a cell, in full width too.
_ACTING = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def to_csv(rows: Iterable[Sequence[object]]) -> str:
    """Return rows as one CSV file. Numbers stay numbers; texts are made safe."""
    out = io.StringIO()
    write = csv.writer(out)
    for row in rows:
        write.writerow([safe(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue()


def safe(cell: str) -> str:
    """Return a cell's text, with an apostrophe before what a spreadsheet would run."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_ACTING) else cell
