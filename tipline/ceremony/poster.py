"""The poster: the tip line's address, and the root's fingerprint as words and as a code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tipline.ceremony import words
from tipline.ceremony.sheets import code, groups, typeset


def poster(name: str, url: str, print_: bytes, day: date, fonts: Sequence[Path] = ()) -> bytes:
    """Return an A4 poster as PDF for the agency called *name*, its public *url* and its root's fingerprint.

    Raises SettingsError for a name that cannot be printed.
    """
    spoken = words.write(print_)
    fields = {
        "name": name,
        "url": url,
        "date": day.isoformat(),
        "link": code(url),
        "words": spoken.split(),
        "code": code(spoken.upper()),
        "groups": groups(print_),
    }
    return typeset("poster.typ", "poster", fields, fonts)
