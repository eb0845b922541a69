"""Why a case is closed: one code of a list, always. The list is the field's own; periods are the agency's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tipline.errors import FormatError

ACTIONED, INTELLIGENCE, DUPLICATE = "actioned", "intelligence", "duplicate"
NO_NEXUS, INSUFFICIENT, UNFOUNDED = "no-nexus", "insufficient", "unfounded"
PRANK, SPAM, MALICIOUS = "prank", "spam", "malicious"
OTHER_AGENCY, KNOWN, NO_REPLY = "other-agency", "known", "no-reply"

#: Codes with the words that pages say for them.
CODES: Mapping[str, str] = {
    ACTIONED: "Actioned",
    INTELLIGENCE: "Intelligence only",
    DUPLICATE: "Duplicate of another case",
    NO_NEXUS: "No criminal nexus",
    INSUFFICIENT: "Insufficient information",
    UNFOUNDED: "Unfounded",
    PRANK: "Prank",
    SPAM: "Spam",
    MALICIOUS: "Malicious: untrue, and meant to harm",
    OTHER_AGENCY: "Other agency's work",
    KNOWN: "Already known",
    NO_REPLY: "No reply from the tipster",
}
#: What says nothing by itself: which agency, and on what a grave word about a tipster rests.
WITH_WORDS = frozenset({OTHER_AGENCY, MALICIOUS})


@dataclass(frozen=True)
class Disposition:
    """Why a case is closed: a *code*, the case that it repeats, and words, which are only kept sealed."""

    code: str
    duplicate_of: int | None = None
    words: str = ""


def check(given: Disposition) -> Disposition:
    """Return a disposition with its words tidied, and without a number that its code does not ask for.

    Raises FormatError "disposition" for no code of the list, "duplicate" without a number, "words" without
    words where the code asks for them.
    """
    if given.code not in CODES:
        raise FormatError("disposition", "say why this case is closed")
    words = given.words.replace("\r\n", "\n").replace("\r", "\n").strip()
    if given.code == DUPLICATE and given.duplicate_of is None:
        raise FormatError("duplicate", "say which case this one repeats")
    if given.code in WITH_WORDS and not words:
        raise FormatError("words", f'"{CODES[given.code]}" takes words')
    return Disposition(given.code, given.duplicate_of if given.code == DUPLICATE else None, words)
