"""What of a tip's wording stands in a report: how somebody writes can give away who they are.

A help for the eye of the officer who approves, and no gate: names, places and numbers have to be copied.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

#: So many words in a row are a phrase; of a whole sentence fewer are enough.
WORDS, WORDS_OF_SENTENCE = 6, 3
#: Scripts that are written without spaces are compared character by character, and two count as a word.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_SENTENCE_END = re.compile(r"[.!?\u061f\u06d4\u0964\u3002\uff01\uff1f\u2026\n]+")


@dataclass(frozen=True)
class Copied:
    """Words of the report that stand in the tip in the same order; *is_sentence*: a whole sentence does."""

    text: str
    is_sentence: bool


@dataclass(frozen=True)
class _Token:
    word: str
    start: int
    end: int

    @property
    def weight(self) -> float:
        return 0.5 if re.match(f"[{_UNSPACED}]", self.word) else 1.0


def copied(report: str, tips: Iterable[str]) -> list[Copied]:
    """Return what of a *report* is in the *tips* word for word, as the report has it, in its order.

    Capitals and punctuation make no difference.
    """
    texts = [[token.word for token in _tokens(tip)] for tip in tips]
    joined = ["".join(f" {word}" for word in words) + " " for words in texts]
    phrases = {tuple(words[at : at + WORDS]) for words in texts for at in range(len(words) - WORDS + 1)}
    found = []
    for sentence in _sentences(report):
        whole = "".join(f" {token.word}" for token in sentence) + " "
        if _weight(sentence) >= WORDS_OF_SENTENCE and any(whole in text for text in joined):
            found.append(Copied(_text(report, sentence), is_sentence=True))
        else:
            runs = (run for run in _runs(sentence, phrases) if _weight(run) >= WORDS)
            found += [Copied(_text(report, run), is_sentence=False) for run in runs]
    return found


def _runs(tokens: Sequence[_Token], phrases: Container[tuple[str, ...]]) -> Iterator[Sequence[_Token]]:
    """Yield the stretches of *tokens* that *phrases* cover."""
    words = [token.word for token in tokens]
    start = end = 0
    for at in range(len(words) - WORDS + 1):
        if tuple(words[at : at + WORDS]) in phrases:
            if at > end:
                yield tokens[start:end]
            start, end = (start if at <= end and end else at), at + WORDS
    yield tokens[start:end]


def _sentences(text: str) -> Iterator[list[_Token]]:
    ends = [found.start() for found in _SENTENCE_END.finditer(text)]
    tokens = _tokens(text)
    for end in [*ends, len(text)]:
        size = bisect_left(tokens, end, key=attrgetter("start"))
        if size:
            yield tokens[:size]
        tokens = tokens[size:]


def _tokens(text: str) -> list[_Token]:
    return [
        _Token(unicodedata.normalize("NFKC", found.group()).casefold(), found.start(), found.end())
        for found in _TOKEN.finditer(text)
    ]


def _weight(tokens: Sequence[_Token]) -> float:
    return sum(token.weight for token in tokens)


def _text(text: str, tokens: Sequence[_Token]) -> str:
    return text[tokens[0].start : tokens[-1].end]
