"""The words of the numbers: counts made into the tables that pages, pictures and CSV files show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from tipline.cases import disposition
from tipline.closing.disposition import CODES
from tipline.closing.outcome import KINDS
from tipline.console import words
from tipline.languages.names import NAMES as LANGUAGES
from tipline.numbers.count import GONE, LATER, NOT_YET, STEPS, Counts, Standing
from tipline.numbers.figures import Row, Table, table

_STEP = ("the day it came", "the next day", "2 or 3 days", "4 to 7 days", "8 to 30 days", "31 to 90 days")
_GONE, _OTHERS = "No longer kept", "Anything else"


def of_month(counts: Counts, categories: Mapping[str, str]) -> list[Table]:
    """Return the tables of a month's report. *categories* are names by code, in the page's order."""
    return [
        table("priority", "Received, by priority", _by_priority(counts.priority)),
        table("category", "Received, by what it is about", _named(counts.category, categories)),
        table("language", "Received, by language", _languages(counts.language)),
        table("read", "First read after", _steps(counts.read, "not read yet")),
        table("answered", "First answered after", _steps(counts.answered, "not answered")),
        table("closed", "Closed in the month, by disposition", _named(counts.dispositions, CODES)),
        *_outcomes(counts.outcomes),
    ]


def of_now(now: Standing) -> list[Table]:
    """Return the tables of what is open."""
    statuses = [(words.STATUS[one], now.statuses.get(one, 0)) for one in disposition.OPEN]
    return [
        table("statuses", "Open cases, by status", statuses),
        table("ages", "Open cases, by age", _ages(now.ages)),
    ]


def _by_priority(counts: Mapping[int, int]) -> Iterable[tuple[str, int]]:
    return [(f"P{one} {words.PRIORITY[one]}", counts.get(one, 0)) for one in disposition.PRIORITIES]


def _named(counts: Mapping[str, int], names: Mapping[str, str]) -> list[tuple[str, int]]:
    """In the order of the *names*, then together what has none: a tip can say any code of its category."""
    known = [(name, counts.get(code, 0)) for code, name in names.items()]
    gone = counts.get(GONE, 0)
    others = sum(counts.values()) - gone - sum(count for _, count in known)
    return known + [(says, count) for says, count in ((_OTHERS, others), (_GONE, gone)) if count]


def _languages(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """By name, the most frequent first; together what has no name here, which may be no language."""
    found: Counter[str] = Counter()
    for code, count in counts.items():
        found[_GONE if code == GONE else LANGUAGES.get(code.split("-")[0].lower(), _OTHERS)] += count
    return sorted(found.items(), key=lambda one: (-one[1], one[0]))


def _steps(counts: Mapping[int | str, int], never: str) -> list[tuple[str, int]]:
    done = [(said, counts.get(step, 0)) for step, said in enumerate(_STEP)]
    return [*done, ("more than 90 days", counts.get(LATER, 0)), (never, counts.get(NOT_YET, 0))]


def _ages(counts: Mapping[int | str, int]) -> list[tuple[str, int]]:
    """Of an age there is no "not yet"."""
    last = len(STEPS) - 1
    first = [("Came today", counts.get(0, 0)), ("Came yesterday", counts.get(1, 0))]
    rest = [(f"{_STEP[step]} old", counts.get(step, 0)) for step in range(2, last + 1)]
    return [*first, *rest, ("more than 90 days old", counts.get(LATER, 0))]


def _outcomes(found: Mapping[tuple[str, str, str], tuple[int, int, int]]) -> list[Table]:
    """Counts, weights and values each in a table of their own: they are not to be added up."""
    made: list[Table] = []
    for place, (title, unit) in enumerate(_MEASURES):
        rows = [Row(_outcome(key, place), each[place]) for key, each in found.items() if each[place]]
        if rows:
            made.append(Table(_CODES[place], title, tuple(rows), sums=False, unit=unit))
    return made


_MEASURES = (
    ("Outcomes that units reported", "reported"),
    ("Outcomes by weight", "grams"),
    ("Outcomes by value", "whole units of the currency"),
)
_CODES = ("outcomes", "weights", "values")
_VALUE = 2


def _outcome(key: tuple[str, str, str], measure: int) -> str:
    kind, sort, currency = key
    known: Any = KINDS.get(kind)
    name = known.name if known else kind
    said = f"{name}: {known.sorts[sort]}" if known and known.sorts and sort in known.sorts else name
    return f"{said} ({currency})" if measure == _VALUE and currency else said
