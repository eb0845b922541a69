"""Which templates there are to begin a reply with: the desk's own and ours, the tipster's language first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from tipline.errors import AccessError
from tipline.staff.member import Member
from tipline.talk import starters, templates

_OWN = "own."


@dataclass(frozen=True)
class Choice:
    """A template as a form offers it. *reviewed*: whether a speaker has read it, None for a desk's own."""

    value: str
    title: str
    lang: str
    text: str
    reviewed: bool | None = None


def all_(connection: Connection, member: Member) -> list[Choice]:
    """Return everything that this officer can choose."""
    own = [
        Choice(f"{_OWN}{one.id.hex()}", one.title, one.lang, one.text)
        for one in templates.of_desks(connection, member)
    ]
    ours = [
        Choice(f"{one.code}.{one.lang}", one.title, one.lang, one.text, one.reviewed)
        for one in starters.all_()
    ]
    return own + ours


def by_language(found: Iterable[Choice], langs: Sequence[str]) -> list[tuple[str, list[Choice]]]:
    """Return choices by language, those of *langs* first, as a tipster's messages name them."""
    grouped: dict[str, list[Choice]] = {}
    for one in found:
        grouped.setdefault(one.lang, []).append(one)
    wanted = [_short(lang) for lang in langs]
    return sorted(grouped.items(), key=lambda one: (_place(wanted, _short(one[0])), one[0]))


def find(connection: Connection, member: Member, value: str) -> Choice:
    """Return the choice that a form names. Raises AccessError when this officer has none of that name."""
    found = next((one for one in all_(connection, member) if one.value == value), None)
    if found is None:
        raise AccessError("there is no such template")
    return found


def in_language(found: Iterable[Choice], code: str, lang: str) -> Choice | None:
    """Return our template of a kind in a language; in English where there is none, None for no such kind."""
    ours = {one.value: one for one in found}
    return ours.get(f"{code}.{_short(lang)}") or ours.get(f"{code}.{starters.ENGLISH}")


def _short(lang: str) -> str:
    return lang.partition("-")[0].lower()


def _place(wanted: Sequence[str], lang: str) -> int:
    return wanted.index(lang) if lang in wanted else len(wanted)
