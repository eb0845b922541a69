"""The templates that come with Tipline: complete, fillable, and asking nobody who they are."""

from __future__ import annotations

from datetime import date

import pytest

from tipline.talk import cautions, starters, variables
from tipline.talk.settings import TalkSettings

LANGUAGES = {"en", "es", "fr", "pt", "ar", "ru", "zh", "hi"}
KNOWN = variables.known("T-0042", "Harbour Police", "en", TalkSettings(emergency="112")) | {"claim": "CODE"}


def test_every_kind_is_there_in_every_language():
    """And in each but English it is said that no speaker has read it."""
    by_code: dict[str, set[str]] = {}
    for one in starters.all_():
        by_code.setdefault(one.code, set()).add(one.lang)
        assert one.reviewed == (one.lang == "en")
    assert by_code.keys() == {"received", "how-known", "holding", "reward", "closing"}
    assert all(langs == LANGUAGES for langs in by_code.values())


@pytest.mark.parametrize("one", starters.all_(), ids=lambda one: f"{one.code}.{one.lang}")
def test_it_can_be_filled_and_warns_of_nothing(one: starters.Starter):
    """With the same variables in every language; none of ours asks what our own rules warn of."""
    english = starters.find(one.code, "en")
    assert english
    assert variables.named(one.text) == variables.named(english.text)
    assert "{" not in variables.fill(one.text, KNOWN)
    assert cautions.of(one.text, []) == ()


@pytest.mark.parametrize(
    ("lang", "written"),
    [
        ("en", "3 November 2026"),
        ("es-MX", "3 de noviembre de 2026"),
        ("zh", "2026年11月3日"),
        ("sw", "2026-11-03"),
    ],
)
def test_a_day_is_written_as_the_language_does(lang: str, written: str):
    assert starters.date(date(2026, 11, 3), lang) == written
