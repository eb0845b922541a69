"""The Caddyfile, checked by Caddy, and its absence of logs asserted on what Caddy makes of it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

QUIET = {"output": "discard"}
CERTIFICATE = ["tls.obtain", "tls.renew"]


def adapt(run, path: Path) -> dict[str, Any]:
    code, out, err = run("caddy", "adapt", "--config", path, HOME=str(path.parent), PATH=os.environ["PATH"])
    assert code == 0, err
    made: dict[str, Any] = json.loads(out)
    return made


def validate(run, path: Path, home: Path) -> tuple[int, str, str]:
    done: tuple[int, str, str] = run(
        "caddy", "validate", "--config", path, HOME=str(home), PATH=os.environ["PATH"]
    )
    return done


def listeners_of_visitors(config: dict[str, Any]) -> Iterator[str]:
    """Give each way by which Caddy, so configured, would write about a visitor."""
    for name, log in config.get("logging", {}).get("logs", {}).items():
        if log["writer"] != QUIET and log.get("include") != CERTIFICATE:
            yield f"log {name}"
    if config.get("logging", {}).get("logs", {}).get("default", {}).get("writer") != QUIET:
        yield "log default"
    for name, server in config["apps"]["http"]["servers"].items():
        if "logs" in server:
            yield f"access log of {name}"
    if not config.get("admin", {}).get("disabled"):
        yield "admin address"


def test_it_is_accepted_by_caddy(run, deploy: Path, tmp_path: Path):
    """As it stands, and in Caddy's own format."""
    code, out, err = validate(run, deploy / "Caddyfile", tmp_path)
    assert code == 0, out + err
    code, out, err = run("caddy", "fmt", deploy / "Caddyfile")
    assert (code, out) == (0, (deploy / "Caddyfile").read_text()), err


def test_it_logs_nothing_about_a_visitor(run, deploy: Path):
    """No access log, no runtime log but the certificate's errors, no admin address."""
    assert list(listeners_of_visitors(adapt(run, deploy / "Caddyfile"))) == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("\timport only_what_is_needed\n", "\timport only_what_is_needed\n\tlog\n", "access log of srv0"),
        ("output discard", "output file /var/log/caddy/all.log", "log default"),
        ("output discard", "output stderr", "log default"),
        ("include tls.obtain tls.renew", "include http", "log certificate"),
        ("\tadmin off\n", "", "admin address"),
    ],
)
def test_it_is_found_when_a_line_switches_a_log_on(
    run, deploy: Path, tmp_path: Path, *, old: str, new: str, found: str
):
    """A line changed years later, for a debugging session, does not pass."""
    text = (deploy / "Caddyfile").read_text()
    assert old in text
    (tmp_path / "Caddyfile").write_text(text.replace(old, new))
    assert found in list(listeners_of_visitors(adapt(run, tmp_path / "Caddyfile")))


def test_caddy_finds_a_wrong_line(run, deploy: Path, tmp_path: Path):
    """The check can fail."""
    (tmp_path / "Caddyfile").write_text((deploy / "Caddyfile").read_text().replace("admin off", "admn off"))
    code, _, _ = validate(run, tmp_path / "Caddyfile", tmp_path)
    assert code != 0


def test_every_site_drops_the_headers_and_bounds_the_body(run, deploy: Path):
    """On the web and on the onion service alike."""
    servers = adapt(run, deploy / "Caddyfile")["apps"]["http"]["servers"].values()
    assert len(servers) == 2
    for server in servers:
        text = json.dumps(server)
        assert '"delete": ["**"]' in text
        assert '"max_size": 2000000' in text
        assert server["read_header_timeout"] == 10**10
        assert server["read_timeout"] == server["write_timeout"] == 600 * 10**9
