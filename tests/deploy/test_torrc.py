"""The onion service's torrc, checked by Tor, with folders that can be written here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest


def settings(torrc: str) -> list[tuple[str, str]]:
    return [(name, value) for name, value in re.findall(r"^(\w+)[ \t]+(.*)$", torrc, re.MULTILINE)]


def verify(run, tmp_path: Path, torrc: str) -> tuple[int, str]:
    (tmp_path / "data").mkdir(mode=0o700, exist_ok=True)
    (tmp_path / "torrc").write_text(torrc.replace("/var/lib/tor", str(tmp_path / "data")))
    (tmp_path / "none").touch()
    code, out, err = run(
        "tor", "--verify-config", "-f", tmp_path / "torrc", "--defaults-torrc", tmp_path / "none",
        "--DataDirectory", tmp_path / "data",
    )  # fmt: skip
    return code, out + err


def test_it_is_accepted_by_tor(run, deploy: Path, tmp_path: Path):
    """Every option is known to the Tor that Debian packages, work against floods included."""
    code, said = verify(run, tmp_path, (deploy / "torrc").read_text())
    assert (code, "Configuration was valid" in said) == (0, True), said


@pytest.mark.parametrize("line", ["HiddenServicePoWDefencesEnabled 1", "HiddenServicePort 80 nowhere:x"])
def test_tor_finds_a_wrong_line(run, deploy: Path, tmp_path: Path, line: str):
    """The check can fail."""
    code, _ = verify(run, tmp_path, (deploy / "torrc").read_text() + line + "\n")
    assert code != 0


def logs(torrc: str) -> list[str]:
    """Return each line by which Tor would write more than its errors, or write to disk."""
    return [
        f"{name} {value}"
        for name, value in settings(torrc)
        if (name == "Log" and value != "err stderr")
        or (name == "SafeLogging" and value != "1")
        or name in {"HeartbeatPeriod", "MetricsPort", "LogMessageDomains", "ExtendedErrors"}
    ]


def test_it_logs_errors_only(deploy: Path):
    """No log file, no notices, addresses scrubbed; no port through which circuits can be asked for."""
    torrc = (deploy / "torrc").read_text()
    assert logs(torrc) == []
    assert settings(torrc).count(("Log", "err stderr")) == 1
    assert dict(settings(torrc)).items() >= {"SocksPort": "0", "ControlSocket": "0"}.items()
    assert logs(torrc + "Log info file /var/log/tor/info.log\n") == ["Log info file /var/log/tor/info.log"]


def test_it_leads_to_caddys_onion_site(deploy: Path):
    """Both files name the same port."""
    ((_, port),) = [
        item for item in settings((deploy / "torrc").read_text()) if item[0] == "HiddenServicePort"
    ]
    assert port == "80 127.0.0.1:8089"
    assert "http://:{$TIPLINE_ONION_PROXY_PORT:8089}" in (deploy / "Caddyfile").read_text()
