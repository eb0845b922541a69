"""Strangers' text does nothing but being read."""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.console import text

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(st.text())
def test_no_text_becomes_markup(words: str):
    """Whatever is written, the only tags are our own marks."""
    shown = str(text.inert(words))
    bare = re.sub(r'<span class="trick" title="[^"<>]*">U\+[0-9A-F]{4,6}</span>', "", shown)
    bare = re.sub(r'<mark class="lookalike" title="[^"<>]*">.</mark>', "", bare)
    assert "<" not in bare
    assert ">" not in bare


@given(st.text())
def test_nothing_that_acts_is_left(words: str):
    """No control character but tab and line end, no embedding, override or isolate."""
    for shown in (str(text.inert(words)), str(text.inert_name(words))):
        assert not set(shown) & set(BIDI)
        assert all(c in "\n\t" for c in shown if unicodedata.category(c) == "Cc")


@pytest.mark.parametrize(
    "words", ["نص عربي", "שלום\u200e 123", "می\u200cخواهم", "👩\u200d👧", "文字\n\tline", "<b>&"]
)
def test_honest_text_stays_as_it_is(words: str):
    """Joiners and direction marks that languages need are left alone."""
    assert text.inert(words).unescape() == words
    assert not text.has_tricks(words)


@pytest.mark.parametrize(
    "character", [*BIDI, "\u200b", "\u2060", "\ufeff", "\x00", "\x1b", "\U000e0041", "\u2028"]
)
def test_a_trick_is_made_visible(character: str):
    """By its number, in its place."""
    shown = text.inert(f"a{character}b")
    assert f"U+{ord(character):04X}" in shown
    assert text.has_tricks(f"a{character}b")


def test_line_ends_are_one_character():
    """Carriage returns of the page's form are no trick."""
    assert text.inert("a\r\nb\rc") == "a\nb\nc"
    assert not text.has_tricks("a\r\nb")


def test_a_file_name_shows_even_direction_marks():
    """Where a name ends decides what it is."""
    assert "U+200F" in text.inert_name("a\u200fb.exe")


@given(st.text())
def test_a_download_has_a_tame_name(name: str):
    """ASCII letters, digits, dot, hyphen and underscore; no path, no leading dot."""
    safe = text.safe_file_name("T-0001-1", name)
    assert re.fullmatch(r"T-0001-1(-[A-Za-z0-9_-][A-Za-z0-9._-]{0,79})?", safe)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("photo.jpg", "T-photo.jpg"),
        ("../../etc/passwd", "T-etc_passwd"),
        ("ночь\u202egpj.exe", "T-gpj.exe"),
        ('a"; filename="b.html', "T-a_filename_b.html"),
        ("résumé 1.pdf", "T-resume_1.pdf"),
        ("照片", "T"),
    ],
)
def test_names_it_makes(name: str, safe: str):
    """As an officer sees them."""
    assert text.safe_file_name("T", name) == safe


def test_a_tip_full_of_tricks_is_shown_at_once():
    """As long as a tip can be: its cost grows with its length, not with the square of it."""
    began = time.process_time()
    assert text.inert("\x7f" * 16_000).count("U+007F") == 16_000
    assert time.process_time() - began < 1


def test_a_lookalike_beside_markup_lets_none_of_it_through():
    """What marks a letter is ours; all around it, and a letter that is marked, is escaped."""
    shown = str(text.inert('p\u0430ypal <script>alert(1)</script> " onclick="x'))
    assert '<mark class="lookalike"' in shown
    assert "<script" not in shown
    assert 'onclick="' not in shown
