"""What came of a case: counts that the responsible unit reports, also of a case that is closed already.

Who has a case for information reports nothing. Nothing is changed: a correction is a report of its own. A row
counts with the entry in the unit's audit that its officer signed for it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from tipline import clock, db, tables
from tipline.audit import actions
from tipline.cases import audit
from tipline.cases.audit import Entry
from tipline.cases.work import Work
from tipline.errors import AccessError, FormatError, StateError
from tipline.routing import door, route_rows, route_state

ID_SIZE = 16
_MOST = 10**12
_CURRENCY = 3
COUNT, GRAMS, VALUE = "count", "grams", "value"


@dataclass(frozen=True)
class Kind:
    """A kind of outcome, as pages say it: what is *measured* of it, and the *sorts* it comes in."""

    name: str
    measured: tuple[str, ...] = (COUNT,)
    sorts: Mapping[str, str] | None = None


KINDS: Mapping[str, Kind] = {
    "arrests": Kind("Arrests"),
    "charges": Kind("Charges"),
    "warrants": Kind("Warrants"),
    "cleared": Kind("Cases cleared"),
    "fugitives": Kind("Fugitives found"),
    "victims": Kind("Victims safeguarded"),
    "missing": Kind("Missing persons found"),
    "weapons": Kind("Weapons"),
    "drugs": Kind(
        "Drugs",
        (GRAMS, VALUE),
        {
            "cannabis": "Cannabis", "cocaine": "Cocaine", "heroin": "Heroin", "fentanyl": "Fentanyl",
            "amphetamine": "Amphetamine", "meth": "Methamphetamine", "mdma": "MDMA", "other": "Other",
        },
    ),
    "cash": Kind("Cash", (VALUE,)),
    "property": Kind("Property", (COUNT, VALUE)),
    "animals": Kind("Animals and products", (COUNT, GRAMS), {"live": "Live animals", "product": "Products"}),
    "vehicles": Kind("Vehicles"),
}  # fmt: skip


@dataclass(frozen=True)
class Report:
    """One outcome: *count*, whole *grams*, and *value* in whole units of *currency* (three letters)."""

    kind: str
    sort: str = ""
    count: int = 0
    grams: int = 0
    value: int = 0
    currency: str = ""


@dataclass(frozen=True)
class Reported:
    """A report with its *id*; *corrected*: another one took its place."""

    id: bytes
    what: Report
    officer: str
    at: int
    corrected: bool


def check(what: Report) -> Report:
    """Return a report with nothing that its kind does not have. Raises FormatError "outcome"."""
    kind = KINDS.get(what.kind)
    if kind is None or what.sort not in (kind.sorts or {"": ""}):
        raise FormatError("outcome", "choose what came of it, and of which sort")
    amounts = {name: getattr(what, name) if name in kind.measured else 0 for name in (COUNT, GRAMS, VALUE)}
    if not all(0 <= one < _MOST for one in amounts.values()):
        raise FormatError("outcome", "an outcome is a whole number, not below zero")
    currency = what.currency.strip().upper() if amounts[VALUE] else ""
    if amounts[VALUE] and not (len(currency) == _CURRENCY and currency.isascii() and currency.isalpha()):
        raise FormatError("outcome", "a value has a currency, as EUR or USD")
    return Report(what.kind, what.sort, currency=currency, **amounts)


def report(own: Work, number: int, what: Report, corrects: bytes | None = None) -> None:
    """Report an outcome, or *corrects* the one with this id by it: with zeros, it takes that one back.

    Raises AccessError for who is not at the responsible unit, StateError for what is corrected already,
    FormatError for no outcome.
    """
    access, what = own.access(number), check(what)
    if corrects is None and not (what.count or what.grams or what.value):
        raise FormatError("outcome", "an outcome is more than nothing")
    with db.writing(own.engine) as connection:
        door.still(connection, number, own.member.id, access.unit)
        if not may_report(connection, number, access.desk.id):
            raise AccessError("only the unit that accepted this case reports what came of it")
        if corrects is not None:
            _check_correction(connection, number, access.desk.id, corrects)
        id_ = secrets.token_bytes(ID_SIZE)
        detail = _detail(what, corrects)
        said = (actions.OUTCOME, {"case": number, "outcome": id_.hex()})
        audit.append(connection, own.member, access.desk.id, said, access.why | detail)
        by = {"unit": access.desk.id, "officer": own.member.id, "at": clock.seconds()}
        row = {"id": id_, "case": number, "corrects": corrects, **by, **asdict(what)}
        connection.execute(insert(tables.outcome).values(row))


def may_report(connection: Connection, number: int, unit: bytes) -> bool:
    """Tell whether a unit is the responsible one, and accepted the case."""
    standing = route_rows.standing(route_rows.find(connection, number, unit))
    return standing == (route_state.RESPONSIBLE, route_state.ACCEPTED)


def of_case(connection: Connection, number: int, entries: Iterable[Entry]) -> list[Reported]:
    """Return what was reported of a case, oldest first; *entries* are those of the case, its units' too.

    A row that no officer of the unit signed for, as it stands there, is not among it.
    """
    own, officer = tables.outcome, tables.officer.c
    query = select(own, officer.name).join(tables.officer).where(own.c.case == number).order_by(own.c.seq)
    signed = [entry for entry in entries if entry.holds and entry.action == actions.OUTCOME]
    rows = [row for row in connection.execute(query).all() if any(_is_of(one, row) for one in signed)]
    corrected = {row.corrects for row in rows}
    return [Reported(row.id, _what(row), row.name, row.at, row.id in corrected) for row in rows]


def _is_of(entry: Entry, row: Row[Any]) -> bool:
    named = entry.object == {"case": row.case, "outcome": row.id.hex()}
    by = (entry.desk, entry.officer) == (row.unit, row.officer)
    said = _detail(_what(row), row.corrects)
    return named and by and said.items() <= entry.detail.items()


def _detail(what: Report, corrects: bytes | None) -> dict[str, Any]:
    said = {name: value for name, value in asdict(what).items() if value}
    return said | ({"corrects": corrects.hex()} if corrects else {})


def _what(row: Row[Any]) -> Report:
    # A row has a method called count.
    amounts = {name: row._mapping[name] for name in (COUNT, GRAMS, VALUE)}  # noqa: SLF001 -- SQLAlchemy's own way
    return Report(row.kind, row.sort, currency=row.currency, **amounts)


def _check_correction(connection: Connection, number: int, unit: bytes, corrects: bytes) -> None:
    own = tables.outcome.c
    here = (own.id == corrects, own.case == number, own.unit == unit)
    if connection.scalar(select(own.seq).where(*here)) is None:
        raise StateError("there is no such report of your unit to correct")
    if connection.scalar(select(own.seq).where(own.corrects == corrects)) is not None:
        raise StateError("this report was corrected already: correct the newer one")
