"""Whoever takes a tipster's device finds that a tip line was looked at, and nothing that was told there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import Agency, Browser
from tests.browser.pictures import jpeg_with_place
from tipline.drill import encodings, places
from tipline.drill.search import Sieve

WORDS = "Reiher am Wehr 5d1c0b9e77aa4f02 grauer Wagen"
FILE = "IMG_7731_hinterhof"


def found(profile: Path, name: str, text: str) -> list[places.Finding]:
    """Search every file of a browser's profile, in every way that text is written."""
    done = places.search_folder("profile", profile, Sieve(encodings.of_text(name, text)), lambda _: None)
    assert done.bytes > 0
    return done.findings


@pytest.fixture(scope="module")
def visited(running: Agency, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Tell something in an everyday Chromium, come back with the receipt, and end the browser."""
    profile = tmp_path_factory.mktemp("profile")
    picture = jpeg_with_place(tmp_path_factory.mktemp("pictures") / f"{FILE}.jpg")
    browser = Browser("chromium", profile)
    what = {"url": running.public, "category": "arms", "danger": "no", "text": WORDS}
    receipt = browser("tell", **what, files=[str(picture)])["receipt"]
    browser("comeBack", url=running.public, receipt=receipt)
    browser.close()
    return profile, receipt


def test_the_profile_is_one_that_keeps_things(visited: tuple[Path, str], running: Agency):
    """The site's address is in the history: so the searches below look into what was written."""
    profile, _ = visited
    assert found(profile, "address", running.public)


@pytest.mark.parametrize("part", [WORDS, WORDS[:20], FILE], ids=["words", "first words", "file name"])
def test_no_word_of_a_tip_is_on_the_device(visited: tuple[Path, str], part: str):
    assert found(visited[0], "words", part) == []


def test_no_receipt_is_on_the_device(visited: tuple[Path, str]):
    """Neither as it is shown nor as it can be typed."""
    profile, receipt = visited
    bare = receipt.replace("-", "").replace(" ", "")
    for text in (receipt, bare, bare.lower()):
        assert found(profile, "receipt", text) == []
