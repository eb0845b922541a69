"""What is known of a case without showing it, and what a list can be narrowed by."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one case, over all of the tipster's messages that the officer's keys open.

    *category* is that of the message which began it; *langs* are what the words are in or, where
    that is not clear, the pages; *words* are counted as a reader would; *alarm* and *unverified* as of Item.
    """

    category: str
    langs: frozenset[str]
    danger: str
    files: int
    words: int
    messages: int
    alarm: bool
    unverified: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """What cases are to have: one of each of the *categories*, *langs* and *dangers*, where any are named.

    *files*: True for those with files, False for those without, None for either. *alarm* and *unverified*
    likewise. Only what is sealed is here: status, priority, desk, age and the like are in the database.
    """

    categories: frozenset[str] = field(default=frozenset())
    langs: frozenset[str] = field(default=frozenset())
    dangers: frozenset[str] = field(default=frozenset())
    files: bool | None = None
    alarm: bool | None = None
    unverified: bool | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether every case passes."""
        return self == Filter()


@dataclass(frozen=True, slots=True)
class Text:
    """Words of a case, and whose: *kind* is that of a message ("tip", "follow-up"), of a paper, or "reply".

    *source* is the id of the envelope, paper or reply.
    """

    source: bytes
    kind: str
    text: str
