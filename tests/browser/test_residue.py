"""Whoever takes a tipster's device finds that a tip line was looked at, and nothing that was told there."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Agency, Browser
from tests.browser.pictures import jpeg_with_place
from tipline.drill import encodings, places
from tipline.drill.search import Sieve

WORDS = "Reiher am Wehr 5d1c0b9e77aa4f02 grauer Wagen"
FILE = "IMG_7731_hinterhof"


@pytest.fixture(scope="module")
def found(running: Agency, tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """Tell something in an everyday Chromium, come back with the receipt, end it, and search its profile.

    Returns the names of what was found in any of its files, in any way that text is written. One search for
    all: a profile is large.
    """
    profile = tmp_path_factory.mktemp("profile")
    picture = jpeg_with_place(tmp_path_factory.mktemp("pictures") / f"{FILE}.jpg")
    browser = Browser("chromium", profile)
    what = {"url": running.public, "category": "arms", "danger": "no", "text": WORDS}
    receipt = browser("tell", **what, files=[str(picture)])["receipt"]
    browser("comeBack", url=running.public, receipt=receipt)
    browser.close()
    bare = receipt.replace("-", "").replace(" ", "")
    texts = {"address": running.public, "words": WORDS, "first words": WORDS[:20], "file name": FILE}
    texts |= {"receipt": receipt, "bare receipt": bare, "small receipt": bare.lower()}
    needles = [needle for name, text in texts.items() for needle in encodings.of_text(name, text)]
    done = places.search_folder("profile", profile, Sieve(needles), lambda _: None)
    assert done.bytes > 0
    return frozenset(finding.canary for finding in done.findings)


def test_the_profile_is_one_that_keeps_things(found: frozenset[str]):
    """The site's address is in the history: so the search looked into what was written."""
    assert "address" in found


@pytest.mark.parametrize("part", ["words", "first words", "file name"])
def test_no_word_of_a_tip_is_on_the_device(found: frozenset[str], part: str):
    assert part not in found


@pytest.mark.parametrize("form", ["receipt", "bare receipt", "small receipt"])
def test_no_receipt_is_on_the_device(found: frozenset[str], form: str):
    """Neither as it is shown nor as it can be typed."""
    assert form not in found
