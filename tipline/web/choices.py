"""PURE: choices in a reply: lines that begin with "[ ] " are boxes to tick where a tipster reads it.

The sealed format knows nothing of them: a reply is text, and so is what a tipster sends.
static/tip/choices.js reads the same lines in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

_MARK = "[ ] "
#: What a choice that was ticked begins with, in what the tipster sends.
TICKED = "[x] "
#: More boxes than this are lines of text like all others, and so is a longer one.
CHOICES_MAX, LENGTH_MAX = 20, 200


@dataclass(frozen=True)
class Piece:
    """A stretch of a reply: *text*, or the *choices* of one list."""

    text: str = ""
    choices: tuple[str, ...] = ()


def pieces(text: str) -> list[Piece]:
    """Return a reply's pieces in their order; text that nothing is chosen in is one."""
    lines = text.split("\n")
    if not 0 < sum(_is_choice(line) for line in lines) <= CHOICES_MAX:
        return [Piece(text)]
    found = []
    for is_choice, group in groupby(lines, _is_choice):
        if is_choice:
            found.append(Piece(choices=tuple(line[len(_MARK) :].strip() for line in group)))
        else:
            found.append(Piece("\n".join(group).strip("\n")))
    return [piece for piece in found if piece.text or piece.choices]


def _is_choice(line: str) -> bool:
    return line.startswith(_MARK) and 0 < len(line[len(_MARK) :].strip()) <= LENGTH_MAX
