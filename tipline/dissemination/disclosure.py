"""A disclosure pack: what may be shown, and a list of what is withheld, with the ground for each. Pure.

What a tipster wrote can tell who wrote it, even without a name: the privilege of informers covers whatever
"might implicitly reveal" them (R. v. Leipert, [1997] 1 SCR 281). So nothing that comes from a tipster is in a
pack unless somebody put it there, item by item.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tipline.dissemination.items import ANSWER, FILE, MESSAGE, Item
from tipline.errors import FormatError
from tipline.papers.paper_box import REPORT

#: Why an item is withheld.
GROUNDS: Mapping[str, str] = {
    "informer": "Privilege of informers: it could tell who gave the information",
    "work": "Internal assessment",
    "investigation": "It would harm an investigation that goes on",
    "third-person": "It is about somebody who has nothing to do with this",
    "irrelevant": "Not relevant to what was asked",
}
#: What an officer may choose instead.
SHOWN = "shown"
_OF_TIPSTER = frozenset({MESSAGE, ANSWER, FILE})


@dataclass(frozen=True)
class Pack:
    """What is *shown*, and what is *withheld*: each item with the code of its ground."""

    shown: tuple[Item, ...]
    withheld: tuple[tuple[Item, str], ...]


def suggested(item: Item, *, is_approved: bool) -> str:
    """Return SHOWN or the ground that an officer is offered first: only the approved report is shown."""
    if item.kind in _OF_TIPSTER:
        return "informer"
    return SHOWN if item.kind == REPORT and is_approved else "work"


def pack(items: Sequence[Item], chosen: Mapping[str, str]) -> Pack:
    """Divide *items* by what was *chosen* for each by its code. Raises FormatError "chosen" for one without.

    An item that came while the form was open was chosen nothing for: then the form has to be looked at again.
    """
    for item in items:
        if chosen.get(item.code) not in {SHOWN, *GROUNDS}:
            raise FormatError("chosen", f"choose for every item whether it is shown: {item.title}")
    return Pack(
        tuple(item for item in items if chosen[item.code] == SHOWN),
        tuple((item, chosen[item.code]) for item in items if chosen[item.code] != SHOWN),
    )


def shows_tipster(made: Pack) -> bool:
    """Tell whether anything of the tipster's is shown, so that the officer is asked once more."""
    return any(item.kind in _OF_TIPSTER for item in made.shown)
