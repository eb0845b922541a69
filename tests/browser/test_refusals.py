"""What a visitor sees when a tip cannot be sent: that it was not, and the words still in the form."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import Browser
from tipline import programs
from tipline.drill.stack import Stack, small_plan
from tipline.seal import receipt

WORDS = "Crates under the fish in warehouse 3.\nNorth quay."


@pytest.mark.assurance
def test_a_full_relay_says_so_and_keeps_the_words(chromium: Browser, tmp_path: Path):
    """503: the page says plainly that nothing was sent, when to try again, and the form keeps every word."""
    with Stack(tmp_path, small_plan({"envelope_places": 1})) as stack:
        programs.end(stack.programs["collector"])
        what = {"url": f"{stack.public_url}/", "category": "arms", "danger": "no", "text": WORDS}
        assert chromium("tell", **what)["receipt"]
        refused = chromium("tellInVain", **what)
    assert "not sent" in refused["problem"].lower()
    assert refused["kept"] == WORDS


def test_a_relay_that_goes_away_while_sending(chromium: Browser, tmp_path: Path):
    """The network breaks between loading and sending: said plainly, and the words are kept."""
    with Stack(tmp_path) as stack:
        what = {"url": f"{stack.public_url}/", "category": "arms", "danger": "no", "text": WORDS}
        refused = chromium("tellInVain", **what, offline=True)
    assert "not sent" in refused["problem"].lower()
    assert refused["kept"] == WORDS


def test_a_tip_that_was_dropped_is_not_called_arrived(chromium: Browser, tmp_path: Path):
    """A relay says 204 and the agency never gets it: the page says what that may mean.

    And whoever is forced to hand over a receipt can make one up: the page is the same for it.
    """
    with Stack(tmp_path) as stack:
        programs.end(stack.programs["collector"])
        what = {"url": f"{stack.public_url}/", "category": "arms", "danger": "no", "text": WORDS}
        real, made_up = chromium("tell", **what)["receipt"], receipt.format_(receipt.generate())
        dropped, nobodys = (chromium("comeBack", url=what["url"], receipt=code) for code in (real, made_up))
    assert "does not show that your message arrived" in dropped["shown"]
    assert "may be lost" in dropped["shown"]
    assert dropped["shown"] == nobodys["shown"]
