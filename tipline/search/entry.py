"""An entry of the index: a message, a paper or a reply as it is kept sealed, so that none is opened twice."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from sys import intern
from typing import Any

from tipline.links.entities import Entity
from tipline.search import forms
from tipline.search.facts import Text

#: What an entry is of. What a message says of itself stands in it too, for the inbox.
MESSAGE, PAPER, REPLY = "m", "p", "r"


@dataclass(frozen=True, slots=True)
class Said:
    """What the inbox shows of a message, apart from its place in the database: as Item has it."""

    whole: bool
    lang: str
    category: str
    danger: str
    thread: bytes
    counter: int
    files: int
    words: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """*what* it is of, its words, names of files in *also*, and what it names.

    *ids* are what its numbers, plates and the like are found by, as *ids_of* has them.
    For a message alone: *said*, and *marks*, by which nearly the same text is found (links/likeness.py).
    """

    what: str
    text: Text
    also: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()
    said: Said | None = None
    marks: tuple[int, ...] = ()
    ids: str = ""

    def encode(self) -> bytes:
        """Return the entry in JSON."""
        said = self.said
        fields = [
            self.what, self.text.source.hex(), self.text.kind, self.text.text, self.also,
            [(one.kind, one.value, one.shown) for one in self.entities],
            said and (
                said.whole, said.lang, said.category, said.danger, said.thread.hex(), said.counter,
                said.files, said.words, said.digest.hex(),
            ),
            self.marks,
            self.ids,
        ]  # fmt: skip
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def decode(lines: Iterable[bytes]) -> list[Entry]:
    """Read entries. Raises ValueError or TypeError for what *encode* did not make."""
    return [_entry(*fields) for fields in json.loads(b"[%s]" % b",".join(lines))]


def ids_of(text: str, also: Iterable[str], entities: Iterable[Entity]) -> str:
    """Return what the numbers, plates and the like of a text are found by, however they are written."""
    found = chain(forms.ids("\n".join((text, *also))), (forms.joined(one.value) for one in entities))
    return " ".join(dict.fromkeys(found))


def _entry(  # noqa: PLR0913, PLR0917  the fields as they are written
    what: str,
    source: str,
    kind: str,
    text: str,
    also: list[str],
    entities: list[list[str]],
    said: list[Any] | None,
    marks: list[int],
    ids: str,
) -> Entry:
    return Entry(
        what,
        Text(bytes.fromhex(source), kind, text),
        tuple(also),
        tuple(Entity(*one) for one in entities),
        _said(*said) if said else None,
        tuple(marks),
        ids,
    )


def _said(  # noqa: PLR0913, PLR0917  the fields as they are written
    whole: bool, lang: str, category: str, danger: str, thread: str, counter: int, files: int, words: int,
    digest: str,
) -> Said:  # fmt: skip
    return Said(
        whole, intern(lang), intern(category), intern(danger), bytes.fromhex(thread), counter, files, words,
        bytes.fromhex(digest),
    )  # fmt: skip
