"""The second factor with a real browser, its own security key, and a console that serves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyotp
import pytest

from tests.browser.conftest import Browser, free_port
from tests.conftest import PASSPHRASE, Agency, agency_
from tests.console.conftest import settings_of
from tipline import clock
from tipline.console.serve import Console
from tipline.console.store import FRESH_SECONDS

__all__ = ["agency_"]


@dataclass
class Desk:
    """An officer's own browser at a console, whose clock the test can move on."""

    browser: Browser
    url: str
    now: list[float] = field(default_factory=lambda: [0.0])

    def __call__(self, do: str, **what: Any) -> dict[str, Any]:
        return self.browser(do, url=self.url, **what)

    def passphrase(self, name: str = "Alice") -> dict[str, Any]:
        return self("passphrase", name=name, passphrase=PASSPHRASE)

    def sign_out(self) -> None:
        assert self("pressButton", path="/me", words="Sign out")["address"] == "/sign-in"


@pytest.fixture
def desk(agency_: Agency, tmp_path: Path) -> Iterator[Desk]:
    """A console that takes keys and codes, and a browser with a profile of its own."""
    port = free_port()
    settings = settings_of(agency_, listen=f"127.0.0.1:{port}", factors="webauthn or totp")
    console = Console(settings)
    browser = Browser("chromium", tmp_path / "profile")
    desk = Desk(browser, f"http://localhost:{port}")
    console._store._now = lambda: desk.now[0]
    console.start()
    yield desk
    browser.close()
    console.stop()


def test_a_security_key_from_the_first_day_to_its_last(desk: Desk):
    """Enrolled, used, asked for again, replaced by another, and then of no use."""
    assert desk.passphrase()["address"] == "/sign-in/enrol"
    first = desk("enrolKey", path="/sign-in/enrol", label="First key")
    assert first["address"] == "/"
    desk.sign_out()

    assert desk.passphrase()["address"] == "/sign-in/factor"
    none = desk("useKey", path="/sign-in/factor", keys=[], refused=True)
    assert none["address"] == "/sign-in/factor"
    assert desk("openPage", path="/")["address"] == "/sign-in/factor"
    used = desk("useKey", path="/sign-in/factor", keys=first["keys"])
    assert used["address"] == "/"
    assert used["keys"][0]["signCount"] > first["keys"][0]["signCount"]

    desk.now[0] += FRESH_SECONDS
    assert desk("openPage", path="/me/factor")["address"] == "/confirm"
    again = desk("useKey", path="/confirm", keys=used["keys"])
    assert again["address"] == "/me/factor"
    assert "Nothing was done yet" in again["shown"]
    second = desk("enrolKey", path="/me/factor", label="Second key")
    assert "“Second key” is added" in second["shown"]
    removed = desk("pressButton", path="/me", words="Remove First key")
    assert "First key" not in removed["shown"]
    desk.sign_out()

    desk.passphrase()
    old = desk("useKey", path="/sign-in/factor", keys=again["keys"], refused=True)
    assert old["address"] == "/sign-in/factor"
    new = desk("useKey", path="/sign-in/factor", keys=second["keys"])
    assert new["address"] == "/"


@pytest.mark.assurance
def test_the_codes_of_a_telephone(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """Enrolled, used, and the same code of no use to who looked on."""
    seconds = [clock.seconds()]
    monkeypatch.setattr(clock, "seconds", lambda: seconds[0])
    shown = pyotp.TOTP(desk.passphrase()["secret"].replace(" ", ""))
    first = {"path": "/sign-in/enrol", "label": "Telephone"}
    assert desk("typeCode", code=shown.at(seconds[0]), **first)["address"] == "/"
    desk.sign_out()
    seconds[0] += 60
    desk.passphrase()
    assert desk("typeCode", path="/sign-in/factor", code=shown.at(seconds[0]))["address"] == "/"
    desk.sign_out()
    desk.passphrase()
    again = desk("typeCode", path="/sign-in/factor", code=shown.at(seconds[0]))
    assert again["address"] == "/sign-in/factor"
    assert "was not accepted" in again["shown"]
