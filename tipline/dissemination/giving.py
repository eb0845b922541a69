"""What can be given out, to whom and why, as it is asked for. Codes are in the clear, words never."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tipline.errors import FormatError
from tipline.papers.reason import OTHER

#: The approved report alone; the whole case as a document, or as rows; a pack for disclosure (disclosure.py).
REPORT, WHOLE, DATA, PACK = "report", "whole", "data", "pack"
KINDS: Mapping[str, str] = {
    REPORT: "The approved report (PDF)",
    WHOLE: "The whole case, with the tipster's own words (PDF)",
    DATA: "The whole case as rows (CSV)",
    PACK: "A disclosure pack: what is withheld is listed and not shown (PDF)",
}
PURPOSES: Mapping[str, str] = {
    "agency": "For another agency's investigation",
    "prosecutor": "For a prosecutor",
    "court": "Disclosure to a court or the defence",
    "life": "To avert a danger to life",
    "review": "For oversight or audit",
    "own": "Printed for this desk's own work",
    OTHER: "Another purpose, in words",
}
_TO_MAX, _WORDS_MAX = 200, 2000


@dataclass(frozen=True)
class Giving:
    """One act of giving out: a *kind* of document, a *purpose*, *to* whom, and *words* about why."""

    kind: str
    purpose: str
    to: str
    words: str = ""

    @property
    def text(self) -> str:
        """What the sealed paper says of it: to whom on the first line, then why."""
        return f"{self.to}\n{self.words}".strip()


def check(given: Giving) -> Giving:
    """Return it with its words tidied. Raises FormatError "kind", "purpose", "to" or "words"."""
    if given.kind not in KINDS:
        raise FormatError("kind", "choose what is given out")
    if given.purpose not in PURPOSES:
        raise FormatError("purpose", "say what it is given out for")
    to, words = " ".join(given.to.split()), given.words.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not to or len(to) > _TO_MAX:
        raise FormatError("to", f"say who gets it, in at most {_TO_MAX} letters")
    if given.purpose == OTHER and not words:
        raise FormatError("words", "another purpose takes words")
    if len(words.encode()) > _WORDS_MAX:
        raise FormatError("words", f"these words hold more than {_WORDS_MAX} bytes")
    return Giving(given.kind, given.purpose, to, words)
