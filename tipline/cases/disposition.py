"""What a case can be and what may happen to it: the one table of statuses, and how priority is set."""

from __future__ import annotations

#: Nobody at the desk has opened it.
NEW = "new"
READ = "read"
#: A unit was asked to take it on, and has not said whether it does.
ROUTED = "routed"
#: The responsible unit has it.
ACCEPTED = "accepted"
#: The responsible unit declined or returned it: triage decides again.
BACK = "back"
ANSWERED = "answered"
#: The tipster wrote after the last answer.
AGAIN = "again"
#: Triage set it aside with a legal hold, until that is lifted.
HELD = "held"
#: It has a disposition (closing/disposition.py). What the tipster sends then makes it AGAIN.
CLOSED = "closed"
#: What is worked on, or waits for somebody: an inbox shows these, and CLOSED only when asked.
OPEN = (NEW, AGAIN, BACK, READ, ROUTED, ACCEPTED, ANSWERED, HELD)
STATUSES = (*OPEN, CLOSED)
#: Nothing is left of it but its number and its disposition. It is in no list and for nobody.
SHREDDED = "shredded"

#: What happens to a case. Of units, the responsible one's alone: who has it for information changes nothing.
OPENED, REPLY, FOLLOW_UP = "opened", "reply", "follow-up"
ROUTING, ACCEPTING, GIVING_BACK, WITHDRAWING = "routing", "accepting", "giving-back", "withdrawing"
CLOSING, REOPENING, HOLDING, LIFTING = "closing", "reopening", "holding", "lifting"
EVENTS = (
    OPENED, ROUTING, ACCEPTING, GIVING_BACK, WITHDRAWING, REPLY, FOLLOW_UP,
    CLOSING, REOPENING, HOLDING, LIFTING,
)  # fmt: skip

#: Of these, what happens to a part of a case happens to the case.
OF_PARTS = frozenset({OPENED, ROUTING, ACCEPTING, GIVING_BACK, WITHDRAWING, REPLY, FOLLOW_UP})

#: (status, what happens) -> status. What is not here changes nothing.
CHANGES = {
    (NEW, OPENED): READ,
    (NEW, ROUTING): ROUTED,
    (NEW, REPLY): ANSWERED,
    (AGAIN, OPENED): READ,
    (AGAIN, ROUTING): ROUTED,
    (AGAIN, REPLY): ANSWERED,
    (READ, ROUTING): ROUTED,
    (READ, REPLY): ANSWERED,
    (ANSWERED, ROUTING): ROUTED,
    (ANSWERED, FOLLOW_UP): AGAIN,
    (BACK, ROUTING): ROUTED,
    (BACK, REPLY): ANSWERED,
    (ROUTED, ACCEPTING): ACCEPTED,
    (ROUTED, GIVING_BACK): BACK,
    (ROUTED, WITHDRAWING): READ,
    (ACCEPTED, GIVING_BACK): BACK,
    (ACCEPTED, WITHDRAWING): READ,
    # A hold says nothing of what a unit does, nor of what nobody has read yet: these keep their status.
    (READ, HOLDING): HELD,
    (ANSWERED, HOLDING): HELD,
    (HELD, LIFTING): READ,
    (HELD, ROUTING): ROUTED,
    (HELD, REPLY): ANSWERED,
    (HELD, FOLLOW_UP): AGAIN,
    # What nobody has read is not closed: not when the tipster wrote while somebody was about to, either.
    **{(status, CLOSING): CLOSED for status in OPEN if status not in {NEW, AGAIN}},
    (CLOSED, REOPENING): READ,
    (CLOSED, FOLLOW_UP): AGAIN,
}

#: P0 threat to life, P1 time-critical, P2 serious, P3 routine, P4 no crime seen.
PRIORITIES = range(5)
_BY_DANGER = {"yes": 0, "unsure": 1, "no": 3}


def after(status: str, event: str) -> str:
    """Return the status after *event*; it stays as it is where the table says nothing."""
    return CHANGES.get((status, event), status)


def priority(*danger: str | None) -> int:
    """Return the most urgent priority that docket and message ask for; None asks for none."""
    return min((_BY_DANGER[word] for word in danger if word in _BY_DANGER), default=_BY_DANGER["no"])
