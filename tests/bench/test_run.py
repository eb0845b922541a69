"""The bench as a whole, small: both servers, both numbers of connections, and a count of what is stored."""

from __future__ import annotations

import json
import socket
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from tipline.bench import run, servers
from tipline.cli.main import main
from tipline.errors import RelayError

SMALL = run.Scale(rounds=1, envelopes=30, seconds=30, warm_up=5)


@pytest.mark.assurance
def test_it_measures_both_and_says_on_what(tmp_path: Path):
    """A table for people, JSON for programs; no name of the machine in either."""
    output = tmp_path / "bench.json"
    done = CliRunner().invoke(
        main, ["bench", "--rounds", "1", "--envelopes", "30", "--json", str(output)], catch_exceptions=False
    )
    assert done.exit_code == 0
    assert "ratio" in done.output
    figures = json.loads(output.read_text())
    for server in ("intake", "bare"):
        for connections in ("8", "64"):
            (figure,) = figures["rounds"][server][connections]
            assert (figure["accepted"], figure["refused"], figure["reconnected"]) == (30, 0, 0)
            assert figure["per_second"] > 0
            assert figures["medians"][connections][server] == figure["per_second"]
    assert figures["machine"]["cores"] >= 1
    assert socket.gethostname() not in output.read_text()
    assert str(Path.home()) not in output.read_text()


def test_it_fails_when_something_accepted_is_not_stored(monkeypatch: pytest.MonkeyPatch):
    """A server that answers before it stores would win every bench."""

    @contextmanager
    def forgetful(folder: Path, places: int):
        with servers.bare(folder, places) as server:
            yield replace(server, stored=lambda: server.stored() - 1)

    monkeypatch.setitem(run._SERVERS, "bare", forgetful)
    with pytest.raises(RelayError, match="are stored"):
        run._round("bare", SMALL)


def test_it_takes_medians_and_their_ratio():
    """Three rounds of which one was disturbed."""
    rounds = {
        "intake": {"8": [figure(300), figure(900), figure(1000)], "64": [figure(1)] * 3},
        "bare": {"8": [figure(600), figure(10), figure(500)], "64": [figure(2)] * 3},
    }
    medians = run._medians(rounds)
    assert (medians["8"]["intake"], medians["8"]["bare"], medians["8"]["ratio"]) == (900, 500, 1.8)
    assert medians["8"]["extremes"] == {"intake": [300, 1000], "bare": [10, 600]}
    assert medians["64"]["ratio"] == 0.5


def figure(rate: float) -> run.Figure:
    return {"per_second": rate, "p99_ms": 1.0}
