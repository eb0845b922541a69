"""PURE: what is known of a message's language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Told:
    """The language of a message: that of the page it was written on (*said*), that of its words where clear.

    Both by their codes, *written* empty where it is not clear. *unread*: nobody at the desk reads it;
    *foreign*: not everybody does.
    """

    said: str
    written: str
    unread: bool
    foreign: bool
