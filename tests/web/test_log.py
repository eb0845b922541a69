from __future__ import annotations

import logging

import pytest

from tipline.web import log


def test_it_tells_where_and_not_what(capsys: pytest.CaptureFixture[str]) -> None:
    """The kind and place of an error and of its cause are written, and nothing that either says."""
    name = "tests.silenced"
    log.silence(name)
    logger = logging.getLogger(name)

    def raise_both(secret: str) -> None:
        try:
            {}[secret]
        except KeyError as error:
            raise ValueError(f"canary of {secret}") from error

    try:
        raise_both("canary-key")
    except ValueError:
        logger.exception("canary while serving %s", "/canary-path")
    logger.warning("canary warning")
    written = capsys.readouterr().err
    assert "canary" not in written
    for word in ("builtins.ValueError", "builtins.KeyError", "raise_both", "test_log.py", "ERROR"):
        assert word in written
