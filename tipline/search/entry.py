"""An entry of the index: a message, a paper or a reply as it is kept sealed, so that none is opened twice."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from tipline.cases.index import Item
from tipline.links.entities import Entity
from tipline.seal.message import from_base64, to_base64
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

    For a message alone: *said*, and *marks*, by which nearly the same text is found (links/likeness.py).
    """

    what: str
    text: Text
    also: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()
    said: Said | None = None
    marks: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """Return the entry in JSON."""
        said = self.said
        fields = [
            self.what, to_base64(self.text.source), self.text.kind, self.text.text, self.also,
            [(one.kind, one.value, one.shown) for one in self.entities],
            said and (
                said.whole, said.lang, said.category, said.danger, to_base64(said.thread), said.counter,
                said.files, said.words, to_base64(said.digest),
            ),
            self.marks,
        ]  # fmt: skip
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def decode(lines: Iterable[bytes]) -> list[Entry]:
    """Read entries. Raises ValueError or TypeError for what *encode* did not make."""
    return [_entry(*fields) for fields in json.loads(b"[%s]" % b",".join(lines))]


def said_of(item: Item) -> Said:
    """Return what of an item the entry keeps."""
    return Said(
        item.whole, item.lang, item.category, item.danger, item.thread, item.counter, item.files, item.words,
        item.digest,
    )  # fmt: skip


def _entry(  # noqa: PLR0913, PLR0917  the fields as they are written
    what: str,
    source: str,
    kind: str,
    text: str,
    also: list[str],
    entities: list[list[str]],
    said: list[object],
    marks: list[int],
) -> Entry:
    return Entry(
        what,
        Text(from_base64(source, 32 if what == MESSAGE else 16), kind, text),
        tuple(also),
        tuple(Entity(*one) for one in entities),
        _said(*said) if said else None,  # type: ignore[arg-type]
        tuple(marks),
    )


def _said(  # noqa: PLR0913, PLR0917  the fields as they are written
    whole: bool, lang: str, category: str, danger: str, thread: str, counter: int, files: int, words: int,
    digest: str,
) -> Said:  # fmt: skip
    return Said(
        whole, lang, category, danger, from_base64(thread, 16), counter, files, words, from_base64(digest, 32)
    )
