"""The words of a desk's cases in a database without a file: SQLite's full-text search, in memory alone."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from tipline.links import likeness
from tipline.links.entities import Entity
from tipline.search import forms, query
from tipline.search.facts import Text

#: The full-text table keeps no second copy of the words. Marks belong to a letter in most scripts.
_SCHEMA = """
    PRAGMA temp_store = MEMORY;
    CREATE TABLE doc (
        id INTEGER PRIMARY KEY, source BLOB UNIQUE, number INTEGER, kind TEXT, text TEXT, also TEXT,
        ids TEXT
    );
    CREATE INDEX doc_number ON doc (number);
    CREATE TABLE entity (doc INTEGER, kind TEXT, value TEXT, shown TEXT);
    CREATE INDEX entity_value ON entity (value, kind);
    CREATE INDEX entity_doc ON entity (doc);
    CREATE TABLE mark (value INTEGER, doc INTEGER, PRIMARY KEY (value, doc)) WITHOUT ROWID;
    CREATE VIRTUAL TABLE words USING fts5 (
        body, ids, content = '', tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co M*'"
    );
"""
_DOC = "SELECT id, text, also, ids FROM doc WHERE source = ?"
_FOUND = """
    SELECT number FROM doc
    WHERE id IN (SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?)
"""
_NAMING = "SELECT number FROM entity JOIN doc ON doc.id = entity.doc WHERE value = ? AND entity.kind = ?"
_NAMED = """
    SELECT entity.kind, value, shown FROM entity JOIN doc ON doc.id = entity.doc
    WHERE number = ? ORDER BY entity.rowid
"""
# A table without a copy of the words has to be told them once more.
_UNINDEX = "INSERT INTO words (words, rowid, body, ids) VALUES ('delete', ?, ?, ?)"
_TEXTS = "SELECT source, kind, text FROM doc WHERE number = ? ORDER BY id"
_ALIKE = """
    SELECT number FROM mark JOIN doc ON doc.id = mark.doc
    WHERE value = ? ORDER BY mark.doc DESC LIMIT ?
"""
#: Of a text that was sent a thousand times the newest are enough to find what is nearly the same.
ALIKE_MAX = 100
_SORTED_AT_ONCE = 8 * 1024 * 1024
#: What is found is cut here, the newest first: nobody reads further, and it keeps the time short.
FOUND_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Doc:
    """What is searched: a *text* of case *number*, the names of its files in *also*, and what it names.

    *marks* and *ids* are those of Entry.
    """

    number: int
    text: Text
    also: tuple[str, ...]
    entities: tuple[Entity, ...]
    marks: tuple[int, ...] = ()
    ids: str = ""

    @property
    def row(self) -> tuple[bytes, int, str, str, str, str]:
        """What is kept of it beside the words' index."""
        said = self.text
        return said.source, self.number, said.kind, said.text, "\n".join(self.also), self.ids

    @property
    def body(self) -> str:
        """The words as they are indexed."""
        return forms.words("\n".join((self.text.text, *self.also)))


class Memory:
    """Gone when it is closed, or when nothing refers to it any more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._rows.executescript(_SCHEMA)
        # So many bytes of words are sorted in memory before they are merged: much is taken in at once.
        self._rows.execute("INSERT INTO words (words, rank) VALUES ('hashsize', ?)", (_SORTED_AT_ONCE,))
        self._next = 1

    def add(self, docs: Sequence[Doc]) -> None:
        """Take texts in."""
        with self._lock:
            first, self._next = self._next, self._next + len(docs)
            self._rows.execute("BEGIN")
            numbered = list(enumerate(docs, first))
            self._rows.executemany(
                "INSERT INTO doc VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(id_, *one.row) for id_, one in numbered],
            )
            self._rows.executemany(
                "INSERT INTO entity VALUES (?, ?, ?, ?)",
                [(id_, of.kind, of.value, of.shown) for id_, one in numbered for of in one.entities],
            )
            self._rows.executemany(
                "INSERT INTO mark VALUES (?, ?)", [(mark, id_) for id_, one in numbered for mark in one.marks]
            )
            self._rows.executemany(
                "INSERT INTO words (rowid, body, ids) VALUES (?, ?, ?)",
                [(id_, one.body, one.ids) for id_, one in numbered],
            )
            self._rows.execute("COMMIT")

    def remove(self, sources: Iterable[bytes]) -> None:
        """Forget the texts of these sources."""
        with self._lock:
            self._rows.execute("BEGIN")
            for source in sources:
                for row in self._rows.execute(_DOC, (source,)).fetchall():
                    self._remove(*row)
            self._rows.execute("COMMIT")

    def _remove(self, id_: int, text: str, also: str, ids: str) -> None:
        body = forms.words(f"{text}\n{also}" if also else text)
        self._rows.execute(_UNINDEX, (id_, body, ids))
        marks = [(mark, id_) for mark in likeness.marks(text)]
        self._rows.executemany("DELETE FROM mark WHERE value = ? AND doc = ?", marks)
        self._rows.execute("DELETE FROM entity WHERE doc = ?", (id_,))
        self._rows.execute("DELETE FROM doc WHERE id = ?", (id_,))

    def search(self, asked: str) -> set[int]:
        """Return the cases with a text that answers what was *asked*."""
        return set(self.hits(asked))

    def hits(self, asked: str) -> list[int]:
        """Return the case of each text that answers, of FOUND_MAX texts at most."""
        expression = query.expression(asked)
        if not expression:
            return []
        with self._lock:
            return [number for (number,) in self._rows.execute(_FOUND, (expression, FOUND_MAX))]

    def with_entity(self, kind: str, value: str) -> set[int]:
        """Return the cases that name this."""
        return self._numbers(_NAMING, value, kind)

    def alike(self, marks: Iterable[int]) -> list[int]:
        """Return the cases with a text that shares one of these marks, each as often as it shares one."""
        with self._lock:
            found = [self._rows.execute(_ALIKE, (mark, ALIKE_MAX)).fetchall() for mark in marks]
        return list(chain.from_iterable(chain.from_iterable(found)))

    def entities(self, number: int) -> list[Entity]:
        """Return what a case's texts name, in their order."""
        with self._lock:
            return [Entity(*row) for row in self._rows.execute(_NAMED, (number,))]

    def texts(self, number: int) -> list[Text]:
        """Return a case's texts, in the order in which they were taken in."""
        with self._lock:
            return [Text(*row) for row in self._rows.execute(_TEXTS, (number,))]

    def _numbers(self, statement: str, *given: object) -> set[int]:
        with self._lock:
            return set(chain.from_iterable(self._rows.execute(statement, given)))
