from __future__ import annotations

import csv

from tipline.numbers import figures
from tipline.numbers.figures import FEW


def test_a_csv_has_every_table_and_no_formula():
    """A category is named by the agency's people, who may begin it with anything."""
    table = figures.table("category", "About", [("=cmd|'/c calc'!A1", 7), ("Drugs", 9), ("-1+1", 6)])
    rows = list(csv.reader(figures.to_csv("@Numbers", [table]).splitlines()))
    assert rows[0] == ["'@Numbers"]
    assert rows[2:] == [
        ["About", "'=cmd|'/c calc'!A1", "7", "cases"],
        ["About", "Drugs", "9", "cases"],
        ["About", "'-1+1", "6", "cases"],
    ]


def test_what_is_published_says_what_it_holds_back():
    table = figures.published(figures.table("a", "A", [("two", 2), ("three", 3), ("many", 50)]))
    assert [row.count for row in table.rows] == [None, None, 50]
    assert table.total is None
    assert figures.to_csv("T", [table]).count(FEW) == 2
