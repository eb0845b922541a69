"""Strangers' text made inert: shown as text, and what would act unseen or mislead the eye visible.

That is bidi controls and the like, and letters of another alphabet than they look (lookalike.py).
"""

from __future__ import annotations

import re
import unicodedata

from markupsafe import Markup, escape

from tipline.console import lookalike

# Embeddings, overrides and isolates reorder what follows; LRM, RLM and ALM only nudge one character, and
# Arabic and Hebrew need them, as Persian and emoji need the joiners. Tags, zero-width spaces and control
# characters have no honest use in a tip.
_ACTING = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u180e\u200b\u202a-\u202e\u2028\u2029\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f"
)
_IN_TEXT = re.compile(f"[{_ACTING}]")
_IN_NAME = re.compile(f"[{_ACTING}\t\n\u061c\u200c-\u200f]")
_UNSAFE_IN_FILE_NAME = re.compile(r"[^A-Za-z0-9._-]+")
_FILE_NAME_MAX = 80


def inert(text: str) -> Markup:
    """Return a stranger's *text* as markup that only shows it."""
    return _shown(text.replace("\r\n", "\n").replace("\r", "\n"), _IN_TEXT)


def inert_name(text: str) -> Markup:
    """Return a stranger's file name or the like as markup: here not even a direction mark acts."""
    return _shown(text, _IN_NAME)


def has_tricks(text: str) -> bool:
    """Tell whether *text* holds characters that are made visible here."""
    return _IN_TEXT.search(text.replace("\r\n", "\n").replace("\r", "\n")) is not None


def has_lookalikes(text: str) -> bool:
    """Tell whether *text* has letters of another alphabet than they look."""
    return bool(lookalike.places(text))


def plain(text: str) -> str:
    """Return a stranger's *text* for a document: what would act unseen is written out, as "[U+202E]"."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _IN_TEXT.sub(lambda found: f"[U+{ord(found.group()):04X}]", text)


def safe_file_name(prefix: str, name: str) -> str:
    """Return an ASCII name for a download that no program reads more into: "T-0042-1-photo.jpg"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = _UNSAFE_IN_FILE_NAME.sub("_", plain).strip("._")[-_FILE_NAME_MAX:].strip("._")
    return f"{prefix}-{plain}" if plain else prefix


def _shown(text: str, acting: re.Pattern[str]) -> Markup:
    marks = {found.start(): _mark for found in acting.finditer(text)}
    marks |= dict.fromkeys(lookalike.places(text), _letter)
    # Joined once: added one by one, a tip full of such characters takes seconds.
    parts, at = [], 0
    for place in sorted(marks):
        parts += [escape(text[at:place]), marks[place](text[place])]
        at = place + 1
    return Markup().join([*parts, escape(text[at:])])


def _mark(character: str) -> Markup:
    name = unicodedata.name(character, "control character").lower()
    return Markup('<span class="trick" title="{}">U+{:04X}</span>').format(name, ord(character))


def _letter(character: str) -> Markup:
    name = unicodedata.name(character, "a letter").lower()
    return Markup('<mark class="lookalike" title="{}">{}</mark>').format(name, character)
