from __future__ import annotations

import subprocess
import sys

import pytest
from flask import request

from tests.intake.relay import ROOT, WORK, Relay, ask
from tipline.intake.rack import Rack


@pytest.mark.parametrize(
    "module",
    ["tipline.intake.app", "tipline.intake.serve", "tipline.intake.plain_process", "tipline.cli.intake"],
)
def test_nothing_that_could_open_a_tip_is_loaded(module: str) -> None:
    """Importing the public app loads neither keys nor the opening of envelopes, and no console."""
    forbidden = (
        "tipline.seal.opening",
        "tipline.keys",
        "tipline.cases",
        "tipline.console",
        "tipline.collector",
    )
    code = f"import sys, {module}; print(*[name for name in sys.modules if name.startswith({forbidden!r})])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "\n"


def test_the_plain_pages_load_no_key_either() -> None:
    """They seal in their own process, and can open no envelope there."""
    forbidden = (
        "tipline.seal.opening",
        "tipline.keys",
        "tipline.cases",
        "tipline.console",
        "tipline.collector",
    )
    load = "import sys, tipline.intake.plain, tipline.intake.plain_server"
    code = f"{load}; print(*[name for name in sys.modules if name.startswith({forbidden!r})])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "\n"


def test_an_error_in_a_view_logs_no_request(
    capsys: pytest.CaptureFixture[str], served: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither path, header nor body is in what is written, though the error quotes them all."""

    def fail(*args: object) -> None:
        raise ValueError(f"canary {args!r}")

    monkeypatch.setattr(Rack, "put", fail)
    headers = WORK | {"X-Forwarded-For": "203.0.113.9", "User-Agent": "canary-agent"}
    envelope = served.agency.envelope()
    answer = served.put(envelope, headers=headers)
    assert answer.status == 500
    assert answer.body == b"Something failed here, and nothing was changed.\n"
    written = capsys.readouterr()
    said = written.err + written.out
    assert "ValueError" in said
    for secret in ("canary", "203.0.113.9", "/e/", "TIPL", envelope.hex()[:16]):
        assert secret not in said


def test_requests_are_not_logged(capsys: pytest.CaptureFixture[str], served: Relay) -> None:
    """Whatever is asked, taken or refused: nothing is written."""
    served.put(served.agency.envelope())
    for path in ("/", "/none", "/board"):
        ask(served.public, "GET", path)
    ask(served.public, "PUT", "/e/x", b"x", WORK)
    assert capsys.readouterr() == ("", "")


def test_the_app_never_sees_who_is_asking(served: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    """Headers that intake has no use for are dropped while the request is read."""
    seen: list[set[str]] = []

    def look(*args: object) -> None:
        seen.append({name for name in request.environ if name.startswith("HTTP_")})

    monkeypatch.setattr(Rack, "put", look)
    sent = {"User-Agent": "x", "Referer": "x", "Cookie": "a=b", "Accept-Language": "fa", "Authorization": "x"}
    assert served.put(served.agency.envelope(), headers=WORK | sent).status == 204
    assert seen == [{"HTTP_HOST", "HTTP_TIPLINE_WORK"}]
