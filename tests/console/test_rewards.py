"""The board's page, and the payer's: a case's number, an amount, and nothing else."""

from __future__ import annotations

import pytest

from tests.console.conftest import Browser, Desk, settings_of
from tests.rewards.conftest import granting
from tests.rewards.test_reward import granted, send
from tipline.console.app import create_app
from tipline.rewards import claim
from tipline.talk.settings import TalkSettings

__all__ = ["granting"]


@pytest.fixture
def board(granting) -> Desk:
    settings = settings_of(granting, talk=TalkSettings(emergency="112"))
    return Desk(granting, create_app(settings, granting.engine))


def test_from_the_case_to_the_counter(board: Desk):
    """Proposed on the case's page, granted by two, told by the template; the board has no case meanwhile."""
    board.agency.tip("the harbour at midnight")
    alice, rosa, idris = (board.browser(name) for name in ("Alice", "Rosa", "Idris"))
    assert "Propose a reward" in alice.get("/case/1").text
    refused = alice.post("/case/1/reply", text="Your code: {claim}", act="send")
    assert refused.status_code == 422
    assert "{claim} is empty" in refused.text
    assert alice.post("/case/1/reward", board=board.agency.desk("Board").hex()).status_code == 303
    for one in (rosa, idris):
        page = one.get("/rewards").text
        assert "Case T-0001" in page
        assert "harbour" not in page
        assert one.post("/rewards/grant", case="1", amount="300").location == "/rewards"
    alice.get("/case/1")
    shown = alice.post("/case/1/reply", text="", act="template", template="reward.en").text
    assert "This is your code: {claim}" in shown
    words = shown.split("<textarea")[1].split(">", 1)[1].split("</textarea>")[0]
    preview = alice.post("/case/1/reply", text=words, act="preview").text
    assert "This is your code: XXXX-XXXX-XXXX-XXXX-XXXX" in preview
    assert alice.post("/case/1/reply", text=words, act="send").status_code == 303
    assert "[claim code]" in alice.get("/case/1").text
    assert "T-0001" not in rosa.get("/").text
    assert rosa.get("/case/1").status_code == 404
    assert alice.get("/rewards").status_code == 403


def pay(browser: Browser, code: str) -> str:
    browser.get("/rewards")
    answer = browser.post("/rewards/code", code=code)
    return answer.text if answer.status_code == 422 else browser.get("/rewards/code").text


def test_the_payer_sees_the_amount_and_nothing_else(board: Desk):
    """No number, no disposition; a wrong code says that it is one, and guesses are counted."""
    board.agency.tip()
    alice, *_ = granted(board.agency, 700)
    code = send(alice)
    rosa = board.browser("Rosa")
    page = pay(rosa, code)
    assert "700 EUR" in page
    assert "T-0001" not in page
    assert rosa.post("/rewards/pay").location == "/rewards"
    assert "700" in rosa.post("/rewards/ledger.csv").text
    assert "paid already" in pay(rosa, code)
    assert "mistyped" in pay(rosa, code[:-1])
    assert "no such code" in pay(rosa, claim.new())
    for _ in range(7):
        assert rosa.post("/rewards/code", code=claim.new()).status_code == 422
    assert rosa.post("/rewards/code", code=claim.new()).status_code == 429
