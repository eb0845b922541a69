"""Letters of another alphabet than they look."""

from __future__ import annotations

import time

import pytest

from tipline.console import lookalike, text
from tipline.demo import tips

#: Cyrillic letters that look Latin, by what they look like.
A, SMALL_O, E, P, C = "\u0430", "\u043e", "\u0435", "\u0440", "\u0441"
#: "They meet in the port, and write in WhatsApp and SMS, a grey BMW X5", and "There they meet after 10".
RUSSIAN = (
    "\u041e\u043d\u0438 \u0432\u0441\u0442\u0440\u0435\u0447\u0430\u044e\u0442\u0441\u044f \u0432 "
    "\u043f\u043e\u0440\u0442\u0443, \u043f\u0438\u0448\u0443\u0442 \u0432 WhatsApp "
    "\u0438 SMS\u043a\u0430\u043c\u0438, "
    "BMW X5 \u0441\u0435\u0440\u0430\u044f."
)
GREEK = (
    "\u0395\u03ba\u03b5\u03af \u03c3\u03c5\u03bd\u03b1\u03bd\u03c4\u03b9\u03bf\u03cd\u03bd\u03c4\u03b1\u03b9 "
    "\u03bc\u03b5\u03c4\u03ac \u03c4\u03b9\u03c2 10"
)
OMEGA, OMICRON = "\u03a9", "\u03bf"


@pytest.mark.parametrize(
    ("words", "marked"),
    [
        (f"p{A}yp{A}l", A + A),
        (f"write to m{OMICRON}re@example.org", OMICRON),
        # Latin letters within a Russian word, and within a plate.
        ("\u0421ep\u0433\u0435\u0439", "ep"),
        ("A123\u0412\u0421", "A"),
        # A word that only looks Latin, wholly of Cyrillic letters, in an English sentence.
        (f"They call the app {C}{SMALL_O}{P}{E} and pay there every week.", C + SMALL_O + P + E),
    ],
)
def test_tricks_are_found(words: str, marked: str):
    """Each letter that is not what it looks like, and no other."""
    assert "".join(words[place] for place in lookalike.places(words)) == marked
    assert str(text.inert(words)).count('<mark class="lookalike"') == len(marked)
    assert text.has_lookalikes(words)


@pytest.mark.parametrize(
    "words",
    [
        "Meet at pier 7, caf\u00e9 Z\u00fcrich, \u0141\u00f3d\u017a.",
        RUSSIAN,
        GREEK,
        f"A coil of 5k{OMEGA} and a \u03b2locker, 3\u03bcm, \u0394t, R\u03b1",
        "\u8fd9\u4e9b\u4eba\u5728\u7801\u5934\u89c1\u9762 LINE\u7fa4 T\u30b7\u30e3\u30c4 \u30ab\u529b",
        "\u0648\u0635\u0644 \u0639\u0644\u0649 WhatsApp, \u05d5WhatsApp \u05d5\u05e1\u05de\u05e1",
        "He said \u0440\u0430 once.",
    ],
)
def test_ordinary_text_is_left_alone(words: str):
    """Of one alphabet, of several side by side, with brands and units."""
    assert lookalike.places(words) == []


def test_no_tip_of_the_demo_is_marked():
    """In seven languages, as people write them."""
    assert [item["lang"] for item in tips.sample() if lookalike.places(item["text"])] == []


def test_a_long_text_is_looked_through_at_once():
    """A tip full of tricks costs what a page costs."""
    long = f"p{A}yp{A}l " * 2000
    began = time.perf_counter()
    assert len(lookalike.places(long)) == 4000
    assert time.perf_counter() - began < 1
