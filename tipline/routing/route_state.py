"""What a unit is to a case, and what changes it: one table. Pure: rows and keys are route.py's.

One unit at a time is responsible; any number have a case for information, and never count as working on it.
Who is responsible accepts or declines, and may return what was accepted. What is for information is only
declined. Triage withdraws either, and makes one into the other.
"""

from __future__ import annotations

from tipline.cases import disposition
from tipline.errors import StateError

RESPONSIBLE, INFORMATION = "responsible", "information"
SENT, ACCEPTED, DECLINED, RETURNED, WITHDRAWN = "sent", "accepted", "declined", "returned", "withdrawn"
#: What a unit is given: the sanitised report, or the tipster's own messages as well.
REPORT, RAW = "report", "raw"
STATES = (SENT, ACCEPTED, DECLINED, RETURNED, WITHDRAWN)
#: States in which the unit has keys. In every other it has none.
LIVE = (SENT, ACCEPTED)
#: What triage does (the first three) and what the unit does.
ROUTE, INFORM, WITHDRAW, ACCEPT, DECLINE, RETURN = (
    "route", "inform", "withdraw", "accept", "decline", "return",
)  # fmt: skip
ACTS = (ROUTE, INFORM, WITHDRAW, ACCEPT, DECLINE, RETURN)

#: A unit's part in a case and the state of it; None for a unit that never had the case.
Standing = tuple[str, str] | None
_ENDED = (DECLINED, RETURNED, WITHDRAWN)
_OVER: tuple[Standing, ...] = (
    None, *((part, state) for part in (RESPONSIBLE, INFORMATION) for state in _ENDED),
)  # fmt: skip

#: (what the unit is, what is done) -> what it is then. What is not here is refused.
CHANGES: dict[tuple[Standing, str], tuple[str, str]] = {
    **{(over, ROUTE): (RESPONSIBLE, SENT) for over in _OVER},
    **{(over, INFORM): (INFORMATION, SENT) for over in _OVER},
    ((RESPONSIBLE, SENT), ACCEPT): (RESPONSIBLE, ACCEPTED),
    ((RESPONSIBLE, SENT), DECLINE): (RESPONSIBLE, DECLINED),
    ((RESPONSIBLE, SENT), WITHDRAW): (RESPONSIBLE, WITHDRAWN),
    ((RESPONSIBLE, SENT), INFORM): (INFORMATION, SENT),
    ((RESPONSIBLE, ACCEPTED), RETURN): (RESPONSIBLE, RETURNED),
    ((RESPONSIBLE, ACCEPTED), WITHDRAW): (RESPONSIBLE, WITHDRAWN),
    ((RESPONSIBLE, ACCEPTED), INFORM): (INFORMATION, SENT),
    ((INFORMATION, SENT), ROUTE): (RESPONSIBLE, SENT),
    ((INFORMATION, SENT), DECLINE): (INFORMATION, DECLINED),
    ((INFORMATION, SENT), WITHDRAW): (INFORMATION, WITHDRAWN),
}

#: What an act of or on the responsible unit means to the case's status.
_EVENTS = {
    ACCEPT: disposition.ACCEPTING,
    DECLINE: disposition.GIVING_BACK,
    RETURN: disposition.GIVING_BACK,
    WITHDRAW: disposition.WITHDRAWING,
    INFORM: disposition.WITHDRAWING,
}


def after(standing: Standing, act: str) -> tuple[str, str]:
    """Return what a unit is after *act*. Raises StateError where the table says nothing."""
    if (standing, act) not in CHANGES:
        raise StateError("somebody was faster, or the unit has not got this case")
    return CHANGES[standing, act]


def possible(standing: Standing) -> tuple[str, ...]:
    """Return the acts that the table allows."""
    return tuple(act for act in ACTS if (standing, act) in CHANGES)


def is_live(standing: Standing) -> bool:
    """Tell whether the unit has keys."""
    return standing is not None and standing[1] in LIVE


def is_responsible(standing: Standing) -> bool:
    """Tell whether the unit is the one that works on the case, or is asked to."""
    return is_live(standing) and standing is not None and standing[0] == RESPONSIBLE


def event(standing: Standing, act: str) -> str | None:
    """Return what *act* means to the case's status (disposition.py); None where it means nothing."""
    if act == ROUTE:
        return disposition.ROUTING
    return _EVENTS[act] if is_responsible(standing) else None
