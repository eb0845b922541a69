from __future__ import annotations

import pytest

from tipline.alerts import wording
from tipline.alerts.ladder import DANGER, ONLY_WAITS, UNSURE


@pytest.mark.parametrize(
    ("count", "mark", "words"),
    [
        (1, DANGER, "1 tip marked danger now waits at Triage. Sign in."),
        (7, DANGER, "7 tips marked danger now wait at Triage. Sign in."),
        (1, UNSURE, "1 tip where somebody may be in danger waits at Triage. Sign in."),
        (2, ONLY_WAITS, "2 tips unread for too long wait at Triage. Sign in."),
    ],
)
def test_it_says_how_many_how_urgent_and_where(count: int, mark: int, words: str):
    """And nothing else that there is to say."""
    assert wording.alert("Triage", count, mark, neutral=False).words == words


def test_neutral_words_are_the_same_for_everything():
    """Who sees the telephone learns that somebody is needed."""
    texts = {
        wording.alert(desk, count, mark, neutral=True).words
        for desk in ("Triage", "Vice")
        for count in (1, 50)
        for mark in (DANGER, UNSURE, ONLY_WAITS)
    }
    assert texts | {wording.fault("mail", neutral=True).words} == {wording.NEUTRAL}


def test_every_text_is_as_long_as_every_other():
    """In bytes, whatever a desk is called: its size says nothing on the way."""
    names = ("T", "Überfall und Raub", "毒品" * 50, "x\ny" * 40)
    texts = [
        wording.alert(name, count, mark, neutral=neutral)
        for name in names
        for count in (1, 1000)
        for mark in (0, 1, 2)
        for neutral in (True, False)
    ]
    texts += [wording.fault(name, neutral=False) for name in names] + [wording.trial(name) for name in names]
    assert {len(text.padded.encode()) for text in texts} == {wording.SIZE}
    assert all("\n" not in text.padded for text in texts)
