"""One way of writing: figures of every script, wide letters, dashes and spaces as plain ones; none hidden."""

from __future__ import annotations

import sys
import unicodedata

#: Signs that nobody sees: zero-width, soft hyphen, those that turn the direction of writing. A telephone
#: number that was copied out of an address book often begins with one.
_HIDDEN = (0xAD, 0x61C, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A))
_DASHES = (*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63)


def _table() -> dict[int, str | None]:
    digits = {
        code: str(unicodedata.digit(chr(code)))
        for code in range(0x80, sys.maxunicode + 1)
        if unicodedata.category(chr(code)) == "Nd"
    }
    wide = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    spaces = dict.fromkeys((160, 5760, *range(8192, 8203), 8239, 8287, 12288), " ")
    dashes = dict.fromkeys(_DASHES, "-")
    hidden: dict[int, str | None] = dict.fromkeys(_HIDDEN)
    return {**wide, **digits, **spaces, **dashes, **hidden}


_PLAIN = _table()


def fold(text: str) -> str:
    """Return *text* as it would be typed on a plain keyboard, letter for letter where it has one."""
    return text if text.isascii() else text.translate(_PLAIN)
