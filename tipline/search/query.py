"""What somebody types into the search, as an expression of SQLite's full-text search. Pure.

Words are all to be there, in any order; "words in quotes" one after the other; word* begins so; a number is
found however it is grouped, and by its last figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from tipline.search import forms

#: What is longer is cut: nobody looks for more.
LENGTH_MAX, TERMS_MAX = 500, 24
_TERM = re.compile(r'"([^"]*)"?(\*?)|(\S+)')
_INTERNATIONAL = re.compile(r"^(\+|00)")
#: The shortest end of a number that it is found by, without the country's own zeros.
_END_MIN = 6


def expression(query: str) -> str:
    """Return the expression for what was typed; "" where there is nothing to look for in it."""
    query = forms.plain(query[:LENGTH_MAX])
    terms = list(_terms(query))[:TERMS_MAX]
    if not terms:
        return ""
    whole = forms.joined(query)
    every = " AND ".join(terms)
    is_mark = any(one.isdigit() for one in whole) and not whole.isdigit()
    # A plate or an account with gaps of its own is one word in the index, whatever the gaps.
    return f"({every}) OR ids : {_quoted(whole)}" if is_mark and len(terms) > 1 else every


def _terms(query: str) -> Iterator[str]:
    at = 0
    for found in forms.NUMBER.finditer(query):
        figures = forms.digits(found[0])[-1]
        if len(figures) >= forms.DIGITS_MIN and query[found.end() : found.end() + 1] != '"':
            yield from _words(query[at : found.start()])
            ends = query[found.end() : found.end() + 1] == "*"
            yield _number(found[0], figures, ends=ends)
            at = found.end() + ends
    yield from _words(query[at:])


def _words(text: str) -> Iterator[str]:
    for found in _TERM.finditer(text):
        quoted, star, word = found[1], found[2], found[3]
        said = quoted if quoted is not None else word.rstrip("*")
        if not any(one.isalnum() for one in said):
            continue
        ends = "*" if star or (word is not None and word.endswith("*")) else ""
        yield _word(said, ends)


def _word(said: str, ends: str) -> str:
    body = f"body : {_quoted(forms.words(said))}{ends}"
    mark = forms.joined(said)
    if quoted_is_plain(said) and not mark.isalpha() and any(one.isalpha() for one in mark):
        return f"({body} OR ids : {_quoted(mark)}{ends})"
    return body


def quoted_is_plain(said: str) -> bool:
    """Tell whether there is no space in what is to stand together: then it can be one mark."""
    return " " not in said


def _number(written: str, figures: str, *, ends: bool) -> str:
    """Return what finds a number: as it is written, joined, or by its end in any other way of writing."""
    if ends:
        return f"(body : {_quoted(written)}* OR ids : {_quoted(figures)}*)"
    ways = dict.fromkeys([figures, figures.lstrip("0"), _national(written)])
    tried = [f"ids : {_quoted(forms.backwards(one))}*" for one in ways if len(one) >= _END_MIN]
    return " OR ".join([f"(body : {_quoted(written)}", f"ids : {_quoted(figures)}", *tried]) + ")"


def _national(written: str) -> str:
    """Return the figures of a telephone number without its country's; "" for what is none."""
    if not _INTERNATIONAL.match(written):
        return ""
    try:
        found = phonenumbers.parse(_INTERNATIONAL.sub("+", written))
    except phonenumbers.NumberParseException:
        return ""
    return str(found.national_number or "")


def _quoted(text: str) -> str:
    return '"' + text.replace('"', " ").strip() + '"'
