"""Reasons: a code from a short list, and words where the code does not say enough.

The codes are in the clear, words never.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from tipline.errors import FormatError
from tipline.papers import paper, paper_box
from tipline.papers.paper import Draft
from tipline.papers.paper_box import Label
from tipline.staff.member import Member

#: What is asked: why the raw tip is given, why a unit declines or returns, why triage withdraws, why a
#: colleague's case is opened, why an officer who knew a person may work on the case again.
GIVE, DECLINE, RETURN, WITHDRAW, OPEN, LIFT = "give", "decline", "return", "withdraw", "open", "lift"
#: Why possible child-abuse material is opened, and why it is no longer marked as such.
LOOK, UNMARK = "look", "unmark"
#: Why a priority is another one now, and why a tip is graded as it is.
PRIORITY, GRADE = "priority", "grade"
#: Why two cases belong together, or do not; why they are made one, or taken apart.
LINK, UNLINK, MERGE, SPLIT = "link", "unlink", "merge", "split"
#: Why a case is opened again, is held, is held no longer, is kept longer, and takes longer to be answered.
REOPEN, HOLD, RELEASE, KEEP, JUSTIFY = "reopen", "hold", "release", "keep", "justify"
#: Why a case is shredded. Words would be shredded with it, so there are none.
SHRED = "shred"
#: Says nothing by itself, so it takes words.
OTHER = "other"
#: Words to a reason are a sentence or two.
WORDS_MAX = 2000

CODES: Mapping[str, Mapping[str, str]] = {
    GIVE: {
        "urgent": "There is no time to write a report",
        "exact": "The exact words or files are needed",
        "evidence": "It is needed as evidence",
        OTHER: "Another reason, in words",
    },
    DECLINE: {
        "other-unit": "It is another unit's work",
        "other-agency": "It is another agency's work",
        "known": "It is known already, or a duplicate",
        "insufficient": "There is too little to go on",
        "no-crime": "No crime is seen in it",
        "conflict": "Conflict of interest",
        "capacity": "Nobody here can take it on in time",
        OTHER: "Another reason, in words",
    },
    RETURN: {
        "actioned": "It was acted on",
        "intelligence": "It is kept as intelligence only",
        "other-unit": "It is another unit's work",
        "other-agency": "It is another agency's work",
        "known": "It is known already, or a duplicate",
        "insufficient": "There is too little to go on",
        "unfounded": "It is unfounded",
        "conflict": "Conflict of interest",
        OTHER: "Another reason, in words",
    },
    WITHDRAW: {
        "mistake": "It was sent by mistake",
        "other-unit": "Another unit takes it on",
        "source": "To protect the tipster",
        "conflict": "Conflict of interest",
        "over": "The unit needs it no longer",
        OTHER: "Another reason, in words",
    },
    OPEN: {
        "cover": "They are away, and I cover for them",
        "asked": "They asked me to look",
        "urgent": "Somebody is in danger now",
        "linked": "It belongs to a case of mine",
        "review": "I lead this desk and review it",
        OTHER: "Another reason, in words",
    },
    PRIORITY: {
        "life": "Somebody's life is in danger",
        "little-time": "There is little time to act",
        "graver": "It is more serious than it seemed",
        "lesser": "It is less serious than it seemed",
        "danger-over": "The danger is over, as was found out",
        "no-nexus": "No crime is seen in it",
        "mistake": "It was set by mistake",
        OTHER: "Another reason, in words",
    },
    GRADE: {OTHER: "In words"},
    LINK: {
        "person": "The same person",
        "number": "The same number, account or address",
        "vehicle": "The same vehicle or vessel",
        "place": "The same place",
        "event": "The same event",
        "text": "Nearly the same text",
        OTHER: "Another reason, in words",
    },
    UNLINK: {
        "mistake": "It was done by mistake",
        "other-matter": "They turned out to be different matters",
        OTHER: "Another reason, in words",
    },
    MERGE: {
        "twice": "The same tip, sent twice",
        "same-matter": "The same matter, told by several",
        "surge": "One of many about the same event",
        OTHER: "Another reason, in words",
    },
    SPLIT: {
        "mistake": "It was done by mistake",
        "other-matter": "They turned out to be different matters",
        OTHER: "Another reason, in words",
    },
    LIFT: {
        "mistake": "It was said by mistake",
        "other-person": "It turned out to be somebody else",
        OTHER: "Another reason, in words",
    },
    REOPEN: {
        "new": "Something new came in",
        "unit": "A unit asks for it",
        "too-early": "It was closed too early",
        "closed-wrongly": "It was closed by mistake",
        OTHER: "Another reason, in words",
    },
    HOLD: {
        "court": "A court or a prosecutor ordered it",
        "proceedings": "It belongs to proceedings that go on",
        "complaint": "A complaint or an inquiry about how it was handled",
        "conflict": "Conflict of interest: somebody else decides first",
        OTHER: "Another reason, in words",
    },
    RELEASE: {
        "ended": "What it was held for is over",
        "held-wrongly": "It was set by mistake",
        OTHER: "Another reason, in words",
    },
    KEEP: {
        "proceedings": "It belongs to proceedings that go on",
        "pattern": "It belongs to a pattern that is still looked at",
        "unit": "A unit asks for it",
        OTHER: "Another reason, in words",
    },
    JUSTIFY: {
        "complex": "The matter is complex",
        "abroad": "It waits for an authority abroad",
        "at-risk": "Proceedings would be put at risk",
        OTHER: "Another reason, in words",
    },
    SHRED: {
        "period": "Its period is over",
        "erasure": "It has to be erased, by order or by right",
    },
    LOOK: {
        "assess": "To tell whether it is what it was marked as",
        "child": "A child may be in danger now",
        "evidence": "It is needed as evidence",
        "hand-over": "To hand it over",
        OTHER: "Another reason, in words",
    },
    UNMARK: {
        "mistake": "It was marked by mistake",
        "assessed": "It was looked at, and is not what it was marked as",
        OTHER: "Another reason, in words",
    },
}


@dataclass(frozen=True)
class Reason:
    """Why: a *code* of the list for what is asked, and *words*, which are only ever kept sealed."""

    code: str
    words: str = ""


def check(asked: str, reason: Reason) -> Reason:
    """Return a reason for what is *asked* with its words tidied.

    Raises FormatError "reason" for a code that is not in the list, "words" where they lack or are too many.
    """
    if reason.code not in CODES[asked]:
        raise FormatError("reason", "this is none of the reasons in the list")
    words = reason.words.replace("\r\n", "\n").replace("\r", "\n").strip()
    if reason.code == OTHER and not words:
        raise FormatError("words", "another reason takes words")
    if len(words.encode()) > WORDS_MAX:
        raise FormatError("words", f"a reason holds {WORDS_MAX} bytes of words")
    return Reason(reason.code, words)


@dataclass(frozen=True)
class Recorded:
    """A reason as kept: what the audit's entry says of it, and the *paper* with its words if it has any."""

    detail: dict[str, str]
    paper: bytes | None = None


def record(
    connection: Connection, member: Member, number: int, why: Reason, desks: Sequence[bytes]
) -> Recorded:
    """Keep a reason for an act on a case, inside the caller's transaction: words are sealed for *desks*.

    The first of them is the officer's own. The act's entry in the audit carries the detail: code, and the
    paper's id and hash.
    """
    if not why.words:
        return Recorded({"reason": why.code})
    label = Label(paper_box.new_id(), number, paper.REASON)
    readers = [paper.reader(connection, member, desk) for desk in dict.fromkeys(desks)]
    hash_ = paper.write(connection, member, Draft(label, desks[0], why.words), readers)
    return Recorded({"reason": why.code, "paper": label.id.hex(), "hash": hash_.hex()}, label.id)
