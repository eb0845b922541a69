"""What a case's page shows of its routes and of whose case it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from tipline.audit import actions
from tipline.cases.audit import Entry
from tipline.cases.case import Case
from tipline.cases.work import Work
from tipline.errors import RosterError
from tipline.papers import paper
from tipline.papers.paper import Paper
from tipline.routing import door, recused, route, route_keys, route_state

#: What an officer of a unit did that cannot be taken back.
_SEEING = (actions.OPENED, actions.FILE_OPENED)
TIP, REPORT, FILE = "tip", "report", "file"


@dataclass(frozen=True)
class Seen:
    """*What* one officer of a unit opened of a case, how *often*, and at what time last."""

    officer: str
    what: str
    often: int
    last: int


@dataclass(frozen=True)
class Route:
    """A unit's route. *acts*: what can be done to it; *words*: those to its reason, where they can be read.

    *lacks_report* and *lacks* (messages) tell what could still be given; *seen* what cannot be taken back.
    """

    row: Row[Any]
    live: bool
    acts: tuple[str, ...]
    words: str | None
    lacks_report: bool
    lacks: int
    seen: tuple[Seen, ...]


def shown(connection: Connection, own: Work, opened: Case, ready: Paper | None) -> dict[str, Any]:
    """Return what the templates show, by name. *ready*: the version of the report that units are given."""
    given = ready if opened.triage else None
    live = {row.unit for row in opened.routes if row.state in route_state.LIVE}
    units = route_keys.units(connection, own.member) if opened.triage else ()
    return {
        "routes": [_route(opened, row, given, _at(connection, own, row.unit)) for row in opened.routes],
        "units": [unit for unit in units if unit.id not in live],
        "responsible": next((row.name for row in opened.routes if _is_responsible(row)), None),
        "report_given": given,
        "messages_seen": route.digest(opened.envelopes).hex(),
        "reason_words": _reason_words(opened),
        "holder": door.holder(connection, opened.number, opened.desk.id),
        "off_case": _off_case(connection, own, opened),
        "me": own.member.id,
    }


def _reason_words(opened: Case) -> dict[str, str]:
    """Return the words to reasons that this officer's keys open, by the paper's id as the audit has it."""
    reasons = (one for one in opened.papers if one.label.kind == paper.REASON)
    return {one.label.id.hex(): one.text for one in reasons if one.text is not None}


def _off_case(connection: Connection, own: Work, opened: Case) -> list[tuple[Row[Any], bool]]:
    """Return who is off the case, to a unit its own officers only, and whether this officer can undo it."""
    here = {one.officer for one in own.member.rosters.of(connection, opened.desk.id).members}
    off = recused.of_case(connection, opened.number)
    return [
        (one, opened.desk.leads and one.officer in here)
        for one in off
        if opened.triage or one.officer in here
    ]


def _at(connection: Connection, own: Work, unit: bytes) -> frozenset[bytes]:
    """Return who is at a unit: they may have opened the case by another desk of theirs."""
    try:
        return frozenset(one.officer for one in own.member.rosters.of(connection, unit).members)
    except RosterError:
        return frozenset()


def _route(opened: Case, row: Row[Any], given: Paper | None, there: frozenset[bytes]) -> Route:
    live = row.state in route_state.LIVE
    words = next((one.text for one in opened.papers if one.label.id == row.paper), None)
    return Route(
        row=row,
        live=live,
        acts=route_state.possible((row.part, row.state)),
        words=words,
        lacks_report=live and given is not None and row.unit not in given.readers,
        lacks=sum(row.unit not in said.units for said in opened.said) if live and opened.triage else 0,
        seen=_seen(row.unit, there, opened.audit),
    )


def _seen(unit: bytes, there: frozenset[bytes], entries: Sequence[Entry]) -> tuple[Seen, ...]:
    seeing = (entry for entry in entries if entry.action in _SEEING)
    mine = [entry for entry in seeing if entry.desk == unit or entry.officer in there]
    often = Counter((entry.officer_name, _what(entry)) for entry in mine)
    last = {(entry.officer_name, _what(entry)): entry.at for entry in mine}
    return tuple(Seen(*who, often[who], last[who]) for who in often)


def _what(entry: Entry) -> str:
    if entry.action == actions.FILE_OPENED:
        return FILE
    return TIP if entry.object.get("envelopes") else REPORT


def _is_responsible(row: Row[Any]) -> bool:
    return route_state.is_responsible((row.part, row.state))
