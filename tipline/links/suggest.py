"""Cases that may belong to one: they name the same, or say nearly the same. Each with its reason, none kept.

What is looked at is what the officer's own keys open, in the session's memory. A case that they may not open
is never named, nor counted: an officer of another desk learns nothing, and whether two desks have the same
is found out nowhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from tipline.cases.work import Work
from tipline.links import likeness, link, parts
from tipline.links.entities import Entity

#: What more cases name than this is of no help by itself: a hotline's number, an agency's own address.
COMMON = 40
#: So many suggestions are made for a case, and so many texts compared for it.
MOST, COMPARED, _TEXTS = 20, 30, 5
#: Words of the tipster's; what officers write is theirs, and quotes the tip.
_SAID = frozenset({"tip", "follow-up"})


@dataclass(frozen=True)
class Suggestion:
    """Another case, by *number*: what both *named*, and how *alike* their texts are, from 0 to 1."""

    number: int
    named: tuple[Entity, ...]
    alike: float


@dataclass(frozen=True)
class Found:
    """What is suggested for a case, the likeliest first; and what it names that *common* many others do."""

    suggestions: tuple[Suggestion, ...]
    common: tuple[tuple[Entity, int], ...]


def of(connection: Connection, own: Work, number: int) -> Found:
    """Return the suggestions for a case that the officer has open, and for what is one case with it."""
    mine = parts.together(connection, number)
    named, common = _naming(own, mine)
    alike = _alike(own, mine)
    wholes = parts.wholes(connection, {*named, *alike})
    said = _said_already(connection, own, number)
    found: dict[int, Suggestion] = {}
    for other in {*named, *alike}:
        head = wholes.get(other, other)
        # A unit may have the part alone: it is told of what it has.
        head = head if link.reachable(own, head) else other
        if head not in said and other not in said:
            found[head] = _and(found.get(head), Suggestion(head, named.get(other, ()), alike.get(other, 0.0)))
    likeliest = sorted(found.values(), key=lambda one: (-one.alike, -len(one.named), -one.number))
    # Looked at one by one: what may not be opened is not even counted.
    shown = (one for one in likeliest if link.reachable(own, one.number))
    return Found(tuple(one for one, _ in zip(shown, range(MOST), strict=False)), common)


def _naming(
    own: Work, mine: Iterable[int]
) -> tuple[dict[int, tuple[Entity, ...]], tuple[tuple[Entity, int], ...]]:
    """Return what other cases name that these do, by case; and what too many do."""
    named: dict[int, tuple[Entity, ...]] = {}
    common = []
    mine = set(mine)
    entities = {(one.kind, one.value): one for number in mine for one in own.known.entities(number)}
    for one in entities.values():
        others = own.known.with_entity(one.kind, one.value) - mine
        if len(others) > COMMON:
            common.append((one, len(others)))
            continue
        for other in others:
            named[other] = (*named.get(other, ()), one)
    return named, tuple(common)


def _alike(own: Work, mine: Iterable[int]) -> dict[int, float]:
    """Return how alike the texts of other cases are, of those that are nearly the same."""
    mine = set(mine)
    texts = _texts(own, mine)
    shared: Counter[int] = Counter()
    for text in texts:
        shared.update(own.known.alike(likeness.marks(text)))
    phrases = [likeness.phrases(text) for text in texts]
    found = {}
    for other, _ in Counter({one: n for one, n in shared.items() if one not in mine}).most_common(COMPARED):
        theirs = [likeness.phrases(text) for text in _texts(own, [other])]
        most = max((likeness.share(one, two) for one in phrases for two in theirs), default=0.0)
        if most >= likeness.ALIKE:
            found[other] = most
    return found


def _texts(own: Work, numbers: Iterable[int]) -> list[str]:
    said = [one.text for number in numbers for one in own.known.texts(number) if one.kind in _SAID]
    return said[:_TEXTS]


def _said_already(connection: Connection, own: Work, number: int) -> set[int]:
    """Return what the officer's desks linked with it, or said that it has nothing to do with it."""
    both = (link.LINKED, link.APART)
    pairs = [one.other for kind in both for one in link.of(connection, own.member.desks, number, kind)]
    return {*pairs, *parts.wholes(connection, pairs).values()}


def _and(before: Suggestion | None, one: Suggestion) -> Suggestion:
    """Return what two numbers of one case have in common with another, together."""
    if before is None:
        return one
    named: Mapping[tuple[str, str], Entity] = {(e.kind, e.value): e for e in (*before.named, *one.named)}
    return Suggestion(one.number, tuple(named.values()), max(before.alike, one.alike))
