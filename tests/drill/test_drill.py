"""The whole drill on the real programs: it passes, and it finds every leak that is switched on."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tipline.cli.main import main
from tipline.drill import drill
from tipline.drill.report import Report
from tipline.seal.suite import APPROVED, HYBRID

#: The second suite's vectors and crossing are in every run; its drill and walk in a browser are long proofs.
EACH_SUITE = [HYBRID.name, pytest.param(APPROVED.name, marks=pytest.mark.assurance)]
LEAKY = Path(__file__).with_name("leaky.py")
#: Program -> the leaks of tests/drill/leaky.py that it gets.
LEAKS = {
    "intake": (
        "access_log",
        "packed_addresses",
        "remembered_languages",
        "packed_cookies",
        "stray_paths",
        "plain_spool",
        "plain_memory",
    ),
    "collector": ("stored_keys",),
    "console": ("previews", "logged_passphrases"),
}


@pytest.mark.parametrize("suite", EACH_SUITE)
def test_it_passes_on_the_real_programs(suite: str, tmp_path: Path):
    """A sealed and a plain tip are walked through, everything is searched, and nothing is found."""
    folder, output = tmp_path / "kept", tmp_path / "report.json"
    done = CliRunner().invoke(main, ["drill", "--keep", str(folder), "--json", str(output), "--suite", suite])
    assert done.exit_code == 0, done.output
    assert f'suite = "{suite}"' in (folder / "data/relay/intake.toml").read_text()
    report = json.loads(output.read_text())
    assert (report["passed"], report["leaks"], report["failures"]) == (True, [], [])
    searched = {place["place"]: place for place in report["searched"]}
    assert searched["intake's memory"]["processes"] == 2
    assert searched["collector's memory"]["processes"] == 1
    for place in ("relay's data, while running", "agency's data, after the end"):
        assert searched[place]["files"] >= 5
        assert searched[place]["bytes"] > 1_000_000
    assert len(report["planted"]) >= 30
    assert "Nothing was found where it must not be" in done.output
    published = output.read_text() + done.output
    assert not [
        line
        for line in (folder / "data/relay/intake.toml").read_text().split('"')
        if len(line) == 64 and line in published
    ]


@pytest.fixture(scope="module")
def leaky(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The report of one drill on programs that leak in every way of LEAKS at once."""
    commands = {name: [sys.executable, str(LEAKY), ",".join(kinds), name] for name, kinds in LEAKS.items()}
    return drill.run(tmp_path_factory.mktemp("leaky"), lambda _: None, commands)


#: What must be found of each leak: the canary, its encoding, whether packed, and where.
FOUND = """
sealed tip's user agent           | utf-8     | no  | relay's data, while running/access.log
sealed tip's user agent           | utf-8     | no  | relay's data, after the end/access.log
sealed tip's forwarded address    | utf-8     | yes | relay's data, while running/statistics
sealed tip's accept-language      | utf-8     | no  | intake's memory (process 1)
sealed tip's cookie               | utf-8     | yes | intake's memory (process 1)
stray visitor's words             | utf-8     | no  | logs, while running/intake.log
plain tip's words                 | utf-8     | no  | temp folder, while running/
plain tip's receipt               | utf-8     | no  | intake's memory (process 2)
sealed tip's acknowledgement key  | HEX       | no  | agency's data, while running/keys.txt
sealed tip's words                | utf-16-le | no  | temp folder, while running/
reply words                       | utf-16-le | no  | temp folder, while running/
passphrase of Maria               | utf-8     | no  | logs, while running/console.log
"""


@pytest.mark.parametrize("line", FOUND.strip().splitlines(), ids=lambda line: line.partition("|")[0].strip())
def test_it_finds_each_leak(leaky: Report, line: str):
    """Where it is, in which encoding, and packed or not."""
    canary, encoding, packed, place = (part.strip() for part in line.split("|"))
    found = [
        finding
        for finding in leaky.leaks
        if (finding.canary, finding.encoding, bool(finding.packed)) == (canary, encoding, packed == "yes")
        and finding.place.startswith(place)
    ]
    assert found, sorted({(leak.canary, leak.encoding, leak.place) for leak in leaky.leaks})


def test_its_report_names_leaks_and_shows_none_of_what_leaked(leaky: Report):
    """Names, encodings and places; the canaries themselves are nowhere in it."""
    written = leaky.as_text() + json.dumps(leaky.as_json())
    assert "FAILED" in written
    assert "LEAK: passphrase of Maria as utf-8 in logs, while running/console.log at" in written
    raw = written.encode()
    assert not [needle.canary for needle in leaky.needles if needle.data in raw]
