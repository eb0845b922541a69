"""A case's timeline: what came, what was said, who read it and what was decided, each in a few words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, select

from tipline import clock, tables
from tipline.assessment import grading
from tipline.audit import actions
from tipline.cases.audit import Entry
from tipline.cases.case import Answer, Case, Said
from tipline.cases.work import Work
from tipline.console import words

#: What a line looks like: it came in, it went out, somebody looked, somebody decided.
IN, OUT, LOOK, ACT = "in", "out", "look", "act"
#: Shorter than the audit's own words. What is not here is said in those.
_SHORT: Mapping[str, str] = {
    actions.OPENED: "read it",
    actions.FILE_OPENED: "opened a file",
    actions.ROUTED: "routed it to",
    actions.INFORMED: "informed",
    actions.GAVE: "gave more to",
    actions.WITHDREW: "withdrew it from",
    actions.ACCEPTED: "accepted it",
    actions.DECLINED: "declined it",
    actions.RETURNED: "returned it",
    actions.TOOK: "took it",
    actions.HANDED_BACK: "handed it back",
    actions.REPLIED: "answered",
    actions.DISSEMINATED: "gave a document out",
    actions.APPROVED: "approved the report",
    actions.UNAPPROVED: "took the approval back",
}
_LOOKING = (actions.OPENED, actions.FILE_OPENED)
#: The words to a reason, and a text for translators, belong to the act that they are part of.
_SILENT = ("reason", "handout")


@dataclass(frozen=True)
class Event:
    """A line: at *at* (seconds; a whole day where *is_day*) somebody (*who*) did *what*, to a *unit*.

    *kind* is one of the constants here; *often* counts the same by the same officer in a row.
    """

    at: int
    what: str
    who: str = ""
    unit: str = ""
    kind: str = ACT
    is_day: bool = False
    often: int = 1


def shown(connection: Connection, own: Work, opened: Case) -> dict[str, Any]:
    """Return the timeline, newest first."""
    del own
    desks = {row.id: row.name for row in connection.execute(select(tables.desk))}
    came = list(_came(opened.conversation))
    done = [event for entry in opened.audit for event in _done(entry, desks)]
    # A day begins before all that was done on it; what an answer shows to have come later stands after that.
    together = sorted([*done, *came], key=lambda one: one.at)
    return {"timeline": list(reversed(list(_counted(together))))}


def _came(conversation: Iterable[Said | Answer]) -> Iterator[Event]:
    """Yield the tipster's messages. The relay knows days alone: after an answer they come after it."""
    least = 0
    for part in conversation:
        if isinstance(part, Answer):
            least = part.at
            continue
        at = max(part.item.day * clock.DAY, least)
        tip = "The tip came" if part.message.kind == "tip" else "The tipster wrote again"
        tip = tip if part.verified else "Somebody wrote"
        danger = "" if part.message.danger == "no" else f": {words.DANGER[part.message.danger].lower()}"
        yield Event(at, tip + danger, kind=IN, is_day=True)


def _done(entry: Entry, desks: Mapping[bytes, str]) -> Iterator[Event]:
    if not entry.holds or entry.object.get("kind") in _SILENT:
        return
    unit = desks.get(words.desk_id(entry.detail.get("unit")), "")
    kind = LOOK if entry.action in _LOOKING else OUT if entry.action == actions.REPLIED else ACT
    yield Event(entry.at, _what(entry), entry.officer_name, unit, kind)


def _what(entry: Entry) -> str:
    if entry.action == actions.WROTE:
        return f"wrote {words.PAPER.get(str(entry.object.get('kind')), 'a paper')}"
    if entry.action == actions.PRIORITISED:
        return f"made it P{entry.detail.get('to')}, from P{entry.detail.get('from')}"
    if entry.action == actions.PROPOSED and entry.object.get("act") == "priority":
        return f"asks to lower it to P{entry.object.get('to')}"
    if isinstance(entry.object.get("other"), int):
        return f"{words.ACTION[entry.action]}: {words.number(entry.object['other'])}"
    graded = grading.said_in(entry)
    if graded is not None:
        return f"graded it {graded.short}, TLP:{graded.tlp}"
    return _SHORT.get(entry.action) or words.ACTION.get(entry.action, entry.action)


def _counted(events: Iterable[Event]) -> Iterator[Event]:
    """Yield the events, each officer's looking in a row as one line with its last time."""
    last: Event | None = None
    for one in events:
        if last is not None and last.kind == LOOK and (last.who, last.what) == (one.who, one.what):
            last = replace(one, often=last.often + 1)
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last
