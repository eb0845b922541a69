"""The report: what counts as a leak, what as a failure, and the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tipline.cli.main import main
from tipline.drill import drill, encodings
from tipline.drill.allowed import CONTROL, HOLD_CONTROL
from tipline.drill.places import Finding, Searched
from tipline.drill.report import Report

NEEDLES = encodings.of_text("sealed tip's words", "0123456789abcdef")
SEEN = [
    Searched(name, files=1, findings=[Finding(CONTROL, "utf-8", f"{name}/a", 0, ())]) for name in HOLD_CONTROL
]


def report(*more: Searched) -> Report:
    return Report(NEEDLES, [*SEEN, *more])


def found(canary: str, place: str) -> Report:
    control = Finding(CONTROL, "utf-8", place, 0, ())
    return report(Searched(place, findings=[control, Finding(canary, "utf-8", place, 7, (), 3)]))


def test_it_passes_when_all_was_searched_and_nothing_found():
    """Only the control was found, where it must be."""
    assert report().passed
    assert report(Searched("temp folder")).passed


def test_it_fails_for_a_leak():
    """With place, encoding, offset and how often."""
    leaking = found("sealed tip's words", "temp folder/spool")
    assert not leaking.passed
    assert "LEAK: sealed tip's words as utf-8 in temp folder/spool at 7, 3 times" in leaking.as_text()


def test_it_fails_for_what_could_not_be_searched():
    """A place that was skipped proves nothing."""
    skipped = report(Searched("logs", failures=["logs/a: Permission denied"]))
    assert not skipped.passed
    assert "NOT SEARCHED: logs/a: Permission denied" in skipped.as_text()


@pytest.mark.parametrize("name", HOLD_CONTROL)
def test_it_fails_when_the_search_is_blind(name: str):
    """Where every program's public fingerprint is not found, nothing else would be."""
    blind = Report(NEEDLES, [place for place in SEEN if place.name != name] + [Searched(name, files=1)])
    assert not blind.passed
    assert blind.failures == [f"{name}: the control was not found"]


def test_it_allows_a_canary_only_where_it_belongs():
    """The collector's memory may hold the acknowledgement key; nothing else may, and it nothing else."""
    canary = "sealed tip's acknowledgement key"
    allowed = found(canary, "collector's memory (process 1) [heap]")
    assert allowed.passed
    assert [finding.canary for finding in allowed.expected] == [canary]
    assert not found(canary, "intake's memory (process 1) [heap]").passed
    assert not found("sealed tip's reply key", "collector's memory (process 1) [heap]").passed


@pytest.mark.parametrize(("canary", "code"), [(CONTROL, 0), ("sealed tip's words", 8)])
def test_its_exit_code_tells_a_leak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, canary: str, code: int):
    """So that a timer or a CI can run it; the report is written either way."""
    monkeypatch.setattr(drill, "run", lambda *_, **__: found(canary, "temp folder/spool"))
    done = CliRunner().invoke(main, ["drill", "--json", str(tmp_path / "report.json")])
    assert done.exit_code == code
    assert json.loads((tmp_path / "report.json").read_text())["passed"] == (code == 0)


def test_it_refuses_a_folder_in_which_something_is(tmp_path: Path):
    """What it finds there would be somebody else's."""
    (tmp_path / "something").touch()
    assert CliRunner().invoke(main, ["drill", "--keep", str(tmp_path)]).exit_code == 2
