"""One tip from a real browser to its answer, for an agency of the second suite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import Agency, Browser, eventually, free_port
from tests.browser.test_journey import answered
from tipline import programs
from tipline.demo import agency
from tipline.seal.suite import APPROVED


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agency]:
    """The demo agency, made with --suite MLKEM1024-P384."""
    folder = tmp_path_factory.mktemp("approved")
    demo = agency.prepare(folder / "data", free_port(), free_port(), APPROVED)
    commands, serving = programs.of_agency(demo.intake_settings, demo.console_settings, demo.addresses)
    with programs.running(commands, serving, {name: folder / f"{name}.log" for name in commands}):
        yield Agency(demo)


@pytest.mark.assurance
def test_a_tip_goes_its_whole_way(approved: Agency, chromium: Browser, tmp_path: Path):
    """The page seals, an officer opens, routes and answers, the unit reads, and so does the tipster."""
    words, reply = "Слоновая кость, ангар 4.", "Thank you. Keep away from it."
    photo = tmp_path / "photo.bin"
    photo.write_bytes(b"tusks" * 1000)
    told = chromium(
        "tell", url=approved.public, category="wildlife", danger="no", text=words, files=[str(photo)]
    )
    case = eventually(
        lambda: chromium("work", **approved.officer("Maria"), words=words, unit="Wildlife", reply=reply).get(
            "found"
        ),
        "the tip never arrived",
    )
    assert case["text"] == words
    assert len(case["files"]) == 1
    assert chromium("readCase", **approved.officer("Olga"), address=case["address"])["text"] == words
    back = answered(chromium, "comeBack", url=approved.public, receipt=told["receipt"])
    assert back["replies"] == [reply]
