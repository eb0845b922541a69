"""What an officer wants to see in the inbox: a filter, made of codes alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tipline.cases import disposition

#: How long ago a case arrived, by code: (at least, at most) days; None sets no bound.
AGES: Final[dict[str, tuple[int | None, int | None]]] = {
    "today": (None, 0),
    "3-days": (None, 3),
    "7-days": (None, 7),
    "30-days": (None, 30),
    "over-7-days": (8, None),
    "over-30-days": (31, None),
    "over-90-days": (91, None),
}
#: With files or without.
WITH, WITHOUT = "with", "without"
FILES: Final = (WITH, WITHOUT)
#: Whose case it is at the officer's desk.
MINE, NOBODY, OTHERS = "me", "nobody", "others"
HOLDERS: Final = (MINE, NOBODY, OTHERS)
#: Whether somebody has graded it, or one code of its grading: "source-B", "information-2".
UNGRADED, GRADED = "none", "any"
GRADE: Final = re.compile(r"none|any|(source|information)-([A-Z0-9])")


@dataclass(frozen=True)
class Wanted:
    """A filter; what is None, empty or False asks for nothing.

    *status* None shows what is not over. *desk* is one of the officer's own, or a unit that triage gave
    cases to. *category* and *lang* are sealed facts of the tip's: they stand in no address and in no table.
    """

    desk: bytes | None = None
    status: str | None = None
    category: str | None = None
    lang: str | None = None
    age: str | None = None
    files: str | None = None
    grade: str | None = None
    holder: str | None = None
    unread: bool = False

    def __post_init__(self) -> None:
        known = {
            "status": disposition.STATUSES, "age": AGES, "files": FILES, "holder": HOLDERS,
        }  # fmt: skip
        for name, codes in known.items():
            given = getattr(self, name)
            if given is not None and given not in codes:
                raise ValueError(f"{name} has no such code")
        if self.grade is not None and not GRADE.fullmatch(self.grade):
            raise ValueError("grade has no such code")

    @property
    def is_everything(self) -> bool:
        """Tell whether nothing is filtered out but what is over."""
        return self == EVERYTHING

    @property
    def asks_the_tip(self) -> bool:
        """Tell whether facts are asked for that only who opens the tip has."""
        return any(one is not None for one in (self.category, self.lang, self.files))


EVERYTHING: Final = Wanted()
