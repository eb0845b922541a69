"""Each line is a case or has a fault that is said; what a cell holds is text, whatever it looks like."""

from __future__ import annotations

import csv
import io

import pytest

from tipline import clock
from tipline.errors import FormatError
from tipline.imports import check, lines, mapping
from tipline.imports.check import Checked

HEAD = ("number", "text", "date", "category", "language", "priority", "disposition", "note")
FINE = ("P3-1", "what they said", "2026-01-31", "drugs", "en", "P2", "unfounded", "a note")
MEANS = """
date = "%m/%d/%Y %H:%M"
category = "drugs"
priority = 4
[columns]
number = "Tip ID"
text = "Narrative"
date = "Received"
disposition = "Outcome"
priority = "Level"
[dispositions]
"Closed, nothing found" = "unfounded"
[priorities]
"High" = 1
"""


def checked(*rows: tuple[str, ...], head: tuple[str, ...] = HEAD, means: str = "", known=()) -> Checked:
    """Check these lines under the first."""
    file = io.StringIO()
    csv.writer(file).writerows([head, *rows])
    return check.check(lines.read(file.getvalue().encode()), mapping.read(means), {"drugs", "other"}, known)


def changed(**values: str) -> tuple[str, ...]:
    """Return a fine line with other values."""
    return tuple(values.get(name, value) for name, value in zip(HEAD, FINE, strict=True))


def test_a_line_is_a_case():
    """By the columns' own names."""
    (one,) = checked(FINE).cases
    assert (one.line, one.number, one.text, one.category, one.lang) == (
        2,
        "P3-1",
        "what they said",
        "drugs",
        "en",
    )
    assert (one.priority, one.code, one.note) == (2, "unfounded", "a note")
    assert clock.from_day_number(one.day).isoformat() == "2026-01-31"


def test_a_mapping_says_what_the_old_words_mean():
    """In any capitals; a date keeps no hour, and what is not named is not taken over."""
    head = ("TIP ID", "narrative", "Received", "Outcome", "Level", "Caller's name")
    row = ("7", "words", "01/31/2026 23:59", "closed, NOTHING found", "high", "John Doe")
    (one,) = checked(row, head=head, means=MEANS).cases
    assert (one.number, one.code, one.priority, one.category, one.lang) == (
        "7",
        "unfounded",
        1,
        "drugs",
        "und",
    )
    assert clock.from_day_number(one.day).isoformat() == "2026-01-31"
    assert "John" not in repr(vars(one))


FAULTS = {
    "number": ("", "x" * 65, "a\nb", "a\u202eb", "a\x07"),
    "text": ("", "   ", "x" * 16_400, "\ud800"[:0]),
    "date": ("", "31.01.2026", "2026-13-01", "1969-12-31", "9999-01-01", "0000-00-00", "2026-01-31T10:00"),
    "category": ("unknown", "Drugs!", "=1+1"),
    "language": ("english language", "e", "<b>"),
    "priority": ("5", "-1", "urgent", "=0"),
    "disposition": ("closed", "duplicate", "spam;--"),
    "note": ("x" * 17_000,),
}


@pytest.mark.parametrize("column", FAULTS)
def test_each_fault_is_said_with_its_line(column: str):
    """And the lines around it are cases."""
    for value in FAULTS[column]:
        found = checked(changed(number="A"), changed(**{column: value}), changed(number="B"))
        assert [one.number for one in found.cases] == ["A", "B"], value
        (fault,) = found.faults
        assert (fault.line, bool(fault.wrong)) == (3, True)


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("http://x","y")', "+1", "-2+3", "@SUM(A1)", "\t=1", "<script>", "{{ 7*7 }}"]
)
def test_a_formula_is_words(text: str):
    """It is taken over as it is written, and is nothing but text."""
    (one,) = checked(changed(text=text, number=text.strip(), note=text)).cases
    assert (one.text, one.number) == (text.strip(), text.strip())


def test_a_number_is_taken_over_once():
    """What stands in the file twice is a fault; what is here already is left."""
    found = checked(FINE, changed(text="other"), changed(number="B"), known={"B"})
    assert (len(found.cases), len(found.faults), found.here) == (1, 1, 1)
    assert found.faults[0].wrong == "line 2 has the same number"


@pytest.mark.parametrize(
    "text",
    ["x", "x = 1", "[columns]\nname = 'x'", "priority = 9", "[dispositions]\na = 'gone'",
     "[dispositions]\na = 'duplicate'",
     "category = 'Not A Code'", "date = 1", "x" * 30_000, "[columns]\nnumber = ''"],
)  # fmt: skip
def test_a_mapping_that_makes_no_sense_is_refused(text: str):
    """With what is wrong, before any line is looked at."""
    with pytest.raises(FormatError) as refused:
        mapping.read(text)
    assert refused.value.failure == "mapping"
