"""Notes of what was handed over: to whom, when, under which reference. Sealed papers, and none is deleted."""

from __future__ import annotations

from dataclasses import dataclass

from tipline import db
from tipline.cases.work import Work
from tipline.errors import FormatError, RestrictedError
from tipline.papers import from_triage, paper
from tipline.papers.paper import REFERRAL, Draft
from tipline.papers.paper_box import Label
from tipline.routing import door

#: Each part of a note is a line or two.
PART_MAX = 500


@dataclass(frozen=True)
class Referral:
    """What is noted: *to* whom, *when* (the officer's word), their *reference*, and *words* if any."""

    to: str
    when: str
    reference: str
    words: str = ""

    @property
    def text(self) -> str:
        """The note as it is sealed. Raises FormatError "empty" or "too long"."""
        parts = [" ".join(one.split()) for one in (self.to, self.when, self.reference)]
        if not all(parts):
            raise FormatError("empty", "say to whom, when, and under which reference")
        if any(len(part) > PART_MAX for part in parts):
            raise FormatError("too long", f"a part of a note has {PART_MAX} characters")
        named = zip(("To", "When", "Reference"), parts, strict=True)
        return "\n".join(f"{name}: {part}" for name, part in named) + f"\n\n{self.words}".rstrip()


def write(own: Work, number: int, what: Referral, paper_id: bytes) -> bool:
    """Keep a note, for the officer's desk and the triage desk; once for a *paper_id*, and then False.

    Raises AccessError without the case, RestrictedError for who may not open what is marked, FormatError.
    """
    access = own.access(number)
    if not access.desk.restricted:
        raise RestrictedError("your desk's roster does not let you hand over what is marked")
    draft = Draft(Label(paper_id, number, REFERRAL), access.desk.id, what.text)
    with db.writing(own.engine) as connection:
        door.still(connection, number, own.member.id, access.unit)
        if paper.is_written(connection, paper_id):
            return False
        desks = [access.desk.id]
        if not access.triage:
            desks.append(from_triage.desk(connection, own.member, number, access.desk.id))
        readers = [paper.reader(connection, own.member, desk) for desk in dict.fromkeys(desks)]
        paper.write(connection, own.member, draft, readers)
    return True
